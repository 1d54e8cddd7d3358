from pathlib import Path

import pytest

from ppa.errors import PpaError
from ppa.library import Buffer, FullAdder, load_library
from tests.ppa.tiny import LIBERTY, entry, tiny_library

ADDER = f"""cell(ADD) {{ area : 9; {entry("A", 1)} {entry("B", 1)} {entry("C", 1)}
  pin(S) {{ direction : output; function : "A^B^C"; }}
  pin(CO) {{ direction : output; function : "A B + C (A + B)"; }} }}
  cell(NOT)"""


def test_name_and_units(tmp_path: Path) -> None:
    library = tiny_library(tmp_path, LIBERTY.replace('time_unit : "1ns"', 'time_unit : "10ps"'))
    assert library.name == "tiny"
    assert library.time_unit == pytest.approx(1e-11)
    assert library.capacitance_unit == pytest.approx(1e-15)
    assert library.full_adder is None


def test_full_adder_is_found_by_its_functions(tmp_path: Path) -> None:
    found = tiny_library(tmp_path, LIBERTY.replace("cell(NOT)", ADDER)).full_adder
    assert found == FullAdder("ADD", ("A", "B", "C"), carry="CO", sum="S")
    wrong = ADDER.replace("A B + C (A + B)", "A B + C")
    assert tiny_library(tmp_path, LIBERTY.replace("cell(NOT)", wrong)).full_adder is None


def test_strongest_of_the_smallest_cells_is_taken(tmp_path: Path) -> None:
    def buffer(name: str, area: int, load: float) -> str:
        output = f'pin(Y) {{ direction : output; function : "A"; max_capacitance : {load}; }}'
        return f"cell({name}) {{ area : {area}; {entry('A', 1)} {output} }} "

    cells = buffer("WEAK", 2, 0.1) + buffer("STRONG", 2, 0.3) + buffer("LARGE", 3, 0.9)
    assert tiny_library(tmp_path, LIBERTY.replace("cell(NOT)", f"{cells}cell(NOT)")).buffer == Buffer(
        "STRONG", "A", "Y"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing", "not a Liberty file"),
        ("library(empty) { }", "no library with cells"),
        ("library(gates) { cell(NOT) { area : 1; } }", "no flip-flop among 1 cells"),
        (LIBERTY.replace('"1ns"', '"1 hour"'), "time_unit '1 hour' is not understood"),
        (LIBERTY.replace("(1, ff)", "(1, lb)"), "capacitive_load_unit"),
    ],
)
def test_what_cannot_be_used_is_refused(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(PpaError, match=message):
        tiny_library(tmp_path, text)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PpaError, match="no such file"):
        load_library(tmp_path / "none.lib")
