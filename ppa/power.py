"""Power of a netlist on operands of real layers, from gate-level simulation and the Liberty's energies."""

import hashlib
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from golden.files import BUILD, write_text
from ppa.activity import count_activity
from ppa.block_stimulus import block_stimulus
from ppa.cells import cell_models
from ppa.conditions import find_conditions, read_delays
from ppa.dissipation import internal_energies, switching_energies
from ppa.energy import read_energies
from ppa.gate_simulation import simulate
from ppa.gates import clock_nets, read_gates, write_delayed
from ppa.library import Library
from ppa.stimulus import Stimulus
from ppa.synthesis import Netlist

POWERS = BUILD / "ppa" / "power"
SOURCES = ("activity", "cells", "conditions", "dissipation", "energy", "gate_simulation", "gates", "power")


@dataclass(frozen=True)
class Power:
    """Mean power of a block at a clock, in watts, and what it is the mean of.

    switching_w: of the loads of all nets, those of the block's input ports and clock included. clock_w: the part of
    internal_w and switching_w that the clock's nets, gated ones too, and their pins take. energy_per_op_j: of a product
    or multiply-accumulate. toggles: of all nets in the counted cycles. compared: outputs of the netlist that were
    compared with the golden model, all of them equal. glitches: the cells had their delays.
    """

    internal_w: float
    switching_w: float
    leakage_w: float
    total_w: float
    clock_w: float
    energy_per_op_j: float
    toggles: int
    cycles: int
    compared: int
    glitches: bool


def measure_power(
    netlist: Netlist, library: Library, stimulus: Stimulus, clock_ps: int, work: Path, *, glitches: bool
) -> Power:
    """Return the power of a flat netlist on a stimulus at a clock period; files go to ``work``.

    glitches: simulate with the delay of every cell, else without delays. Raises PpaError when the netlist computes
    anything else than expected, a tool refuses its files, or a cell is none of the library's.
    """
    energies = read_energies(library)
    gates = read_gates(netlist, library, work)
    conditions = find_conditions(gates, library, stimulus.clock, clock_ps, work)
    clock = clock_nets(gates, library, stimulus.clock)
    simulated = gates.verilog
    if glitches:
        simulated = work / "delayed.v"
        write_delayed(gates, read_delays(conditions.sdf), clock, simulated)
    own = None if glitches else library.cells
    run = simulate(gates, simulated, own or cell_models(library, work, delays=glitches), stimulus, clock_ps, work)
    cycles = stimulus.cycles - stimulus.warmup
    activity = count_activity(run.waveform, gates, stimulus.warmup * clock_ps, stimulus.cycles * clock_ps)
    seconds = cycles * clock_ps * 1e-12
    internal = internal_energies(gates, activity, conditions, energies)
    switching = switching_energies(activity, conditions, energies)
    leakage: float = sum(energies.cells[kind].leakage_w for kind in gates.types.values())
    total = (sum(internal.values()) + sum(switching.values())) / seconds + leakage
    return Power(
        internal_w=sum(internal.values()) / seconds,
        switching_w=sum(switching.values()) / seconds,
        leakage_w=leakage,
        total_w=total,
        clock_w=sum(internal[bit] + switching[bit] for bit in clock & activity.keys()) / seconds,
        energy_per_op_j=total * clock_ps * 1e-12 / stimulus.operations,
        toggles=sum(a.toggles for a in activity.values()),
        cycles=cycles,
        compared=run.compared,
        glitches=glitches,
    )


def power(
    netlist: Netlist, library: Library, clock_ps: int, *, glitches: bool, stimulus: Stimulus | None = None
) -> Power:
    """Return the power of a block's netlist on its operands of real layers, from the cache or measured.

    stimulus: the operands, where the block's ports are not those of its top. Raises PpaError, see ``measure_power``;
    also for a block that has no stimulus.
    """
    stimulus = stimulus or block_stimulus(netlist.block, glitches=glitches)
    stored = POWERS / f"{netlist.block.name}.{_key(netlist, library, stimulus, clock_ps, glitches)}.json"
    if not stored.is_file():
        POWERS.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{netlist.block.name}.", dir=POWERS))
        try:
            measured = measure_power(netlist, library, stimulus, clock_ps, work, glitches=glitches)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        write_text(stored, json.dumps(asdict(measured)))
    return Power(**json.loads(stored.read_text()))


def _key(netlist: Netlist, library: Library, stimulus: Stimulus, clock_ps: int, glitches: bool) -> str:
    """Return a short hash of all that a figure depends on."""
    digest = hashlib.sha256()
    cells = [library.cells] if library.cells and not glitches else []
    for path in (netlist.path, library.liberty, *cells, *(Path(__file__).with_name(f"{name}.py") for name in SOURCES)):
        digest.update(path.read_bytes())
    digest.update(repr((stimulus, clock_ps, glitches)).encode())
    return digest.hexdigest()[:16]
