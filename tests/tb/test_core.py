"""Random layers, illegal descriptors and reserved parameters through the core, on both simulators."""

import random
from itertools import count
from pathlib import Path

import pytest

from golden.compile import compile_layer
from golden.contract import DESCRIPTOR, ERRORS, PARAMETER, SHIFT_MAX
from golden.ladder import LEGAL_METADATA
from golden.schedule import CoreConfig, layer_mode
from tb.bench import RUNS, pick_seed
from tb.core.job import Job
from tb.core.runner import run_jobs
from tests.tb.layers import random_job, scattered
from tests.tb.shipped import plain_when_shipped

# simulator, configuration, layers; unequal lanes both ways, shared requantization lanes, odd and short stripes
CASES = [
    ("verilator", CoreConfig(16, 16), 12),
    ("verilator", CoreConfig(4, 4, stripe=7), 28),
    ("verilator", CoreConfig(8, 16, rq_lanes=2), 9),
    ("verilator", CoreConfig(16, 4, stripe=2, rq_lanes=8), 9),
    ("icarus", CoreConfig(8, 8, rq_lanes=4), 6),
    ("icarus", CoreConfig(4, 8), 6),
]


@pytest.mark.parametrize(("sim", "config", "layers"), CASES, ids=str)
def test_random_layers(sim: str, config: CoreConfig, layers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_when_shipped(config, monkeypatch)
    seed = pick_seed()
    name = f"core-{sim}-{config.oc_lanes}x{config.ic_lanes}-{config.stripe}-{config.drained_lanes}"
    rng = random.Random(f"{seed} {name}")  # other layers for each
    jobs = [random_job(index, rng, max(config.oc_lanes, config.ic_lanes)) for index in range(layers)]
    jobs = [scattered(job, config, rng) if index % 3 else job for index, job in enumerate(jobs)]
    outcomes = run_jobs(jobs, config, sim, seed, RUNS / name)
    wrong = [f"{o.name} ({o.mode}): {o.problem()}" for o in outcomes if not o.good]
    assert wrong == [], f"SEED={seed}"
    assert len(outcomes) == layers
    assert sum(o.compared for o in outcomes) > layers


# field changes of a legal layer and the error they must raise
ILLEGAL: dict[str, list[dict[str, int]]] = {
    "mode": [{"mode": 3}, {"mode": 15}],
    "zero": [
        {field: 0}
        for field in (
            "height", "width", "out_height", "out_width", "channels_in", "channels_out",
            "kernel_height", "kernel_width", "stride", "stripe",
        )
    ],
    "stride": [{"stride": 3}],
    "stripe": [{"stripe": 33}, {"stripe": 255}],
    "shape": [{"out_width": 99}, {"out_height": 1}, {"pad_left": 7}],
    "channels": [{"mode": 2, "channels_in": 5}, {"mode": 1, "channels_in": 3, "channels_out": 4}],
    "clamp": [{"clamp_low": 200, "clamp_high": 100}],
    "activation_size": [{"activation_base": (1 << 24) - 1}],
    "output_size": [{"output_base": (1 << 24) - 1}],
    "weight_size": [{"weight_base": (1 << 24) - 1}],
    "parameter_size": [{"parameter_base": (1 << 24) - 1}],
}  # fmt: skip


def legal_job(seed: int) -> Job:
    """Return a random dense layer."""
    jobs = (random_job(0, random.Random(number), 8) for number in count(seed))
    return next(job for job in jobs if layer_mode(job.layer) == "dense")


@pytest.mark.parametrize("sim", ["verilator", "icarus"])
def test_illegal_descriptors(sim: str) -> None:
    config, legal = CoreConfig(8, 8), legal_job(1)
    fields = DESCRIPTOR.unpack(compile_layer(legal.layer, legal.x, config).descriptor)
    jobs, expected = [], []
    for error, changes in ILLEGAL.items():
        for change in changes if sim == "verilator" else changes[:1]:
            broken = DESCRIPTOR.pack(**(fields | change))
            jobs.append(Job(error, legal.layer, legal.x, descriptor=broken))
            expected.append(error)
        jobs.append(legal)
        expected.append("none")
    outcomes = run_jobs(jobs, config, sim, 1, RUNS / f"core-descriptors-{sim}")
    assert [o.error for o in outcomes] == expected
    assert all(o.good for o in outcomes if o.error == "none")
    assert {*expected} | {"metadata", "shift"} == {*ERRORS}


@pytest.mark.parametrize("sim", ["verilator", "icarus"])
def test_reserved_parameters(sim: str) -> None:
    config, legal = CoreConfig(8, 8), legal_job(2)
    words = compile_layer(legal.layer, legal.x, config).parameters
    jobs, expected = [], []
    largest, shift = max(LEGAL_METADATA), SHIFT_MAX + 1
    changes = (
        ("metadata", {"metadata": largest + 1}), ("metadata", {"metadata": 15, "shift": shift}),
        ("shift", {"shift": shift}), ("shift", {"metadata": largest, "shift": shift}),
    )  # fmt: skip
    for channel in (0, len(words) // 2, len(words) - 1)[0 if sim == "verilator" else 2 :]:
        for error, change in changes:
            broken = list(words)
            broken[channel] = PARAMETER.pack(**(PARAMETER.unpack(words[channel]) | change))
            jobs += [Job(error, legal.layer, legal.x, parameters=broken), legal]
            expected += [(error, channel), ("none", 0)]
    outcomes = run_jobs(jobs, config, sim, 2, RUNS / f"core-parameters-{sim}")
    assert [(o.error, o.error_index) for o in outcomes] == expected
    assert all(o.good for o in outcomes if o.error == "none")


@pytest.mark.parametrize(("sim", "suffix"), [("verilator", ".fst"), ("icarus", ".vcd")])
def test_waveform_of_each_layer(sim: str, suffix: str, tmp_path: Path) -> None:
    jobs = [random_job(index, random.Random(3), 4) for index in range(2)]
    outcomes = run_jobs(jobs, CoreConfig(4, 4), sim, 3, tmp_path / "run", waves=True, waves_dir=tmp_path / "waves")
    for job, outcome in zip(jobs, outcomes, strict=True):
        assert outcome.good
        assert outcome.waveform == tmp_path / "waves" / f"{job.name}.{sim}{suffix}"
        assert outcome.waveform.stat().st_size > 1000
        save = outcome.waveform.with_suffix(".gtkw").read_text()
        assert f'[dumpfile] "{outcome.waveform}"' in save
        assert "tb_core.tap_ky[2:0]" in save
        assert outcome.waveform.with_suffix(".layer.txt").read_text().endswith(job.name)
