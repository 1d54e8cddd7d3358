from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ppa import gate_simulation
from ppa import power as power_module
from ppa.errors import PpaError
from ppa.power import Power, measure_power
from ppa.stimulus import Stimulus
from tests.ppa.tiny import LIBERTY, by_hand, tiny_library

CLOCK = 10000
INVERTER = "module hand(input a, output y); NOT g(.A(a), .Y(y)); endmodule"
FLOP = "module hand(input clk, input d, output q); FLOP f(.CK(clk), .D(d), .Q(q)); endmodule"
LATE = """module hand(input a, output y); wire n, m;
  NOT g(.A(a), .Y(n)); NOT h(.A(n), .Y(m)); XOR x(.A(a), .B(m), .Y(y)); endmodule"""
"""a ^ a: without delays never 1, with them a pulse after every change of a."""


def power(folder: Path, verilog: str, stimulus: Stimulus, *, glitches: bool = False, clock: int = CLOCK) -> Power:
    return measure_power(by_hand(folder, verilog), tiny_library(folder), stimulus, clock, folder, glitches=glitches)


def inverted(values: list[int]) -> Stimulus:
    return Stimulus("bits", {"a": values}, {"y": [1 - value for value in values]}, 1.0)


def test_inverter_by_hand(tmp_path: Path) -> None:
    found = power(tmp_path, INVERTER, inverted([0, 1, 0, 1, 1]))
    # 3 transitions in 4 cycles of 10 ns; y falls twice and rises once; a carries 4 fF, y the mean load of (4 + 0) / 2
    assert found.toggles == 6
    assert found.internal_w == pytest.approx((2 * 5e-15 + 3e-15) / 40e-9)
    assert found.switching_w == pytest.approx(0.5 * 2.0**2 * (3 * 4e-15 + 3 * 2e-15) / 40e-9)
    assert found.leakage_w == pytest.approx(5e-9)
    assert found.total_w == pytest.approx(found.internal_w + found.switching_w + found.leakage_w)
    assert found.energy_per_op_j == pytest.approx(found.total_w * 10e-9)
    assert (found.cycles, found.compared, found.clock_w) == (4, 5, 0.0)


def test_double_activity_is_double_dynamic_power(tmp_path: Path) -> None:
    slow, fast = (power(tmp_path, INVERTER, inverted([0, *bits * 4])) for bits in ([1, 1, 0, 0], [1, 0, 1, 0]))
    assert fast.toggles == 2 * slow.toggles
    assert fast.internal_w == pytest.approx(2 * slow.internal_w)
    assert fast.switching_w == pytest.approx(2 * slow.switching_w)
    assert fast.leakage_w == slow.leakage_w


def test_flop_clock_and_data(tmp_path: Path) -> None:
    data = [0, 1, 1, 0, 1, 0]
    stimulus = Stimulus("bits", {"d": data}, {"q": [None, *data[:-1]]}, 1.0, warmup=1, clock="clk")
    found = power(tmp_path, FLOP, stimulus)
    seconds, toggles = 5 * 10e-9, 3  # of q in the counted cycles: 0 1 1 0 1
    mean = (8 + 2 + 0) / 3 * 1e-15
    clock = (5 * (7 + 9) * 1e-15 + 0.5 * 4 * 10 * 8e-15) / seconds
    assert found.clock_w == pytest.approx(clock)
    assert found.internal_w == pytest.approx((5 * 16e-15 + toggles * 30e-15) / seconds)
    switching = 0.5 * 4 * (10 * 8e-15 + 4 * 2e-15 + toggles * mean)
    assert found.switching_w == pytest.approx(switching / seconds)


def test_related_pins_share_by_their_transitions(tmp_path: Path) -> None:
    netlist = "module hand(input a, input b, output y); XOR x(.A(a), .B(b), .Y(y)); endmodule"
    only_a = Stimulus("a", {"a": [0, 1, 0, 1], "b": [0, 0, 0, 0]}, {"y": [0, 1, 0, 1]}, 1.0)
    only_b = Stimulus("b", {"a": [0, 0, 0, 0], "b": [0, 1, 0, 1]}, {"y": [0, 1, 0, 1]}, 1.0)
    assert power(tmp_path, netlist, only_a).internal_w == pytest.approx(3 * 10e-15 / 30e-9)
    assert power(tmp_path, netlist, only_b).internal_w == pytest.approx(3 * 20e-15 / 30e-9)
    assert power(tmp_path, netlist, only_b).leakage_w == pytest.approx(3e-9)  # the mean of its states


def test_models_that_are_given_run_in_the_place_of_the_librarys(tmp_path: Path) -> None:
    models, library = tmp_path / "models.v", tiny_library(tmp_path)
    given = replace(library, cells=models)
    netlist, stimulus = by_hand(tmp_path, INVERTER), inverted([0, 1, 0, 1, 1])
    models.write_text("module NOT(input A, output Y); not (Y, A); endmodule")
    expected = measure_power(netlist, library, stimulus, CLOCK, tmp_path, glitches=False)
    assert measure_power(netlist, given, stimulus, CLOCK, tmp_path, glitches=False) == expected
    models.write_text("module NOT(input A, output Y); buf (Y, A); endmodule")
    with pytest.raises(PpaError, match="outputs of the netlist are wrong"):
        measure_power(netlist, given, stimulus, CLOCK, tmp_path, glitches=False)


