"""The counters of the core are what golden.schedule predicts."""

import random
from dataclasses import replace

import pytest

from golden.schedule import HANDOVER, CoreConfig, layer_taps, predict_counters, stripes, tap_cycles
from tb.bench import RUNS, pick_seed
from tb.core.job import Job
from tb.core.runner import run_jobs
from tests.tb.layers import random_job
from tests.tb.shipped import plain_when_shipped

CONFIGS = [CoreConfig(16, 16), CoreConfig(4, 4, stripe=7), CoreConfig(8, 16, rq_lanes=2)]


def drain_is_hidden(job: Job, config: CoreConfig, nominal: int) -> bool:
    """Return whether every stripe is drained before the last tap of another begins."""
    _, width = job.layer.output_shape(job.x.shape[2], job.x.shape[3])
    depthwise, columns = job.layer.depthwise, [len(tap.columns) for tap in layer_taps(job.layer, config)]
    cut = stripes(job.layer.output_shape(job.x.shape[2], job.x.shape[3])[0] * width, nominal)
    taps = [[tap_cycles(stripe, k, depthwise, job.layer.stride, width) for k in columns[:-1]] for stripe in cut]
    fastest = min(sum(max(cycles, config.oc_lanes) for cycles in of_stripe) for of_stripe in taps)
    return fastest >= max(map(len, cut)) * config.drain_groups + HANDOVER


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_counters(config: CoreConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_when_shipped(config, monkeypatch)
    seed = pick_seed()
    rng = random.Random(seed)
    jobs = [replace(random_job(index, rng, max(config.oc_lanes, config.ic_lanes)), stall=False) for index in range(24)]
    name = f"cycles-{config.oc_lanes}x{config.ic_lanes}-{config.stripe}-{config.drained_lanes}"
    exact = 0
    for job, outcome in zip(jobs, run_jobs(jobs, config, "verilator", seed, RUNS / name), strict=True):
        if drain_is_hidden(job, config, outcome.stripe):
            predicted = predict_counters(job.layer, job.x.shape[2], job.x.shape[3], config, outcome.stripe)
            got = {key: outcome.counters[key] for key in predicted}
            assert got == predicted, f"SEED={seed} {job.name} ({outcome.mode})"
            exact += 1
    assert exact > 4, f"SEED={seed}"
