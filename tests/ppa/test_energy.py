from pathlib import Path

import pytest

from ppa.energy import Table, read_energies
from ppa.errors import PpaError
from tests.ppa.tiny import LIBERTY, tiny_library

SQUARE = Table([(True, [1.0, 2.0]), (False, [0.0, 10.0])], [1.0, 11.0, 2.0, 12.0])
"""load + slew, the load's axis first."""


@pytest.mark.parametrize(("slew", "load"), [(0.0, 1.0), (10.0, 2.0), (5.0, 1.5), (20.0, 3.0), (-1.0, 0.5)])
def test_table_is_linear_between_points_and_beyond(slew: float, load: float) -> None:
    assert SQUARE.at(slew, load) == pytest.approx(slew + load)


def test_table_of_one_value() -> None:
    assert Table([], [7.0]).at(1.0, 2.0) == 7.0


def test_units(tmp_path: Path) -> None:
    energies = read_energies(tiny_library(tmp_path))
    assert (energies.supply_v, energies.capacitance_f) == (2.0, 1e-15)
    assert energies.energy_j == pytest.approx(1e-15)
    assert energies.cells["FLOP"].leakage_w == pytest.approx(1e-9)
    millivolts = LIBERTY.replace('"1V"', '"1mV"').replace(": 2.0", ": 2000")
    (tmp_path / "other").mkdir()
    other = read_energies(tiny_library(tmp_path / "other", millivolts))
    assert other.supply_v == 2.0
    assert other.energy_j == pytest.approx(1e-21)


def test_one_table_for_both_edges(tmp_path: Path) -> None:
    text = LIBERTY.replace(
        'rise_power(scalar) { values("3"); } fall_power(scalar) { values("5"); }', 'power(s) { values("4"); }'
    )
    assert text != LIBERTY
    (power,) = read_energies(tiny_library(tmp_path, text)).cells["NOT"].internal["Y"]
    assert (power.rise.at(0, 0), power.fall.at(0, 0), power.related) == (4.0, 4.0, ("A",))


def test_axes_of_a_template(tmp_path: Path) -> None:
    template = (
        "power_lut_template(two) { variable_1 : input_transition_time; variable_2 : total_output_net_capacitance; "
        'index_1("0, 1"); index_2("0, 2"); } cell(NOT)'
    )
    table = 'rise_power(two) { values("0, 20", "1, 21"); }'
    text = LIBERTY.replace("cell(NOT)", template).replace('rise_power(scalar) { values("3"); }', table)
    (power,) = read_energies(tiny_library(tmp_path, text)).cells["NOT"].internal["Y"]
    assert power.rise.at(0.5, 1.0) == pytest.approx(10.5)


def test_no_supply_is_refused(tmp_path: Path) -> None:
    text = LIBERTY.replace("nom_voltage : 2.0;", "").replace("voltage : 2.0;", "")
    with pytest.raises(PpaError, match="no nom_voltage"):
        read_energies(tiny_library(tmp_path, text))
