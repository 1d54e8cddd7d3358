"""No control output is X after the reset: the design with every X made explicit, and ABC's bounded model checker."""

import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import pyosys

from tb.bench import GENERATED
from tb.formal.solver import FOLDER, TIMEOUT, Answer, FormalError, ask, last_line

NAME = "control outputs after the reset"
TOP = "defined_property"
MEMORY = "aslog_ram"
CYCLES = 14
"""Frames that are searched, the two with the reset included."""
UNKNOWN = f"t:{MEMORY} t:$mul t:$div t:$mod"
"""Cells whose outputs are taken to be X always: memories, of which nothing is then assumed, and what is large."""
CLEAN = "opt -nodffe -nosdff -keepdc"  # without -keepdc an X may become a value
HELD = re.compile(r"No output asserted in (\d+) frames")
BROKEN = re.compile(r"asserted in frame (\d+)")


def commands(sources: Sequence[Path], circuit: Path) -> list[str]:
    """Return the Yosys commands that write the circuit: every signal with a second one that says whether it is X."""
    files = " ".join(str(source) for source in sources if source.stem != MEMORY)
    return [
        f"read_verilog -I{GENERATED} {files} {FOLDER / f'{TOP}.v'}",
        f"hierarchy -top {TOP}",  # without -check: there is no memory
        "proc -norom",
        "flatten",
        f"delete {UNKNOWN}",
        "delete -output w:controls",
        CLEAN,
        "memory -nomap",
        "memory_map",
        CLEAN,
        "setundef -undriven -undef",
        "xprop -assume-def-inputs -required -formal",
        "delete t:$assume",  # of inputs that are not X, which xprop has made use of
        "techmap",
        "aigmap",
        f"write_aiger -zinit {circuit}",
    ]


def prove_defined(sources: Sequence[Path], cycles: int = CYCLES) -> Answer:
    """Search all inputs of the first cycles for one that makes a control output X after the reset.

    Raises FormalError when Yosys or ABC fails at it.
    """
    begin = monotonic()
    with tempfile.TemporaryDirectory() as folder:
        circuit = Path(folder) / "circuit.aig"
        text = ask(commands(sources, circuit), NAME)
        if not circuit.exists():
            raise FormalError(f"{NAME}: {last_line(text)}")
        text = _check(circuit, cycles)
    broken, held = BROKEN.search(text), HELD.search(text)
    if broken is None and (held is None or int(held[1]) < cycles):
        raise FormalError(f"{NAME}: {last_line(text)}")
    counterexample = "" if broken is None else f"one can be X in cycle {broken[1]}, counted from 0 with the reset"
    claim = f"no X for any input in the first {cycles} cycles"
    return Answer(NAME, claim, monotonic() - begin, counterexample)


def _check(circuit: Path, cycles: int) -> str:
    program = Path(pyosys.__file__).with_name("yosys-abc")
    script = f"read {circuit}; strash; scleanup; bmc3 -F {cycles} -T {TIMEOUT}"
    done = subprocess.run([program, "-c", script], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
