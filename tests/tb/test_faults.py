"""Faults put into the RTL: every one must make the core's comparison fail and be found at its place."""

import re
from pathlib import Path

import pytest
import torch

from golden.contract import M_WIDTH, N2_MAX
from golden.ladder import metadata
from golden.layer import QuantizedLayer
from golden.schedule import CoreConfig
from tb.core import runner
from tb.core.job import Job
from tb.core.runner import Outcome, run_jobs
from tb.simulators import ROOT
from tests.tb.faults import Fault

CONFIG = CoreConfig(4, 8, stripe=8)


# what breaks: the fault, and where the diagnosis must see it
FAULTS = {
    "flipped sign": (Fault("ae.v", "magnitude ^ {XW{negative}}", "magnitude ^ {XW{~negative}}"), "product sum at"),
    "carry of the negation": (
        Fault("dot_lane.v", ".carries(negative[IC_LANES-3:0])", ".carries({(IC_LANES-2){1'b0}})"),
        "product sum at",
    ),
    "padding too narrow": (Fault("lane_mask.v", "place < $signed({2'b00", "place <= $signed({2'b00"), "product sum at"),
    "padding value": (Fault("operand.v", ": zero_in)", ": 8'd0)"), "product sum at"),
    "pixels of another mode": (
        Fault("datapath.v", "(pixel_offset & {IW{packed_in}})", "pixel_offset"),
        "product sum at",
    ),
    "first tap added": (Fault("accumulator.v", "valid && !first", "valid"), "accumulator"),
    "window sum": (
        Fault("operand.v", "dense_window <= vector_sums;", "dense_window <= vector_sums ^ 1;"),
        "window term at",
    ),
    "sign of the term": (Fault("bce.v", "^ {SW{negative}}", "^ {SW{1'b0}}"), "BCE term"),
    "swapped channel constants": (
        Fault("parameter_bank.v", "words[c*RQ_LANES+r]", "words[c*RQ_LANES+(r^1)]"),
        "BCE term",
    ),
    "bias": (
        Fault("requantizer.v", "carries_1 <= carries;", "carries_1 <= carries + 64;"),
        "sum of accumulator, BCE term and bias",
    ),
    "rounding bit": (Fault("requantizer.v", "zero_out, 1'b1}", "zero_out, 1'b0}"), "requantized output"),
    "upper clamp": (Fault("requantizer.v", "above ? clamp_high", "above ? 8'd255"), "requantized output"),
    "dropped stripe remainder": (
        Fault("stripe_length.v", "half : remaining", "half : nominal"),
        "written more than once",
    ),
    "output address": (
        Fault("stripe_reader.v", "<= last_pixel ? output_base : address +", "<= address +"),
        "got nothing",
    ),
}


def job() -> Job:
    """Return a layer that no fault leaves untouched: three stripes with a remainder, padding, two tiles."""
    generator = torch.Generator().manual_seed(5)

    def draw(low: int, high: int, *shape: int) -> torch.Tensor:
        return torch.randint(low, high, shape, generator=generator)

    codes, delta, bias = draw(0, 16, 8, 6, 3, 3), draw(0b1001, 0b1111, 8), draw(-1000, 1000, 8)
    shift = torch.full((8,), 11)
    layer = QuantizedLayer(
        name="faulty",
        codes=codes,
        metadata=torch.full((8,), metadata(N2_MAX, 0)),
        delta=delta,
        bias=bias,
        multiplier=draw(1 << (M_WIDTH - 1), 1 << M_WIDTH, 8),
        shift=shift,
        pad_top=1, pad_bottom=1, pad_left=1, pad_right=1,
        zero_in=77, zero_out=100, clamp_low=10, clamp_high=150,
    )  # fmt: skip
    return Job(layer.name, layer, draw(0, 256, 1, 6, 5, 3))


def run_faulty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault) -> Outcome:
    """Run the layer through a copy of the RTL with a fault."""
    sources = (*fault.sources(tmp_path), *sorted((ROOT / "tb" / "core").glob("*.v")))
    monkeypatch.setattr(runner, "core_sources", lambda: sources)
    (outcome,) = run_jobs([job()], CONFIG, "icarus", 5, tmp_path / "run")
    return outcome


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_found_at_its_place(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault, place = FAULTS[name]
    outcome = run_faulty(tmp_path, monkeypatch, fault)
    assert not outcome.good
    assert outcome.compared > 0
    assert outcome.mismatched > 0
    assert re.search(r"the first at output channel \d+, row \d+, column \d+: expected \d+, got", outcome.problem())
    assert place in outcome.problem()
    assert outcome.waveform is not None
    assert outcome.waveform.stat().st_size > 1000
    assert outcome.waveform.with_suffix(".gtkw").exists()


def test_the_layer_is_right_without_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_faulty(tmp_path, monkeypatch, Fault("ae.v", "// ae:", "// ae: ")).good
