"""The counters of the core are what golden.schedule predicts."""

import random
from dataclasses import replace

import pytest

from golden.schedule import CoreConfig, predict_counters
from tb.bench import RUNS, pick_seed
from tb.core.runner import run_jobs
from tests.tb.layers import random_job

CONFIGS = [CoreConfig(16, 16), CoreConfig(4, 4, stripe=7), CoreConfig(8, 16, rq_lanes=2)]


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_counters(config: CoreConfig) -> None:
    seed = pick_seed()
    rng = random.Random(seed)
    jobs = [replace(random_job(index, rng, max(config.oc_lanes, config.ic_lanes)), stall=False) for index in range(24)]
    name = f"cycles-{config.oc_lanes}x{config.ic_lanes}-{config.stripe}-{config.drained_lanes}"
    exact = 0
    for job, outcome in zip(jobs, run_jobs(jobs, config, "verilator", seed, RUNS / name), strict=True):
        predicted = predict_counters(job.layer, *job.x.shape[2:], config, outcome.stripe)
        got = {key: outcome.counters[key] for key in predicted}
        assert got["cycles"] == pytest.approx(predicted["cycles"], rel=0.05), (
            f"SEED={seed} {job.name}: {got} {predicted}"
        )
        if predicted["drain"] == got["drain"] == 0:
            assert got == predicted, f"SEED={seed} {job.name} ({outcome.mode})"
            exact += 1
    assert exact > 4, f"SEED={seed}"
