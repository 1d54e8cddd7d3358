"""Buffer trees: no net drives more than a few loads, and every load still sees its value."""

import re

import pytest

from ppa.fanout import INSTANCE, LOADS, PIN, buffered
from ppa.library import Buffer

BUFFER = Buffer("BUF", "A", "Y")
OUTPUTS = {name: frozenset({"Y"}) for name in ("BUF", "INV")} | {"DFF": frozenset({"Q"})}


def netlist(loads: int) -> str:
    """A register that drives many inverters, all on one clock."""
    cells = [f"  INV i{n} (\n    .A(\\u.q[0] ),\n    .Y(y{n})\n  );\n" for n in range(loads)]
    flip_flops = [f"  DFF d{n} (\n    .CLK(clk),\n    .D(y{n}),\n    .Q(z{n})\n  );\n" for n in range(loads)]
    register = "  DFF source (\n    .CLK(clk),\n    .D(d),\n    .Q(\\u.q[0] )\n  );\n"
    return f"module m(clk, d);\n  input clk;\n  wire \\u.q[0] ;\n{register}{''.join(cells + flip_flops)}endmodule\n"


def drivers(text: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The source of every buffer's output, and the loads of every net."""
    behind: dict[str, str] = {}
    loads: dict[str, list[str]] = {}
    for kind, name, pins in INSTANCE.findall(text):
        nets = {pin: net for pin, net, _ in PIN.findall(pins)}
        if kind == "BUF":
            behind[nets["Y"]] = nets["A"]
        for pin, net in nets.items():
            if pin not in OUTPUTS[kind]:
                loads.setdefault(net, []).append(name)
    return behind, loads


@pytest.mark.parametrize("count", [LOADS + 1, 100, LOADS**2, LOADS**2 + 1, 2000])
def test_every_load_sees_its_register(count: int) -> None:
    text = buffered(netlist(count), BUFFER, OUTPUTS, "clk")
    behind, loads = drivers(text)
    assert max(len(of) for net, of in loads.items() if net != "clk") <= LOADS
    for inverter in (f"i{n}" for n in range(count)):
        net = next(net for net, of in loads.items() if inverter in of)
        while net in behind:
            net = behind[net]
        assert net == "\\u.q[0]"
    assert len(behind) == len(set(re.findall(r"wire (fanout_\d+);", text)))


def test_few_loads_stay() -> None:
    assert buffered(netlist(LOADS), BUFFER, OUTPUTS, "clk") == netlist(LOADS)


def test_cells_with_escaped_names_are_loads() -> None:
    text = re.sub(r"INV (i\d+) \(", r"INV \\\1  (", netlist(LOADS + 1))
    assert buffered(text, BUFFER, OUTPUTS, "clk").count("  BUF ") == 2
