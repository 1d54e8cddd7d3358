"""Buffer trees: ABC's area scripts leave a net all its loads, and none of its scripts sees registers and inputs.

In order of the loads, since there is no placement to group them by.
"""

import re
from collections.abc import Iterator, Mapping

from ppa.library import Buffer

INSTANCE = re.compile(r"(?ms)^  (\w+) (\S+) +\((.*?)^  \);$")
PIN = re.compile(r"(?m)(?<=^    )\.(\w+)\((.+?)( ?)\)(?=,?$)")
LOADS = 12  # of a net at most, as ABC's scripts have it


def buffered(text: str, buffer: Buffer, outputs: Mapping[str, frozenset[str]], clock: str) -> str:
    """Return a Verilog netlist in which no net of several loads has more than LOADS.

    outputs: output pins of each cell; clock: the net that is left alone.
    """
    count: dict[str, int] = {}
    for kind, _, pins in INSTANCE.findall(text):
        for pin, net, _ in PIN.findall(pins):
            if pin not in outputs[kind]:
                count[net] = count.get(net, 0) + 1
    wide = {net for net, loads in count.items() if loads > LOADS and net != clock and not net.startswith("1'")}
    added: list[str] = []
    trees = {net: _tree(net, count[net], buffer, added) for net in sorted(wide)}

    def instance(found: re.Match[str]) -> str:
        kind = found[1]

        def pin(of: re.Match[str]) -> str:
            name, net, space = of.groups()
            if net not in trees or name in outputs[kind]:
                return of[0]
            return f".{name}({next(trees[net])}{space})"

        return f"  {kind} {found[2]} ({PIN.sub(pin, found[3])}  );"

    text = INSTANCE.sub(instance, text)
    first = INSTANCE.search(text)
    place = first.start() if first else 0
    wires = "".join(f"  wire fanout_{number};\n" for number in range(len(added)))
    return text[:place] + wires + "".join(added) + text[place:]


def _tree(net: str, loads: int, buffer: Buffer, added: list[str]) -> Iterator[str]:
    """Add the buffers of a net with so many loads, and return the net of each load in turn."""
    levels = []
    while loads > LOADS:
        loads = -(-loads // LOADS)
        levels.append(loads)
    above = [net]
    for size in reversed(levels):
        here = []
        for index in range(size):
            name = f"fanout_{len(added)}"
            source = above[index * len(above) // size]
            pins = f"    .{buffer.input}({source} ),\n    .{buffer.output}({name})\n"
            added.append(f"  {buffer.name} {name}_ (\n{pins}  );\n")
            here.append(name)
        above = here
    return _dealt(above)


def _dealt(nets: list[str]) -> Iterator[str]:
    for net in nets:
        for _ in range(LOADS):
            yield net
