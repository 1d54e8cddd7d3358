from pathlib import Path

import pytest

from ppa.library import load_library
from ppa.reference import measure_process
from tests.ppa.tiny import LIBERTY, arc, entry, tiny_library

NAND = f"""cell(PLAIN) {{ area : 2; {entry("A", 3)} {entry("B", 3)} pin(Y) {{ direction : output; function : "!(A*B)";
  {arc("A", "negative_unate", 0.1)} {arc("B", "negative_unate", 0.1)} }} }} cell(NOT)"""


def test_process_of_a_tiny_library(tmp_path: Path) -> None:
    found = measure_process(tiny_library(tmp_path, LIBERTY.replace("cell(NOT)", NAND)))
    assert found is not None
    assert (found.nand2_area, found.supply_v) == (2.0, 2.0)
    assert found.nand2_f == pytest.approx(3e-15)
    assert found.fo4_s == pytest.approx(0.1e-9)  # its inverter's delay, whatever the load


def test_library_without_nand2_has_no_process(tmp_path: Path) -> None:
    assert measure_process(tiny_library(tmp_path)) is None


def test_fo4_of_osu018() -> None:
    found = measure_process(load_library())
    assert found is not None
    assert found.nand2_area == 24.0
    assert 60e-12 < found.fo4_s < 150e-12