def test_glitches_only_with_delays(tmp_path: Path) -> None:
    stimulus = Stimulus("bits", {"a": [0, 1, 0, 1]}, {"y": [0, 0, 0, 0]}, 1.0)
    without, with_them = (power(tmp_path, LATE, stimulus, glitches=g) for g in (False, True))
    assert (without.toggles, with_them.toggles) == (9, 15)
    assert with_them.total_w > without.total_w


def test_pulse_shorter_than_a_cells_delay_does_not_pass(tmp_path: Path) -> None:
    text = LIBERTY.replace('values("0.15, 0.15")', 'values("0.3, 0.3")')  # the pulse lasts 0.2 ns
    stimulus = Stimulus("bits", {"a": [0, 1, 0, 1]}, {"y": [0, 0, 0, 0]}, 1.0)
    found = measure_power(
        by_hand(tmp_path, LATE), tiny_library(tmp_path, text), stimulus, CLOCK, tmp_path, glitches=True
    )
    assert found.toggles == 9


def test_clock_faster_than_the_netlist_is_refused(tmp_path: Path) -> None:
    stimulus = inverted([0, 1, 0, 1])
    power(tmp_path, INVERTER, stimulus, glitches=True, clock=200)
    with pytest.raises(PpaError, match="outputs of the netlist are wrong"):
        power(tmp_path, INVERTER, stimulus, glitches=True, clock=90)


def test_wrong_netlist_gives_no_figure(tmp_path: Path) -> None:
    broken = INVERTER.replace("NOT g(.A(a), .Y(y));", "wire n; NOT g(.A(a), .Y(n)); NOT h(.A(n), .Y(y));")
    with pytest.raises(PpaError, match="hand on bits: 4 of 4 outputs of the netlist are wrong, first in cycle 0"):
        power(tmp_path, broken, inverted([0, 1, 0, 1]))


def test_nothing_compared_gives_no_figure(tmp_path: Path) -> None:
    blind = replace(inverted([0, 1]), expected={"y": [None, None]})
    with pytest.raises(PpaError, match="bits never compares y"):
        power(tmp_path, INVERTER, blind)


def test_output_that_is_not_compared_gives_no_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = gate_simulation._bench

    def blind(*args: Any) -> str:
        return text(*args).replace("if (valid[cycle][0])", "if (valid[cycle][0] && cycle > 0)")

    monkeypatch.setattr(gate_simulation, "_bench", blind)
    with pytest.raises(PpaError, match="hand on bits: 3 of 4 outputs were compared"):
        power(tmp_path, INVERTER, inverted([0, 1, 0, 1]))


def test_port_that_is_not_compared_gives_no_figure(tmp_path: Path) -> None:
    netlist = "module hand(input a, output y, output z); NOT g(.A(a), .Y(y)); NOT h(.A(a), .Y(z)); endmodule"
    with pytest.raises(PpaError, match="bits never compares z"):
        power(tmp_path, netlist, inverted([0, 1, 0, 1]))


@pytest.mark.parametrize(("inputs", "message"), [({"b": [0, 1]}, "has no port b"), ({}, "does not drive a")])
def test_stimulus_of_other_ports_is_refused(tmp_path: Path, inputs: dict[str, list[int]], message: str) -> None:
    netlist = INVERTER if inputs else "module hand(input a, input c, output y); NOT g(.A(a), .Y(y)); endmodule"
    stimulus = Stimulus("bits", inputs or {"c": [0, 1]}, {"y": [1, 0]}, 1.0)
    with pytest.raises(PpaError, match=message):
        power(tmp_path, netlist, stimulus)


@pytest.mark.parametrize("glitches", [False, True])
def test_stimulus_and_simulation_are_of_one_mode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, glitches: bool
) -> None:
    asked: list[bool] = []

    def stimulus_of(block: object, *, glitches: bool) -> Stimulus:
        asked.append(glitches)
        return Stimulus("bits", {"a": [0, 1, 0, 1]}, {"y": [0, 0, 0, 0]}, 1.0)

    monkeypatch.setattr(power_module, "block_stimulus", stimulus_of)
    monkeypatch.setattr(power_module, "POWERS", tmp_path / "powers")
    netlist, library = by_hand(tmp_path, LATE), tiny_library(tmp_path)
    found = power_module.power(netlist, library, CLOCK, glitches=glitches)
    assert asked == [glitches]
    assert (found.glitches, found.toggles) == (glitches, 15 if glitches else 9)
    assert power_module.power(netlist, library, CLOCK, glitches=glitches) == found
    assert len([*(tmp_path / "powers").iterdir()]) == 1
