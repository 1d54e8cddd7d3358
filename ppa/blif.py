"""BLIF files between Yosys and ABC: cells of a library become their functions, registers become ports."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from ppa.blocks import CLOCK
from ppa.errors import PpaError
from ppa.library import Library
from ppa.synthesis import run_yosys

STATE = "state."  # the input that is a register's value
NEXT = "next."  # the output that is a register's next value
RISING = "re"  # BLIF's word for the edge of a latch
CONSTANTS = ("$false", "$true", "$undef")
Lines = list[list[str]]  # words of a model's lines


@cache
def cell_functions(liberty: Path) -> dict[str, Lines]:
    """Return of each cell of a Liberty its functions and flip-flops as lines of BLIF. Raises PpaError."""
    with tempfile.TemporaryDirectory() as name:
        blif = Path(name) / "cells.blif"
        read = f"read_liberty -ignore_miss_func -ignore_miss_dir {liberty}"
        run_yosys([read, "proc", "dffunmap", "techmap", "opt_clean", f"write_blif {blif}"], blif.parent)
        models = blif.read_text().split(".model ")[1:]
    found: dict[str, Lines] = {}
    for text in models:
        model, *lines = _logical_lines(text)
        kept: Lines = []
        keep = False
        for words in filter(None, map(str.split, lines)):
            if words[0].startswith("."):
                keep = words[0] not in (".inputs", ".outputs", ".end") and words[-1] not in CONSTANTS
            if keep:
                kept.append(words)
        found[model] = _one_latch(kept)
    return found


def _one_latch(lines: Lines) -> Lines:
    """Return a cell's lines with one latch for its outputs Q and QN, where Yosys makes one of each."""
    first: dict[tuple[str, ...], str] = {}
    same: dict[str, str] = {}
    for words in lines:
        if words[0] == ".latch":
            same[words[2]] = first.setdefault((words[1], *words[3:]), words[2])
    kept = [words for words in lines if words[0] != ".latch" or same[words[2]] == words[2]]
    return [[same.get(word, word) for word in words] if words[0][0] == "." else words for words in kept]


def take_clock_gates(path: Path, functions: dict[str, Lines], library: Library) -> dict[str, str]:
    """Remove the clock gates from a BLIF file with cells and return the enable of each net that is a gated clock.

    A gate is a cell that holds its input while the clock is 1 (``library.hold``) and ANDs (``library.gate``) of it and
    the clock, with buffers between: the gated clock rises with the clock if the enable, which follows registers on the
    rising edge, is 1. Raises PpaError for any other use.
    """
    lines = list(_logical_lines(path.read_text()))
    cells = {at: line.split() for at, line in enumerate(lines) if line.startswith(".subckt ")}
    pins = {at: dict(pin.split("=", 1) for pin in words[2:]) for at, words in cells.items()}
    hold, holds = library.hold, dict[str, str]()
    enables: dict[str, str] = {}
    used: set[int] = set()
    for at, (_, kind, *_) in cells.items():
        if hold and kind == hold.name:
            if pins[at][hold.clock] != CLOCK:
                raise PpaError(f"{path}: a {kind} has another clock than {CLOCK}")
            holds[pins[at][hold.output]] = pins[at][hold.data]
            used.add(at)
    if buffer := library.buffer:
        buffers = {at for at, (_, kind, *_) in cells.items() if kind == buffer.name}
        while found := {at for at in buffers - used if pins[at][buffer.input] in holds}:
            holds |= {pins[at][buffer.output]: holds[pins[at][buffer.input]] for at in found}
            used |= found
    for at, (_, kind, *_) in cells.items():
        held = [net for net in pins[at].values() if net in holds]
        if library.gate and kind == library.gate.name and held and CLOCK in pins[at].values():
            (output,) = set(pins[at].values()) - {CLOCK, *held}
            enables[output] = holds[held[0]]
            used.add(at)
    for at, of_cell in pins.items():
        latches = [words[1] for words in functions.get(cells[at][1], []) if words[0] == ".latch"]
        for pin, net in of_cell.items():
            if at not in used and (net in holds or (net in enables and (not latches or pin in latches))):
                raise PpaError(f"{path}: net {net} of a clock gate has another use: {cells[at][1]}")
    gone = used | {at + 1 for at in used}  # with their .cname
    path.write_text("\n".join(line for at, line in enumerate(lines) if at not in gone) + "\n")
    return enables


