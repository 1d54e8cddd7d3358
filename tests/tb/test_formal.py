"""The proofs refute what is wrong, with a counterexample in terms of the inputs, and are not proven of nothing."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from golden.codes import decode
from golden.contract import CODE_WIDTH, DELTA, FRACTION, M_WIDTH, META_WIDTH, POST_SHIFT
from golden.integer import bce_term, requantize
from golden.ladder import LEGAL_METADATA
from tb.bench import rtl_sources
from tb.formal import __main__ as command
from tb.formal import bounds
from tb.formal.defined import prove_defined
from tb.formal.proofs import PROOFS
from tb.formal.solver import FormalError, Proof, prepare, prove
from tb.formal.weights import weight_table
from tests.tb.faults import Fault

BY_NAME = {proof.name: proof for proof in PROOFS}

# what breaks: the proof that must refute it, and the fault
FAULTS = {
    "bits of n2 beside their place": ("weight_decoder", Fault("weight_decoder.v", "_N2_LSB+:NB", "_PARITY_LSB+:NB")),
    "sign bit": ("weight_decoder", Fault("weight_decoder.v", "code[LB] && level", "code[0] && level")),
    "shift off by one": ("ae", Fault("ae.v", "!shift[s-1] ?", "shift[s-1] ?")),
    "two's complement": ("ae", Fault("ae.v", "magnitude ^ {", "-magnitude ^ ~{")),
    "3x is 2x": ("ae", Fault("triple.v", "+ {2'b00, x}", "")),
    "carry of the first step": ("carry_save: 5 inputs", Fault("carry_save.v", "carries[STEP]}", "carries[0]}")),
    "carries too low": (
        "carry_save: 3 inputs",
        Fault(
            "carry_save.v",
            "{majority[RW-2:0], carries[STEP]}",
            "majority ^ {{(RW-1){1'b0}}, carries[STEP]}",
        ),
    ),
    "narrow carries": (
        "carry_save: 16 products",
        Fault("carry_save.v", "widest + 8'd1 : widest", "widest : widest"),
    ),
    "row taken twice": (
        "carry_save: 6 inputs",
        Fault("carry_save.v", "g_row[3*STEP+2].value", "g_row[3*STEP+1].value"),
    ),
    "carry of the count": ("is_last", Fault("is_last.v", "& ~total", "& total")),
    "sign of the sum": ("dot_lane", Fault("dot_lane.v", "{!more[2*SUM_WIDTH-1]", "{more[2*SUM_WIDTH-1]")),
    "operand of the next lane": ("dot_lane", Fault("dot_lane.v", "x3[i*(XW+2)+:XW+2]", "x3[i/2*(XW+2)+:XW+2]")),
    "sign of the term": ("bce", Fault("bce.v", "^ {SW{negative}}", "^ {SW{1'b0}}")),
    "no zero": ("bce", Fault("bce.v", "{WW{exponent != 0}}", "{WW{1'b1}}")),
    "no carry of the term": ("bce", Fault("bce.v", "majority[SW-2:0], negative}", "majority[SW-2:0], 1'b0}")),
    "not held": ("requantizer: copies", Fault("requantizer.v", "if (enable[0]) begin", "if (1'b1) begin")),
    "held with the stage before": ("requantizer: scaled", Fault("requantizer.v", "if (enable[2])", "if (enable[1])")),
    "another multiplier": (
        "requantizer: copies",
        Fault("requantizer.v", "multiplier_3 <= multiplier", "multiplier_3 <= multiplier + 1'b1"),
    ),
    "no carries": ("requantizer: total", Fault("requantizer.v", "partial_1 + carries_1", "partial_1")),
    "narrow product": (
        "requantizer: quotient",
        Fault("requantizer.v", "scaled_3 * factor", "(scaled_3 >>> 1) * factor"),
    ),
    "rounding bit": ("requantizer: y", Fault("requantizer.v", "zero_out, 1'b1}", "zero_out, 1'b0}")),
    "no saturation": ("requantizer: scaled", Fault("saturating_shift.v", "g_stage[0].lost ?", "1'b0 ?")),
    "bounds swapped": (
        "requantizer: y",
        Fault("requantizer.v", "below ? clamp_low : above ? clamp_high", "below ? clamp_high : above ? clamp_low"),
    ),
    "smallest of the window": (
        "vector_lane: window",
        Fault("vector_lane.v", "value_0 > window_1", "value_0 < window_1"),
    ),
    "unsigned window": (
        "vector_lane: product",
        Fault("vector_lane.v", "{{(SW-WW){window_1[WW-1]}}, window_1}", "{{(SW-WW){1'b0}}, window_1}"),
    ),
    "rounding bit twice": ("vector_lane: total", Fault("vector_lane.v", "second_2 ? total_3", "second_2 ? half")),
    "zero point": ("vector_lane: y", Fault("vector_lane.v", "scaled + $signed", "scaled - $signed")),
    "reserved shift": ("refused", Fault("parameter_check.v", "shift > `", "shift >= `")),
    "empty clamp": ("refused", Fault("descriptor_check.v", "low > high", "low > high && mode == 0")),
    "shift of a vector command": (
        "refused",
        Fault("vector_check.v", "_SHIFT] <= `ASLOG_GLUE_SHIFT_MAX", "_SHIFT] <= 47"),
    ),
}


@pytest.fixture(autouse=True)
def _headers() -> None:
    prepare()


def numbers(counterexample: str) -> dict[str, int]:
    """Return the values that a counterexample names."""
    return {name: int(value) for name, value in re.findall(r"(\w+) =? ?(-?\d+)", counterexample)}


def refuted(name: str, folder: Path) -> dict[str, int]:
    proof, fault = FAULTS[name]
    answer = prove(BY_NAME[proof], fault.sources(folder))
    assert not answer.proven
    values = numbers(answer.counterexample)
    assert values.keys() == {*BY_NAME[proof].shown, "expected", "got"}
    assert values["expected"] != values["got"]
    return values


@pytest.mark.parametrize("name", FAULTS)
def test_refutes(name: str, tmp_path: Path) -> None:
    refuted(name, tmp_path)


@pytest.mark.parametrize("name", ["bits of n2 beside their place", "shift off by one", "3x is 2x"])
def test_counterexample_of_a_weight_is_true(name: str, tmp_path: Path) -> None:
    values = refuted(name, tmp_path)
    meta = torch.tensor([values["meta"] & max(LEGAL_METADATA)])
    assert values["expected"] == values.get("x", 1) * int(decode(torch.tensor([[values["code"]]]), meta))


def test_counterexample_of_a_term_is_true(tmp_path: Path) -> None:
    values = refuted("no zero", tmp_path)
    term = int(bce_term(torch.tensor(values["delta"]), torch.tensor(values["window"])))
    assert values["expected"] == values["acc"] + values["bias"] + term


def test_counterexample_of_a_byte_is_true(tmp_path: Path) -> None:
    values = refuted("bounds swapped", tmp_path)
    assert values["enable"] >> 4 == 1
    multiplier, shift = torch.tensor(1 << (M_WIDTH - 1)), torch.tensor(FRACTION + M_WIDTH - POST_SHIFT)  # half of it
    limits = (values["zero_out"], values["clamp_low"], values["clamp_high"])
    assert values["expected"] == int(requantize(torch.tensor(values["quotient_4"]), multiplier, shift, *limits))


def test_proven_of_nothing() -> None:
    nothing = replace(BY_NAME["vector_lane: y"], parameters={"LOWEST": 1, "HIGHEST": 0})
    with pytest.raises(FormalError, match="vector_lane: y: no input is legal"):
        prove(nothing, rtl_sources())


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"top": "no_property"}, "no_property"),
        ({"right": "no_signal"}, "no_signal"),
        ({"probes": ("no_register",)}, "no_register"),
    ],
)
def test_what_yosys_does_not_read(change: dict[str, str], word: str) -> None:
    broken: Proof = replace(BY_NAME["requantizer: y"], **change)  # type: ignore[arg-type]
    with pytest.raises(FormalError, match=word):
        prove(broken, rtl_sources())


def test_table_has_every_weight() -> None:
    entries = re.findall(r"'d(\d+): weight_of = (-?)\d+'sd(\d+);", weight_table())
    assert [int(place) for place, _, _ in entries] == list(range(1 << (META_WIDTH + CODE_WIDTH)))
    codes = torch.arange(1 << CODE_WIDTH).unsqueeze(0)
    for meta in LEGAL_METADATA:
        rows = entries[meta << CODE_WIDTH : (meta + 1) << CODE_WIDTH]
        assert [int(sign + value) for _, sign, value in rows] == decode(codes, torch.tensor([meta])).flatten().tolist()


def test_bounds_are_reached() -> None:
    ranges = {bound.name: bound.range for bound in bounds.bounds()}
    window = torch.tensor((1 << 24) - 1)
    deltas = torch.arange(1 << DELTA["width"])
    terms = bce_term(deltas, window)
    assert ranges["BCE term"] == (int(terms.min()), int(terms.max()))
    assert all(bound.fits for bound in bounds.bounds())
    assert not bounds.Bound("one bit less", ranges["vector: total"], 41).fits
    assert bounds.times((-2, 3), (-5, 7)) == (-15, 21)


def test_widths_are_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "bounds", lambda: [bounds.Bound("sum", (-4, 4), 3), bounds.Bound("term", (-4, 3), 3)])
    assert command.widths().counterexample == "sum is -4..4, wider than 3 bits"


def test_x_after_the_reset(tmp_path: Path) -> None:
    fault = Fault("burst_issue.v", "if (rst) begin", "if (1'b0) begin")
    answer = prove_defined(fault.sources(tmp_path), cycles=4)
    assert "X in cycle 2" in answer.counterexample


@pytest.mark.parametrize(
    ("only", "status", "said"), [("ae", 0, "1 of 1 claims proven"), ("nothing", 2, "no proof has")]
)
def test_command(only: str, status: int, said: str) -> None:
    result = CliRunner().invoke(command.app, ["--only", only])
    assert result.exit_code == status
    assert said in result.output


def test_command_tells_what_is_refuted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = FAULTS["3x is 2x"][1].sources(tmp_path)
    monkeypatch.setattr(command, "rtl_sources", lambda: sources)
    result = CliRunner().invoke(command.app, ["--only", "ae"])
    assert result.exit_code == 1
    assert re.search(r"ae: x = \d+, code = \d+, meta = \d+: expected -?\d+, got -?\d+\n", result.output)
    assert "0 of 1 claims proven" in result.output
