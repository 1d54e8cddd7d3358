"""Static timing of a netlist with OpenSTA: the shortest clock period and the paths that set it."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ppa.blocks import CLOCK
from ppa.errors import PpaError
from ppa.library import Library
from ppa.processes import run
from ppa.synthesis import Netlist
from ppa.tools import sta_command

ENDPOINTS = 2000  # that are looked at; bits of one register count as one path
FAR = 1e-6  # period in seconds that any netlist keeps: the slack gives the shortest
PATH = re.compile(r"Startpoint: (\S+).*?Endpoint: (\S+).*?(-?[\d.]+)\s+slack", re.DOTALL)
HALF = ("(falling edge-triggered", "(negative level-sensitive")  # what holds a clock gate's enable is at one end


@dataclass(frozen=True)
class TimingPath:
    """From a register or port to another, and the period in picoseconds that it needs."""

    start: str
    end: str
    period_ps: float


def critical_paths(netlist: Netlist, library: Library, count: int = 3) -> list[TimingPath]:
    """Return the slowest paths of a netlist, the slowest first, one for each pair of registers.

    A combinational netlist is timed from its inputs to its outputs. A path from or to a clock gate has half a period,
    so that the period is twice what it needs. Ports switch with the clock's edge, without delay; wires have no load.
    Raises PpaError when OpenSTA fails or finds no path.
    """
    period = FAR / library.time_unit
    clocked = re.search(rf"^\s*input {CLOCK};", netlist.path.read_text(), re.MULTILINE) is not None
    clock = f"create_clock -name c -period {period} " + (f"[get_ports {CLOCK}]" if clocked else "")
    text = run_sta(
        [
            f"read_liberty {library.liberty}",
            f"read_verilog {netlist.path}",
            f"link_design {netlist.block.name}",
            clock,
            f'foreach p [all_inputs] {{if {{[get_full_name $p] != "{CLOCK}"}} {{set_input_delay 0 -clock c $p}}}}',
            "set_output_delay 0 -clock c [all_outputs]",
            f"report_checks -path_delay max -format full -group_count {ENDPOINTS} -digits 6",
        ]
    )
    slowest: dict[tuple[str, str], float] = {}
    for path in PATH.finditer(text):
        start, end, slack = path.groups()
        if CLOCK in (start, end.rsplit(".", 1)[-1]):
            continue  # the clock's own way to a memory
        key = (register_name(start), register_name(end))
        parts = 2 if any(said in path[0] for said in HALF) else 1
        needed = (period - parts * float(slack)) * library.time_unit * 1e12
        slowest[key] = max(needed, slowest.get(key, 0.0))
    if not slowest:
        raise PpaError(f"OpenSTA finds no path in {netlist.path}: {text.strip()[-300:]}")
    ordered = sorted(slowest.items(), key=lambda item: -item[1])
    return [TimingPath(start, end, needed) for (start, end), needed in ordered[:count]]


def register_name(pin: str) -> str:
    """Return a register's or port's name without its bit: ``u_a.x`` of ``u_a.x[3]$_DFF_P_`` or ``u_a.x[3]``."""
    return re.sub(r"\$_S?DFFC?E?_\w+$|(\[\d+\])+(\$_S?DFFC?E?_\w+)?$", "", pin)


def run_sta(commands: list[str]) -> str:
    """Run OpenSTA on commands and return what it prints. Raises PpaError at its first error."""
    program, environment = sta_command()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "run.tcl"
        script.write_text("\n".join(commands) + "\n")
        command = [program, "-no_splash", "-exit", str(script)]
        done = run(command, env=environment)
    text = done.stdout + done.stderr
    error = next((line for line in text.splitlines() if line.startswith("Error")), None)
    if done.returncode != 0 or error:
        raise PpaError(f"OpenSTA failed: {error or text.strip()[-300:] or done.returncode}")
    return text
