from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ppa import power_report
from ppa.blocks import Block
from ppa.errors import PpaError
from ppa.library import Library
from ppa.power import Power
from ppa.power_report import group_powers, power_conclusions, power_rows
from ppa.scripts import Script
from ppa.synthesis import Netlist
from tests.ppa.tiny import tiny_library


def measured(energy: float, *, glitches: bool = False) -> dict[str, object]:
    watts = energy / 10e-9
    return {
        "internal_w": watts / 2, "switching_w": watts / 2, "leakage_w": 0.0, "total_w": watts, "clock_w": watts / 4,
        "energy_per_op_j": energy, "toggles": 1, "cycles": 1, "compared": 7, "glitches": glitches, "clock_ps": 10000,
    }  # fmt: skip


RESULT = {
    "groups": {
        "ae": [
            {"block": "ae_complete", "design": "ours", "power": [measured(2e-12), measured(3e-12, glitches=True)]},
            {"block": "mul8x8", "design": "mul8x8", "power": [measured(4e-12), measured(10e-12, glitches=True)]},
        ],
        "ae_in_array": [
            {"block": "ae", "design": "ours", "power": [measured(1e-12)]},
            {"block": "triple", "design": "ours", "power": [measured(1e-12)]},
            {"block": "mul8x4", "design": "mul8x4", "power": [measured(4e-12)]},
        ],
        "lane": [{"block": "lane", "design": "ours"}],
    }
}


def test_conclusions_beside_the_goals() -> None:
    found = [(row[0].partition(" against")[0], row[1], row[3]) for row in power_conclusions(RESULT)]
    assert found == [
        ("AE alone, power without glitches", "50.0% less (must)", "50% less"),
        ("AE alone, power with glitches", "70.0% less (aim)", "50% less"),
        ("AE in the array, shared parts pro rata, power without glitches", "50.0% less", ""),
    ]


def test_rows_hold_every_power() -> None:
    rows = power_rows(RESULT)
    assert len(rows) == 7
    assert rows[0][2:6] == ("without", "2.000", "0.500", "0.2000")


def test_one_clock_for_a_group(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = []

    def measure(netlist: Netlist, library: Library, clock_ps: int, *, glitches: bool) -> Power:
        asked.append((netlist.block.name, clock_ps, glitches))
        return Power(1.0, 1.0, 1.0, 3.0, 0.0, 1e-12, 1, 1, 1, glitches)

    monkeypatch.setattr(power_report, "power", measure)
    netlists = [Netlist(tmp_path, tmp_path, 0.0, {}, Script(""), Block(name, "ours", name, ())) for name in ("a", "b")]
    library, said = tiny_library(tmp_path), list[str]()
    with ThreadPoolExecutor(1) as pool:
        found = group_powers(netlists, [100.0, 20000.0], library, said.append, pool, glitches=True)()
        without = group_powers(netlists, [1.0, 1.0], library, said.append, pool, glitches=False)()
    assert asked[:4] == [("a", 25000, False), ("a", 25000, True), ("b", 25000, False), ("b", 25000, True)]
    assert [len(powers) for powers in found] == [2, 2]
    assert [len(powers) for powers in without] == [1, 1]
    assert said[1] == "a: power with glitches"
    assert asked[-1] == ("b", 10000, False)


def test_power_of_a_block_without_stimulus_is_refused(tmp_path: Path) -> None:
    from ppa.power import power

    netlist = Netlist(tmp_path, tmp_path, 0.0, {}, Script(""), Block("core", "ours", "aslog_core", ()))
    with pytest.raises(PpaError, match="no stimulus"):
        power(netlist, tiny_library(tmp_path), 1000, glitches=False)
