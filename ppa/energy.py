"""Energies of library cells from their Liberty: internal energy of transitions by slew and load, leakage."""

import bisect
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from liberty.types import Group

from ppa.errors import PpaError
from ppa.library import Library, parsed

PREFIXES = {"f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0}
LOAD = ("total_output_net_capacitance", "equal_or_opposite_output_net_capacitance")


@dataclass(frozen=True)
class Table:
    """A table of energies: axes (is it the load? else the slew; its points), values with the last axis fastest.

    In the Liberty's units.
    """

    axes: list[tuple[bool, list[float]]]
    values: list[float]

    def at(self, slew: float, load: float) -> float:
        """Return the energy at a slew and a load, linear between the points and beyond them."""
        rows = self.values
        for is_load, points in self.axes:
            x = load if is_load else slew
            stride = len(rows) // len(points)
            low = min(max(bisect.bisect_right(points, x) - 1, 0), len(points) - 2)
            share = (x - points[low]) / (points[low + 1] - points[low])
            below, above = (rows[(low + i) * stride : (low + i + 1) * stride] for i in (0, 1))
            rows = [a + (b - a) * share for a, b in zip(below, above, strict=True)]
        return rows[0]


@dataclass(frozen=True)
class InternalPower:
    """One internal_power group of a pin: energies of a rise and a fall, the pins that cause it, the supply it loads."""

    related: tuple[str, ...]
    supply: str
    rise: Table
    fall: Table


@dataclass(frozen=True)
class CellEnergy:
    """A cell: internal power of its pins, and leakage in watts."""

    internal: dict[str, list[InternalPower]]
    leakage_w: float


@dataclass(frozen=True)
class EnergyLibrary:
    """The cells of a Liberty, its units of capacitance and of energy, and its supply, in SI."""

    cells: dict[str, CellEnergy]
    capacitance_f: float
    energy_j: float
    supply_v: float

    @property
    def has_internal_power(self) -> bool:
        """Return whether any cell has internal power; without, only switching power can be told."""
        return any(cell.internal for cell in self.cells.values())


def read_energies(library: Library) -> EnergyLibrary:
    """Read what a library's Liberty says of power. Raises PpaError when it lacks its supply or a unit is unknown."""
    return _energies(library.liberty, library.liberty.read_text(errors="replace"), library.capacitance_unit)


@cache
def _energies(liberty: Path, text: str, capacitance_f: float) -> EnergyLibrary:
    group = parsed(text)
    volt = _unit(_text(group, "voltage_unit", "1V"), liberty)
    leakage = _unit(_text(group, "leakage_power_unit", "1nW"), liberty)
    supply = float(group.get_attribute("nom_voltage", 0.0))
    chosen = _text(group, "default_operating_conditions", "")
    for conditions in group.get_groups("operating_conditions"):
        if _names(conditions) == [chosen]:
            supply = float(conditions.get_attribute("voltage", supply))
    if supply <= 0:
        raise PpaError(f"{liberty} has no nom_voltage, which power needs")
    templates = {_names(template)[0]: template for template in group.get_groups("power_lut_template")}
    cells = {
        _names(cell)[0]: CellEnergy(_internal(cell, templates), _leakage(cell) * leakage)
        for cell in group.get_groups("cell")
    }
    return EnergyLibrary(cells, capacitance_f, volt * volt * capacitance_f, supply * volt)


def _text(group: Group, name: str, default: str) -> str:
    return str(group.get_attribute(name, default)).strip('"')


def _names(group: Group) -> list[str]:
    return [str(name).strip('"') for name in group.args]


def _unit(text: str, liberty: Path) -> float:
    """Return ``1V`` or ``100uW`` in SI."""
    found = re.fullmatch(r"([\d.eE+-]+?)\s*([fpnum]?)[VW]", text)
    if not found:
        raise PpaError(f"{liberty}: unit {text!r} is not understood, expected something like 1V or 1nW")
    return float(found[1]) * PREFIXES[found[2]]


def _leakage(cell: Group) -> float:
    """Return a cell's leakage in the library's unit: its own, or the mean of its states."""
    states = [float(group.get_attribute("value", 0.0)) for group in cell.get_groups("leakage_power")]
    mean = sum(states) / len(states) if states else 0.0
    return float(cell.get_attribute("cell_leakage_power", mean))


def _internal(cell: Group, templates: dict[str, Group]) -> dict[str, list[InternalPower]]:
    """Return the internal power of a cell's pins, those of buses left out."""
    found: dict[str, list[InternalPower]] = {}
    for pin in cell.get_groups("pin"):
        for group in pin.get_groups("internal_power"):
            tables = {inner.group_name: _table(inner, templates) for inner in group.groups}
            both = tables.get("power", Table([], [0.0]))
            rise, fall = tables.get("rise_power", both), tables.get("fall_power", both)
            related = tuple(_text(group, "related_pin", "").split())
            for name in _names(pin):
                found.setdefault(name, []).append(
                    InternalPower(related, _text(group, "related_pg_pin", ""), rise, fall)
                )
    return found


def _table(group: Group, templates: dict[str, Group]) -> Table:
    """Return a table; a template's axes stand where it has none of its own, and axes of one point are left out."""
    template = templates.get(_names(group)[0]) if group.args else None
    axes = []
    for number in ("1", "2"):
        holders = [g for g in (group, template) if g is not None and g.get_attribute(f"index_{number}") is not None]
        points = [float(p) for p in holders[0].get_array(f"index_{number}").flatten()] if holders else []
        if template is not None and len(points) > 1:
            axes.append((_text(template, f"variable_{number}", "") in LOAD, points))
    return Table(axes, [float(v) for v in group.get_array("values").flatten()])
