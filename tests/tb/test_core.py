"""Random layers of every mode and illegal descriptors through the core, on both simulators."""

import os
import random
from pathlib import Path

import pytest
import torch

from golden.codes import LEGAL_METADATA
from golden.compile import CoreConfig, compile_layer
from golden.contract import DESCRIPTOR
from golden.layer import QuantizedLayer
from tb.bench import RUNS
from tb.core.job import Job
from tb.core.runner import run_jobs

SEED = int(os.environ.get("SEED") or random.getrandbits(31))
CASES = [("verilator", 16, 16, 24), ("verilator", 4, 4, 12), ("verilator", 8, 16, 8), ("icarus", 8, 8, 4)]


def random_job(index: int, rng: random.Random) -> Job:
    """A layer of a random mode, shape, stride and padding, with weights and parameters over their whole range."""
    depthwise, thin = index % 3 == 1, index % 3 == 2
    kh, kw, stride = rng.randint(1, 7), rng.randint(1, 7), rng.choice((1, 2))
    ic = rng.randint(1, 4) if thin else rng.randint(1, 40)
    oc = ic if depthwise else rng.randint(1, 40)
    groups = ic if depthwise and ic > 1 else 1
    pads = [rng.randint(0, k - 1) for k in (kh, kh, kw, kw)]
    generator = torch.Generator().manual_seed(rng.getrandbits(31))

    def draw(low: int, high: int, *shape: int) -> torch.Tensor:
        return torch.randint(low, high, shape, generator=generator)

    layer = QuantizedLayer(
        name=f"random{index}",
        codes=draw(0, 16, oc, ic // groups, kh, kw),
        metadata=torch.tensor(LEGAL_METADATA)[draw(0, len(LEGAL_METADATA), oc)],
        delta=draw(0, 128, oc),
        bias=draw(-100_000, 100_000, oc),
        multiplier=draw(1 << 15, 1 << 16, oc),
        shift=draw(20, 31, oc),
        groups=groups,
        stride=stride,
        pad_top=pads[0],
        pad_bottom=pads[1],
        pad_left=pads[2],
        pad_right=pads[3],
        zero_in=rng.randint(0, 255),
        zero_out=rng.randint(0, 255),
        clamp_low=rng.randint(0, 20),
        clamp_high=rng.randint(200, 255),
    )
    x = draw(0, 256, 1, ic, rng.randint(kh, 14), rng.randint(kw, 14))
    if index % 5 == 4:
        x = x.clamp(0, 1) * 255
    return Job(layer.name, layer, x, stall=index % 2 == 1)


@pytest.mark.parametrize(("sim", "oc_lanes", "ic_lanes", "count"), CASES)
def test_random_layers(sim: str, oc_lanes: int, ic_lanes: int, count: int) -> None:
    print(f"SEED={SEED}")
    rng = random.Random(SEED)
    jobs = [random_job(index, rng) for index in range(count)]
    outcomes = run_jobs(jobs, CoreConfig(oc_lanes, ic_lanes), sim, SEED, RUNS / f"core-{sim}-{oc_lanes}x{ic_lanes}")
    wrong = [f"{o.name} ({o.mode}): {o.problem()}" for o in outcomes if not o.good]
    assert wrong == [], f"SEED={SEED}"
    assert len(outcomes) == count
    assert sum(o.compared for o in outcomes) > count


# field changes of a legal layer and the error they must raise
ILLEGAL: dict[str, dict[str, int]] = {
    "mode": {"mode": 7},
    "zero": {"height": 0},
    "stride": {"stride": 3},
    "stripe": {"stripe": 200},
    "shape": {"out_width": 99},
    "channels": {"mode": 2, "channels_in": 5},
    "clamp": {"clamp_low": 200, "clamp_high": 100},
    "activation_size": {"activation_base": (1 << 24) - 1},
    "output_size": {"output_base": (1 << 24) - 1},
    "weight_size": {"weight_base": (1 << 24) - 1},
    "parameter_size": {"parameter_base": (1 << 24) - 1},
}


@pytest.mark.parametrize("sim", ["verilator", "icarus"])
def test_illegal_descriptors(sim: str, tmp_path: Path) -> None:
    config = CoreConfig(8, 8)
    rng = random.Random(1)
    legal = random_job(0, rng)
    fields = DESCRIPTOR.unpack(compile_layer(legal.layer, legal.x, config).descriptor)
    jobs, expected = [], []
    for error, change in ILLEGAL.items():
        broken = DESCRIPTOR.pack(**(fields | change))
        jobs += [Job(error, legal.layer, legal.x, descriptor=broken), legal]
        expected += [error, "none"]
    outcomes = run_jobs(jobs, config, sim, 1, tmp_path / "errors")
    assert [o.error for o in outcomes] == expected
    assert all(o.compared and not o.mismatched for o in outcomes[1::2])
