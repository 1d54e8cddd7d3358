"""Slews and loads in a netlist from OpenSTA, and the delays of its cells as SDF."""

import re
from dataclasses import dataclass
from pathlib import Path

from ppa.errors import PpaError
from ppa.gates import Gates
from ppa.library import Library
from ppa.processes import run
from ppa.tools import sta_command

INSTANCE = re.compile(r"^  \(INSTANCE (\S+)\)")
PATH = re.compile(r"\(IOPATH (?:\(\w+ \S+\)|\S+) (\S+) \((?:\S*:)?(\S+?)\)(?: \((?:\S*:)?(\S+?)\))?\)")


@dataclass(frozen=True)
class Conditions:
    """In a netlist, in its Liberty's units: slew (rise, fall) by (cell, pin), load by net; the SDF of its delays."""

    slews: dict[tuple[str, str], tuple[float, float]]
    loads: dict[int, float]
    sdf: Path


def find_conditions(gates: Gates, library: Library, clock: str, clock_ps: int, work: Path) -> Conditions:
    """Return slews, loads and delays of a netlist; ``clock`` is its clock's port, empty when it has none.

    Inputs and clock arrive with the median slew of the cells' outputs, and output ports drive the mean load of a net.
    Wires have neither capacitance nor delay. Raises PpaError.
    """
    script, report, sdf = work / "conditions.tcl", work / "conditions.txt", work / "gates.sdf"
    pins = [f"{cell}/{pin}" for cell, of in gates.pins.items() for pin in of]
    (work / "pins.txt").write_text("\n".join(pins))
    vectors = {name for name, bits in (gates.inputs | gates.outputs).items() if len(bits) > 1}
    nets = {bit: f"{name}[{index}]" if name in vectors else name for bit, (name, index) in gates.names.items()}
    (work / "nets.txt").write_text("\n".join(nets.values()))
    script.write_text(
        f"""\
read_liberty {{{library.liberty}}}
set_cmd_units -time ns -capacitance pF
read_verilog {{{gates.verilog}}}
link_design {gates.top}
create_clock -name clock -period {clock_ps / 1000} {clock}
set inputs [get_ports {{{" ".join(name for name in gates.inputs if name != clock)}}}]
set_input_delay 0 -clock clock $inputs
set_output_delay 0 -clock clock [all_outputs]
proc lines {{name}} {{ set file [open $name]; set text [read $file]; close $file; return [split $text "\\n"] }}
proc slew {{pin edge}} {{
  set slew [lindex [[lindex [[sta::find_pin $pin] vertices] 0] slews $edge] end]
  return [expr {{abs($slew) > 1e-6 ? 0.0 : $slew}}]
}}
proc load {{net}} {{
  set both [lmap edge {{rise fall}} {{sta::Net_capacitance [sta::find_net $net] $edge [sta::cmd_corner] max}}]
  return [expr {{max([lindex $both 0], [lindex $both 1])}}]
}}
set driven {{{" ".join(f"{cell}/{pin}" for cell, pin in gates.drivers.values())}}}
set slews [lmap pin $driven {{slew $pin rise}}]
set median [sta::time_sta_ui [lindex [lsort -real $slews] [expr {{[llength $slews] / 2}}]]]
set_input_transition $median $inputs
{"set_clock_transition $median clock" if clock else ""}
set nets [lines {{{work / "nets.txt"}}}]
set total 0.0
foreach net $nets {{ set total [expr {{$total + [load $net]}}] }}
set_load [sta::capacitance_sta_ui [expr {{$total / [llength $nets]}}]] [all_outputs]
set out [open {{{report}}} w]
foreach pin [lines {{{work / "pins.txt"}}}] {{ puts $out "[slew $pin rise] [slew $pin fall]" }}
foreach net $nets {{ puts $out [load $net] }}
close $out
write_sdf -digits 5 -no_timestamp {{{sdf}}}
exit
"""
    )
    report.unlink(missing_ok=True)
    program, environment = sta_command()
    command = [program, "-no_splash", "-exit", str(script)]
    done = run(command, env=environment)
    if done.returncode or not sdf.exists() or "Error" in done.stdout + done.stderr:
        raise PpaError(f"OpenSTA: {(done.stdout + done.stderr).strip()[-300:]}")
    numbers = [list(map(float, line.split())) for line in report.read_text().splitlines()]
    slews = [(rise / library.time_unit, fall / library.time_unit) for rise, fall in numbers[: len(pins)]]
    loads = [load / library.capacitance_unit for (load,) in numbers[len(pins) :]]
    places = [(cell, pin) for cell, of in gates.pins.items() for pin in of]
    return Conditions(dict(zip(places, slews, strict=True)), dict(zip(nets, loads, strict=True)), sdf)


def read_delays(sdf: Path) -> dict[str, dict[str, tuple[int, int]]]:
    """Return the delays (rise, fall) in ps of the cells' outputs in an SDF: means of the longest of every input's path.

    The SDF is one of OpenSTA: times in ns, one path a line.
    """
    found: dict[str, dict[str, list[tuple[float, float]]]] = {}
    cell = ""
    for line in sdf.read_text().splitlines():
        if instance := INSTANCE.search(line):
            cell = instance[1]
        elif path := PATH.search(line):
            found.setdefault(cell, {}).setdefault(path[1], []).append((float(path[2]), float(path[3] or path[2])))
    return {
        cell: {
            pin: tuple(max(round(1000 * sum(edge) / len(edge)), 0) for edge in zip(*of, strict=True))
            for pin, of in pins.items()
        }
        for cell, pins in found.items()
    }
