"""The energies beside OpenSTA's own, with every net as active as it can be told to be."""

import re
import subprocess
from pathlib import Path

import pytest

from ppa.activity import Activity
from ppa.conditions import find_conditions
from ppa.dissipation import internal_energies, switching_energies
from ppa.energy import read_energies
from ppa.gates import Gates, read_gates
from ppa.library import Library, load_library
from ppa.tools import sta_command
from tests.ppa.tiny import by_hand, tiny_library

CLOCK = 10000
COUNTED_TWICE = 2.0
"""OpenSTA 2.0.17 takes rising plus falling energy for every transition, where each of them has one of the two; and
half of that where a pin is neither an output nor a clock."""
TINY = """module hand(input clk, input a, input b, output y); wire d, q;
  XOR x(.A(a), .B(q), .Y(d)); FLOP f(.CK(clk), .D(d), .Q(q)); NOT g(.A(q), .Y(y)); endmodule"""
OSU = """module hand(input clk, input a, output y, output z); wire d, q, n;
  INVX1 g(.A(a), .Y(d)); DFFPOSX1 f(.CLK(clk), .D(d), .Q(q)); BUFX2 h(.A(q), .Y(y)); INVX4 i(.A(q), .Y(n));
  DFFPOSX1 j(.CLK(clk), .D(n), .Q(z)); endmodule"""
"""Cells of one input each: how OpenSTA shares an output's energy among several causes is another matter."""


def opensta_power(gates: Gates, library: Library, work: Path) -> tuple[float, float]:
    """Return OpenSTA's internal and switching power, in watts, with a transition of every net each cycle."""
    script = (work / "conditions.tcl").read_text().removesuffix("exit\n")
    script += "set_power_activity -global -activity 1 -duty 0.5\nreport_power -digits 9\nexit\n"
    (work / "power.tcl").write_text(script)
    program, environment = sta_command()
    command = [program, "-no_splash", "-exit", str(work / "power.tcl")]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    found = re.search(r"^Total\s+(\S+)\s+(\S+)", said, re.M)
    assert found, said
    return float(found[1]), float(found[2])


@pytest.mark.parametrize("verilog", [TINY, OSU], ids=["tiny", "osu018"])
def test_energies_are_those_of_opensta(verilog: str, tmp_path: Path) -> None:
    library = tiny_library(tmp_path) if verilog is TINY else load_library()
    gates = read_gates(by_hand(tmp_path, verilog), library, tmp_path)
    conditions, energies = find_conditions(gates, library, "clk", CLOCK, tmp_path), read_energies(library)
    cycles, (clock,) = 100, gates.inputs["clk"]
    activity = dict.fromkeys(gates.names, Activity(cycles // 2, cycles // 2, 0.5))
    activity[clock] = Activity(cycles, cycles, 0.5)
    internal, switching = opensta_power(gates, library, tmp_path)
    seconds = cycles * CLOCK * 1e-12
    of_nets = switching_energies(activity, conditions, energies)
    assert sum(of_nets[bit] for bit in gates.drivers) / seconds == pytest.approx(switching, rel=1e-5)
    everything = sum(internal_energies(gates, activity, conditions, energies).values()) / seconds
    for cell in energies.cells.values():
        cell.internal.pop("D", None)
    without_data = sum(internal_energies(gates, activity, conditions, energies).values()) / seconds
    assert COUNTED_TWICE * without_data + (everything - without_data) == pytest.approx(internal, rel=1e-5)
