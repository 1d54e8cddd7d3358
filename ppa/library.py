"""A standard-cell library: its Liberty, its units, and the full adder that it may have."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations, product
from pathlib import Path

from liberty.parser import parse_liberty
from liberty.types import Group

from ppa.errors import PpaError
from ppa.tools import NANGATE, nangate_liberty, osu_file

OSU_LIBERTY = "osu018_stdcells.lib"
PREFIXES = {"f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0}


@dataclass(frozen=True)
class FullAdder:
    """A cell that adds three bits, and its pins."""

    name: str
    inputs: tuple[str, str, str]
    carry: str
    sum: str


@dataclass(frozen=True)
class Buffer:
    """A cell whose output is its input, and its pins."""

    name: str
    input: str
    output: str


@dataclass(frozen=True)
class And:
    """A cell whose output is 1 when both inputs are, and its pins."""

    name: str
    inputs: tuple[str, str]
    output: str


@dataclass(frozen=True)
class Hold:
    """A cell that holds its input while the clock is 1: a latch, or a flip-flop on the falling edge; and its pins."""

    name: str
    data: str
    clock: str
    output: str


@dataclass(frozen=True)
class Library:
    """A Liberty file, its name, its units in seconds and farads, Verilog models of its cells where given.

    outputs: names of the output pins of each cell. registers: the cells that are flip-flops or latches.
    hold and gate: of clock gates; a library without one of both has none.
    """

    liberty: Path
    name: str
    time_unit: float
    capacitance_unit: float
    cells: Path | None
    full_adder: FullAdder | None
    buffer: Buffer | None
    hold: Hold | None
    gate: And | None
    outputs: dict[str, frozenset[str]]
    registers: frozenset[str]


def load_library(liberty: Path | None = None, cells: Path | None = None) -> Library:
    """Read a Liberty, ``nangate45`` from its wheel; none: Debian's OSU 0.18 um. Raises PpaError for an unusable one.

    cells: Verilog models, by which netlists are simulated without glitches instead of the Liberty's functions.
    """
    if liberty is None:
        liberty = osu_file(OSU_LIBERTY)
    elif str(liberty) == NANGATE:
        liberty = nangate_liberty()
    for path in (liberty, cells):
        if path is not None and not path.is_file():
            raise PpaError(f"{path}: no such file")
    group = _parse(liberty)
    hold = _hold(group.get_groups("cell"))
    return Library(
        liberty.resolve(),
        plain(group.args[0]) if group.args else liberty.stem,
        _time_unit(group, liberty),
        _capacitance_unit(group, liberty),
        cells.resolve() if cells else None,
        _full_adder(group.get_groups("cell")),
        _buffer(group.get_groups("cell")),
        hold,
        _and(group.get_groups("cell")) if hold else None,
        {plain(cell.args[0]): frozenset(_pins(cell, "output")) for cell in group.get_groups("cell")},
        frozenset(plain(c.args[0]) for c in group.get_groups("cell") if c.get_groups("ff") or c.get_groups("latch")),
    )


@cache
def parsed(text: str) -> Group:
    """Return a Liberty's library; the larger ones take the parser ten seconds."""
    return parse_liberty(text)


def _parse(liberty: Path) -> Group:
    try:
        group = parsed(liberty.read_text(errors="replace"))
    except OSError:
        raise
    except Exception as error:  # the parser's exceptions have no common base
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise PpaError(f"{liberty}: not a Liberty file: {first[:80]}") from None
    cells = group.get_groups("cell") if isinstance(group, Group) and group.group_name == "library" else []
    if not cells:
        raise PpaError(f"{liberty}: no library with cells")
    if not any(cell.get_groups("ff") for cell in cells):
        raise PpaError(f"{liberty}: no flip-flop among {len(cells)} cells")
    return group


def plain(value: object) -> str:
    """Return a Liberty's value as text without its quotes."""
    return str(value).strip('"')


def _time_unit(group: Group, liberty: Path) -> float:
    text = plain(group.get_attribute("time_unit", "1ns"))
    found = re.fullmatch(r"([\d.]+)\s*([fpnum]?)s", text)
    if not found:
        raise PpaError(f"{liberty}: time_unit {text!r} is not understood")
    return float(found[1]) * PREFIXES[found[2]]


def _capacitance_unit(group: Group, liberty: Path) -> float:
    value = group.get_attribute("capacitive_load_unit", [1, "pf"])
    found = re.fullmatch(r"([fpnum]?)f", plain(value[1]).lower()) if len(value) == 2 else None
    if not found:
        raise PpaError(f"{liberty}: capacitive_load_unit {value} is not understood")
    return float(plain(value[0])) * PREFIXES[found[1]]


