"""Clock gates: registers with a common enable are stopped by their clock, instead of by a multiplexer each.

Yosys' ``clockgate`` finds the registers and a techmap makes the gates: a cell that holds the enable while the clock is
1, so that the gated clock has whole pulses only, and an AND of both.
"""

import re

from ppa.fanout import INSTANCE, LOADS, PIN
from ppa.library import And, Hold

MINIMUM = 8  # registers that share an enable; fewer keep their multiplexers
CELL = "clock_and"  # the techmap's AND of clock and enable


def clock_gate_map(hold: Hold) -> str:
    """Return a techmap that makes a ``clock_and``, a cell of its own for ``clock_gates``, and a library's ``hold``."""
    return f"""module clock_gate (input clk, input enable, output gated);
    wire held;
    \\{hold.name} hold (.{hold.data}(enable), .{hold.clock}(clk), .{hold.output}(held));
    {CELL} gate (.clk(clk), .enable(held), .gated(gated));
endmodule
"""


def clock_gates(text: str, gate: And) -> str:
    """Return a Verilog netlist whose ``clock_and`` cells are ANDs of a library, one for at most LOADS registers."""
    found = [pins for kind, _, pins in INSTANCE.findall(text) if kind == CELL]
    wired = [{pin: net for pin, net, _ in PIN.findall(pins)} for pins in found]
    gates = {pins["gated"]: pins for pins in wired}
    served = dict.fromkeys(gates, 0)
    newest: dict[str, str] = {}
    cells: list[str] = []

    def gated(of: re.Match[str]) -> str:
        name, net, space = of.groups()
        if net not in gates:
            return of[0]
        if served[net] % LOADS == 0:
            newest[net] = output = f"gated_{len(cells)}"
            pins = zip((*gate.inputs, gate.output), (gates[net]["clk"], gates[net]["enable"], output), strict=True)
            listed = ",\n".join(f"    .{pin}({to} )" for pin, to in pins)
            cells.append(f"  {gate.name} {output}_ (\n{listed}\n  );\n")
        served[net] += 1
        return f".{name}({newest[net]}{space})"

    def instance(of: re.Match[str]) -> str:
        return "" if of[1] == CELL else f"  {of[1]} {of[2]} ({PIN.sub(gated, of[3])}  );"

    first = INSTANCE.search(text)
    place = first.start() if first else 0
    body = INSTANCE.sub(instance, text[place:])
    wires = "".join(f"  wire gated_{number};\n" for number in range(len(cells)))
    return text[:place] + wires + "".join(cells) + body