def expand_cells(path: Path, functions: dict[str, Lines], enables: Mapping[str, str] | None = None) -> None:
    """Put the functions of cells in the place of the cells of a BLIF file, which names them (``.cname``).

    A net inside a cell is ``<cell>.<net>``. A register whose clock is gated (``enables``) keeps its value without the
    enable. Raises PpaError for a cell without functions.
    """
    body: list[str] = []
    lines = _logical_lines(path.read_text())
    for line in lines:
        words = line.split()
        if words[:1] != [".subckt"]:
            body.append(line)
            continue
        kind, nets = words[1], dict(pin.split("=", 1) for pin in words[2:])
        cell = next(lines).removeprefix(".cname ")
        known = functions.get(kind, [])
        if not known or any(of[0] == ".subckt" for of in known):
            raise PpaError(f"{path}: cell {cell} is a {kind}, whose function is not known")
        if any(of[0] == ".latch" and (of[3] != RISING or of[4] not in nets) for of in known):  # else inverted inside
            raise PpaError(f"{path}: cell {cell} is a {kind}, which is no register on the rising edge")
        nets |= {name: name for name in CONSTANTS}
        for of in known:
            if of[0] == ".latch" and nets[of[4]] != CLOCK and nets[of[4]] not in (enables or {}):
                raise PpaError(f"{path}: cell {cell} has another clock than {CLOCK}: {nets[of[4]]}")
            named = of[1:3] if of[0] == ".latch" else of[1:]  # a latch's clock is no net of the cut graph
            inside = [nets.get(net, f"{cell}.{net}") for net in named]
            enable = next((enables[net] for net in nets.values() if enables and net in enables), None)
            if of[0] == ".latch" and enable is not None:
                data, held = inside
                body += [f".names {enable} {data} {held} {cell}.gated", "11- 1", "0-1 1"]
                inside = [f"{cell}.gated", held]
            body.append(" ".join([of[0], *inside]) if of[0].startswith(".") else " ".join(of))
    path.write_text("\n".join(body) + "\n")


def cut_registers(path: Path) -> tuple[list[str], list[str]]:
    """Turn the latches of a BLIF file into ports, sort the ports, and return the names of inputs and outputs."""
    inputs: set[str] = set()
    outputs: set[str] = set()
    body: list[str] = []
    for line in _logical_lines(path.read_text()):
        words = line.split()
        if words[:1] == [".inputs"]:
            inputs |= set(words[1:]) - {CLOCK}
        elif words[:1] == [".outputs"]:
            outputs |= set(words[1:])
        elif words[:1] == [".latch"]:
            register = register_bit(words[2])
            inputs.add(STATE + register)
            outputs.add(NEXT + register)
            body += [f".names {words[1]} {NEXT}{register}", "1 1", f".names {STATE}{register} {words[2]}", "1 1"]
        elif words and words[0] not in (".model", ".end"):
            body.append(line)
    head = [".model design", f".inputs {' '.join(sorted(inputs))}", f".outputs {' '.join(sorted(outputs))}"]
    path.write_text("\n".join([*head, *body, ".end"]) + "\n")
    return sorted(inputs), sorted(outputs)


def register_bit(net: str) -> str:
    """Return the register's bit that a flip-flop's net is: ``x[3]`` of ``x[3]$_DFF_P_.IQ``, anything else as it is."""
    return re.sub(r"\$_S?DFFC?E?_\w+_(\..*)?$", "", net)


def _logical_lines(text: str) -> Iterator[str]:
    yield from text.replace("\\\n", " ").splitlines()