def pins_of(cell: Group) -> dict[str, Group]:
    """Return the pins of a cell by name."""
    return {plain(pin.args[0]): pin for pin in cell.get_groups("pin")}


def _pins(cell: Group, direction: str) -> list[str]:
    """Return the names of a cell's pins of a direction."""
    return [name for name, pin in pins_of(cell).items() if plain(pin.get_attribute("direction", "")) == direction]


def _by_area(cells: Sequence[Group], inputs: int, outputs: int) -> list[Group]:
    """Return the cells with so many inputs and outputs that may be used, the smallest first, of these the strongest."""
    found = [
        cell
        for cell in cells
        if (len(_pins(cell, "input")), len(_pins(cell, "output"))) == (inputs, outputs) and _usable(cell)
    ]
    return sorted(found, key=lambda cell: (float(cell.get_attribute("area", 0.0)), -_strength(cell)))


def _usable(cell: Group) -> bool:
    return cell.get_attribute("dont_use", False) is not True


def _strength(cell: Group) -> float:
    """Return the load in the library's unit that a cell's weakest output can take, 0 when it does not say."""
    pins = pins_of(cell)
    return min(float(pins[name].get_attribute("max_capacitance", 0.0)) for name in _pins(cell, "output"))


def _full_adder(cells: Sequence[Group]) -> FullAdder | None:
    """Return the smallest cell with outputs a + b + c, or None."""
    for cell in _by_area(cells, 3, 2):
        pins, inputs = pins_of(cell), _pins(cell, "input")
        for carry, total in permutations(_pins(cell, "output")):
            if computes(pins[carry], inputs, lambda bits: sum(bits) > 1) and computes(
                pins[total], inputs, lambda bits: sum(bits) % 2 == 1
            ):
                return FullAdder(plain(cell.args[0]), (inputs[0], inputs[1], inputs[2]), carry, total)
    return None


def _buffer(cells: Sequence[Group]) -> Buffer | None:
    """Return the smallest cell whose output is its input, or None."""
    for cell in _by_area(cells, 1, 1):
        (source,), (output,) = _pins(cell, "input"), _pins(cell, "output")
        if computes(pins_of(cell)[output], [source], lambda bits: bits[0]):
            return Buffer(plain(cell.args[0]), source, output)
    return None


def _and(cells: Sequence[Group]) -> And | None:
    """Return the smallest cell whose output is 1 when both inputs are, the strongest of several; or None."""
    for cell in _by_area(cells, 2, 1):
        (first, second), (output,) = _pins(cell, "input"), _pins(cell, "output")
        if computes(pins_of(cell)[output], [first, second], all):
            return And(plain(cell.args[0]), (first, second), output)
    return None


def _hold(cells: Sequence[Group]) -> Hold | None:
    """Return the smallest cell of a known area that holds its input while its clock is 1, or None."""
    found = []
    for cell in filter(_usable, cells):
        for storage in (*cell.get_groups("latch"), *cell.get_groups("ff")):
            words = ("data_in", "enable") if storage.group_name == "latch" else ("next_state", "clocked_on")
            data, clock = (plain(storage.get_attribute(word, "")).strip("() ") for word in words)
            clock = f"!{clock[:-1]}" if clock.endswith("'") else clock  # the Liberty's other way to say not
            state = plain(storage.args[0])
            outputs = [
                n for n, p in pins_of(cell).items() if plain(p.get_attribute("function", "")).strip("() ") == state
            ]
            area = float(cell.get_attribute("area", 0.0))
            if {data, clock.removeprefix("!")} == {*_pins(cell, "input")} and clock[:1] == "!" and outputs and area > 0:
                found.append((area, Hold(plain(cell.args[0]), data, clock[1:], outputs[0])))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def computes(pin: Group, inputs: Sequence[str], wanted: Callable[[tuple[bool, ...]], bool]) -> bool:
    """Return whether an output is a function of all of some inputs."""
    if pin.get_attribute("function") is None:
        return False
    function = pin.get_boolean_function("function")
    symbols = {str(symbol): symbol for symbol in function.free_symbols}
    if set(symbols) != set(inputs):
        return False
    for bits in product((False, True), repeat=len(inputs)):
        values = {symbols[name]: bit for name, bit in zip(inputs, bits, strict=True)}
        if bool(function.subs(values)) != wanted(bits):
            return False
    return True
