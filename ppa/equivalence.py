"""Proof that a netlist computes what the design says, with ABC's combinational equivalence checking.

Registers are cut: each is an input and its next value an output of both sides, matched by name, so that both sides must
agree on every output and every next value, for every state. A register that the netlist lacks must be proved to hold a
constant or what another one holds.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pyosys

from ppa.blif import cell_functions, cut_registers, expand_cells, take_clock_gates
from ppa.errors import PpaError
from ppa.library import Library
from ppa.merged import Side, claimed, claims, lost_registers
from ppa.processes import run
from ppa.simulation import BITS, same_on_random
from ppa.synthesis import Netlist, arithmetic_commands, run_yosys

ABC = Path(pyosys.__file__).parent / "yosys-abc"
SECONDS = 300  # of proof before it is given up
SHORT = 5  # of proof against operators as they stand in the RTL, which is out of reach for sums of products
EXHAUSTIVE = 16  # inputs of which ABC tries every value
VECTORS = 64  # words of 64 random vectors, for arithmetic that cannot be proved
Verdict = Literal["equal", "different", "undecided"]
VERDICTS: dict[str, Verdict] = {
    "networks are equivalent": "equal",
    "networks are not equivalent": "different",
    "networks are undecided": "undecided",
    "timed out": "undecided",
}
"""By what ABC says, in small letters: its commands differ."""


def check(netlist: Netlist, library: Library, seconds: int = SECONDS) -> str:
    """Compare a netlist with the design it was made from and say how: every register bit and every output.

    Either it is proved equal to the RTL; or it is proved equal to Yosys' arithmetic (the carry-save trees, Booth and
    chains of the script), and that agrees with the RTL on random values of all inputs and registers.
    Raises PpaError when they differ, when neither can be shown, or when ports or registers are not the same.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        name = netlist.path.parent.name
        gates = _side(gate_commands(netlist.path, netlist.block.name, library), folder, name, library)
        design = _side(golden_commands(netlist.reference), folder, "design")
        inputs = len(gates.inputs)
        if inputs <= EXHAUSTIVE:
            first, second = same_ports([design], gates)
            verdict, how = prove(first, second, seconds, exhaustive=True), f"every of 2^{inputs} inputs"
        else:
            mapped = _side(golden_commands(netlist.reference, arithmetic_commands(netlist.script)), folder, "mapped")
            first, middle, second = same_ports([design, mapped], gates)
            verdict, how = prove(middle, second, seconds), "proved"
            if verdict == "equal" and (direct := prove(first, second, SHORT)) != "equal":
                how = f"proved to the arithmetic, that on {VECTORS * BITS} random vectors"
                agree = direct == "undecided" and same_on_random(first, middle, VECTORS)
                verdict = "equal" if agree else "different"
    if verdict != "equal":
        raise PpaError(f"{netlist.path}: not shown equal to the design: {verdict}")
    return how


def same_ports(sides: Sequence[Side], gates: Side) -> list[Path]:
    """Return sides and netlist as AIGER with the same registers: those that the netlist lacks are claims (``merged``).

    The first side has all registers that any other one has. Raises PpaError when other ports differ.
    """
    lost = [lost_registers(side, gates) for side in sides]
    held = claims(sides[0], _aiger(sides[0].blif), lost[0]) if lost[0] else {}
    for side, own in zip([*sides, gates], [*lost, []], strict=True):
        side.blif.write_text(
            claimed(side.blif.read_text(), {name: held[name] for name in own}, sorted(held.keys() - set(own)))
        )
    return [_aiger(side.blif) for side in (*sides, gates)]


def golden_commands(reference: Path, arithmetic: Sequence[str] = ()) -> list[str]:
    """Return the Yosys commands that make gates of the design; without ``arithmetic``, operator by operator."""
    return [
        f"read_rtlil {reference}",
        *arithmetic,
        "setattr -mod -unset keep_hierarchy *",
        "flatten",
        "dffunmap",
        "techmap",
        "opt_clean",
    ]


def gate_commands(path: Path, top: str, library: Library) -> list[str]:
    """Return the Yosys commands that read a netlist, its cells as they are."""
    return [
        f"read_liberty -lib -ignore_miss_func {library.liberty}",
        f"read_verilog {path}",
        f"hierarchy -check -top {top}",
    ]


def prove(design: Path, gates: Path, seconds: int = SECONDS, *, exhaustive: bool = False) -> Verdict:
    """Compare two AIGER files by ABC: by its newer solver, and by the older one that also tells what is different.

    What the newer solver calls equal must agree on random vectors too. Raises PpaError when ABC compared nothing.
    """
    if exhaustive:
        return _compared(design, gates, "-t", seconds)
    if _compared(design, gates, f"-x -T {seconds}", seconds) == "equal":
        return "equal" if same_on_random(design, gates, VECTORS) else "different"
    return _compared(design, gates, f"-T {seconds}", seconds)


def _compared(design: Path, gates: Path, options: str, seconds: int) -> Verdict:
    try:
        text = _abc(f"&read {design}; &cec {options} {gates}", 2 * seconds)
    except subprocess.TimeoutExpired:  # ABC looks at its limit now and then only
        return "undecided"
    found = {verdict for said, verdict in VERDICTS.items() if said in text.lower()}
    if len(found) != 1:
        raise PpaError(f"ABC compared nothing: {text.strip()[-300:]}")
    return found.pop()


def _side(commands: list[str], folder: Path, name: str, library: Library | None = None) -> Side:
    """Return what Yosys commands make with its registers cut. Cells of a library become its functions."""
    blif = folder / f"{name}.blif"
    run_yosys([*commands, f"write_blif {'-cname' if library else ''} {blif}"], folder)
    if library:
        functions = cell_functions(library.liberty)
        expand_cells(blif, functions, take_clock_gates(blif, functions, library) if library.gate else None)
    return Side(blif, *cut_registers(blif))


def _aiger(blif: Path) -> Path:
    """Return BLIF as AIGER, written beside it. Raises PpaError when ABC does not read it."""
    aiger = blif.with_suffix(".aig")
    text = _abc(f"read_blif {blif}; strash; write_aiger {aiger}")
    if not aiger.is_file():
        raise PpaError(f"ABC wrote no AIGER file: {text.strip()[-300:]}")
    return aiger


def _abc(commands: str, seconds: float | None = None) -> str:
    done = run([ABC, "-c", commands], seconds=seconds)
    return done.stdout + done.stderr
