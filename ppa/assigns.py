"""Assignments of a netlist bit by bit: OpenSTA reads no concatenation on the left side."""

import re

JOINED = re.compile(r"(?m)^  assign (\{.*?\}) = (.*);$")
VECTOR = re.compile(r"(?m)^  (?:input|output|wire) \[(\d+):(\d+)\] (\S+) ?;$")
TERM = re.compile(r"(?P<width>\d+)'b(?P<digits>[01xz]+)|(?P<name>[^\s\[]+) ?(?:\[(?P<high>\d+)(?::(?P<low>\d+))?\])?")


def split_assigns(text: str) -> str:
    """Return a Verilog netlist whose assignments to several nets at once are one a bit; all else stays as it is."""
    vectors = {name: (int(high), int(low)) for high, low, name in VECTOR.findall(text)}

    def single(joined: re.Match[str]) -> str:
        left, right = (_bits(side, vectors) for side in joined.groups())
        return "\n".join(f"  assign {a} = {b};" for a, b in zip(left, right, strict=True))

    return JOINED.sub(single, text)


def _bits(side: str, vectors: dict[str, tuple[int, int]]) -> list[str]:
    """Return the bits of a side of an assignment, the highest first."""
    found: list[str] = []
    for term in side.strip("{} ").split(", "):
        part = TERM.fullmatch(term.strip())
        if part is None:
            raise ValueError(f"{term!r} in an assignment is not understood")
        if part["digits"]:
            found += [f"1'b{digit}" for digit in part["digits"].rjust(int(part["width"]), "0")]
        elif part["high"] or part["name"] in vectors:
            high, low = (part["high"], part["low"] or part["high"]) if part["high"] else vectors[part["name"]]
            found += [f"{part['name']} [{bit}]" for bit in range(int(high), int(low) - 1, -1)]
        else:
            found.append(f"{part['name']} ")
    return found
