"""Fill the marked tables of docs/contract.md from the contract: ``python -m golden.contract_tables``.

A table stands between ``<!-- table: NAME -->`` and ``<!-- end -->``. NAME is ``quantities``, ``magnitudes``,
or a section of contract.toml.
"""

import re
import sys
from pathlib import Path
from typing import Any

from golden.contract import CONTRACT, CONTRACT_FILE, N2_LSB, Record
from golden.files import write_text
from golden.ladder import LEGAL_METADATA, magnitudes

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "contract.md"
TABLE = re.compile(r"(?<=<!-- table: )([\w.]+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)

# name, section and key of the width, signed
QUANTITIES = (
    ("activation x, output y, zero points, clamp bounds", "activation", "width", False),
    ("product x · w", "product", "width", True),
    ("accumulator acc", "accumulator", "width", True),
    ("window sum S", "window", "width", False),
    ("window sum S of a depthwise layer", "window", "depthwise_width", False),
    ("BCE term", "delta", "term_width", True),
    ("bias", "bias", "width", True),
    ("total = acc + BCE term + bias", "requantization", "sum_width", True),
    ("multiplier M", "requantization", "m_width", False),
)


def comments() -> dict[str, dict[str, str]]:
    """Return the comment of each section's header, under the key "", and of each of its keys."""
    found: dict[str, dict[str, str]] = {}
    section: dict[str, str] = {}
    for line in CONTRACT_FILE.read_text().splitlines():
        name, _, comment = (part.strip() for part in line.partition("#"))
        if name.startswith("["):
            section = found[name.strip("[]")] = {"": comment}
        elif name:
            section[name.partition("=")[0].strip()] = comment
    return found


def markdown(header: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """Return a Markdown table."""
    lines = [header, ("---",) * len(header), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def quantities() -> str:
    """Return the widths and ranges of everything that is computed."""
    rows: list[tuple[object, ...]] = []
    for name, section, key, signed in QUANTITIES:
        width = CONTRACT[section][key]
        low, high = (-(1 << (width - 1)), (1 << (width - 1)) - 1) if signed else (0, (1 << width) - 1)
        rows.append((name, f"`{section}.{key}`", width, "signed" if signed else "unsigned", low, high))
    return markdown(("quantity", "constant", "bits", "", "lowest", "highest"), rows)


def magnitude_lists() -> str:
    """Return the magnitudes of every legal metadata word."""
    rows: list[tuple[object, ...]] = [
        (word, word >> N2_LSB, word & 1, *magnitudes(word)[1:]) for word in sorted(LEGAL_METADATA)
    ]
    return markdown(("word", "n2", "p", *(f"level {j}" for j in range(1, len(rows[0]) - 2))), rows)


def section_table(name: str) -> str:
    """Return the table of a section of contract.toml; a record's table shows the bits of each field."""
    words = comments()[name]
    if name.startswith("record."):
        record = Record(name, CONTRACT["record"][name.removeprefix("record.")])
        rows: list[tuple[object, ...]] = [
            (f"`{field}`", f"{record.lsb(field) + width - 1}:{record.lsb(field)}", width, words[field])
            for field, width in record.widths.items()
        ]
        return markdown(("field", "bits", "width", "meaning"), [*rows, ("all", "", record.width, "")])
    fields: dict[str, Any] = CONTRACT[name]
    return markdown(("name", "value", "meaning"), [(f"`{key}`", fields[key], words[key]) for key in fields])


def fill(text: str) -> str:
    """Return the document with every marked table made anew. Raises KeyError for a table of an unknown name."""
    special = {"quantities": quantities, "magnitudes": magnitude_lists}

    def table(match: re.Match[str]) -> str:
        name = match[1]
        return name + match[2] + (special[name]() if name in special else section_table(name))

    return TABLE.sub(table, text)


def main() -> None:
    """Write the document."""
    try:
        write_text(DOCUMENT, fill(DOCUMENT.read_text()))
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    print(f"wrote {DOCUMENT}")


if __name__ == "__main__":
    main()
