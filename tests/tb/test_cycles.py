"""The counters of the core are what docs/architecture.md computes."""

import random
from dataclasses import dataclass, replace

import pytest

from golden.compile import CoreConfig, layer_mode, layer_taps, stripe_of
from tb.bench import RUNS, pick_seed
from tb.core.job import Job
from tb.core.runner import run_jobs
from tests.tb.layers import random_job

CONFIGS = [CoreConfig(16, 16), CoreConfig(4, 4, stripe=7), CoreConfig(8, 16, rq_lanes=2)]
CHECK = 13  # cycles of the descriptor check
FLOW = 10  # from the last operand to done, less the drain of its stripe
HANDOVER = 5  # from a stripe's last operand to its drain and back to a free bank


def stripes(pixels: int, nominal: int) -> list[range]:
    """Return the stripes of a tile."""
    found = [stripe_of(0, pixels, nominal)]
    while found[-1].stop < pixels:
        found.append(stripe_of(found[-1].stop, pixels, nominal))
    return found


def tap_cycles(stripe: range, columns: int, depthwise: bool, stride: int, out_width: int) -> int:
    """Return the cycles of a tap on a stripe: one a pixel, and the columns that fill the depthwise window."""
    if not depthwise:
        return len(stripe)
    rows = len({pixel // out_width for pixel in stripe})
    return rows * columns + (len(stripe) - rows) * min(stride, columns)


@dataclass(frozen=True)
class Prediction:
    """Counters of a layer without back-pressure.

    They hold when every stripe is drained before the last tap of another begins: with that tap the next
    tile's parameters are loaded, into the slot of the tile that is drained.
    """

    counters: dict[str, int]
    drain_hidden: bool


def predict(job: Job, config: CoreConfig) -> Prediction:
    """Compute the counters from the layer's stripes and taps alone."""
    mode, (oh, ow) = layer_mode(job.layer), job.layer.output_shape(*job.x.shape[2:])
    tiles = -(-job.layer.channels_out // config.tile_lanes(mode))
    taps = [len(tap.columns) for tap in layer_taps(job.layer, config)]
    cut = stripes(oh * ow, config.nominal_stripe)
    cycles = [[tap_cycles(s, columns, mode == "depthwise", job.layer.stride, ow) for columns in taps] for s in cut]
    loads = [[max(config.oc_lanes - spent, 0) for spent in of_stripe] for of_stripe in cycles]
    busy = oh * ow * len(taps)
    counters = {
        "setup": CHECK,
        "busy": tiles * busy,
        "window": tiles * (sum(map(sum, cycles)) - busy),
        "weights": config.oc_lanes + tiles * sum(map(sum, loads)) - loads[-1][-1],
        "drain": 0,
        "tail": len(cut[-1]) * config.drain_groups + FLOW,
    }
    fastest = min(sum(max(spent, config.oc_lanes) for spent in of_stripe[:-1]) for of_stripe in cycles)
    slowest = max(map(len, cut)) * config.drain_groups + HANDOVER
    return Prediction(counters | {"cycles": sum(counters.values())}, fastest >= slowest)


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_counters(config: CoreConfig) -> None:
    seed = pick_seed()
    rng = random.Random(seed)
    jobs = [replace(random_job(index, rng, max(config.oc_lanes, config.ic_lanes)), stall=False) for index in range(24)]
    name = f"cycles-{config.oc_lanes}x{config.ic_lanes}-{config.stripe}-{config.drained_lanes}"
    compared = 0
    for job, outcome in zip(jobs, run_jobs(jobs, config, "verilator", seed, RUNS / name), strict=True):
        prediction = predict(job, config)
        if prediction.drain_hidden:
            got = {key: outcome.counters[key] for key in prediction.counters}
            assert got == prediction.counters, f"SEED={seed} {job.name} ({outcome.mode})"
            compared += 1
    assert compared > 4, f"SEED={seed}"
