"""Order of the work: modes, taps and stripes as docs/contract.md has them, and the choice of the stripe."""

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings

from golden.compile import compile_layer
from golden.errors import LayerError
from golden.schedule import (
    CoreConfig,
    choose_stripe,
    layer_mode,
    layer_taps,
    predict_counters,
    stripe_of,
    stripes,
)
from tests.golden.layers import Case, cases, layer_of

LANES = st.sampled_from([(4, 4), (8, 8), (16, 16), (4, 16), (16, 4), (8, 4), (4, 8), (8, 32), (32, 64)])


def ceil(a: int, b: int) -> int:
    return -(-a // b)


@pytest.mark.parametrize(
    ("shape", "groups", "mode"),
    [
        ((2, 4, 1, 2), 1, "packed"),
        ((2, 5, 1, 2), 1, "dense"),
        ((2, 4, 2, 1), 1, "dense"),
        ((1, 1, 3, 3), 1, "packed"),
        ((2, 1, 3, 3), 2, "depthwise"),
    ],
)
def test_mode(shape: tuple[int, ...], groups: int, mode: str) -> None:
    assert layer_mode(layer_of(torch.zeros(shape, dtype=torch.int64), groups=groups)) == mode


@pytest.mark.parametrize("lanes", [0, 1, 2, 3, 5, 12, 24, 128, -4])
def test_lanes_the_core_does_not_have(lanes: int) -> None:
    with pytest.raises(LayerError, match=f"OC_LANES = {lanes}, expected 4, 8, 16, 32 or 64"):
        CoreConfig(oc_lanes=lanes)
    with pytest.raises(LayerError, match=f"IC_LANES = {lanes}, expected 4, 8, 16, 32 or 64"):
        CoreConfig(ic_lanes=lanes)


@pytest.mark.parametrize("lanes", [0, -1, 3, 32])
def test_requantization_lanes_the_core_does_not_have(lanes: int) -> None:
    with pytest.raises(LayerError, match=f"RQ_LANES = {lanes}, expected a power of two up to 16"):
        CoreConfig(rq_lanes=lanes)
    assert [CoreConfig(rq_lanes=lanes).drain_groups for lanes in (1, 4, 16, None)] == [16, 4, 1, 2]


@given(st.integers(1, 300), st.integers(1, 128))
def test_stripes(pixels: int, nominal: int) -> None:
    """Each pixel lies in the stripe that cutting off one after the other gives it."""
    start = 0
    while start < pixels:
        left = pixels - start
        length = nominal if left >= 2 * nominal else ceil(left, 2) if left > nominal else left
        for pixel in range(start, start + length):
            assert stripe_of(pixel, pixels, nominal) == range(start, start + length)
        start += length


@given(cases(channels=20, kernel=7, size=2), LANES)
@settings(max_examples=40, deadline=None)
def test_taps(case: Case, lanes: tuple[int, int]) -> None:
    """The taps of a pixel are the products of the kernel, each once, in the order of the weight rows."""
    config = CoreConfig(*lanes)
    taps = layer_taps(case.layer, config)
    _, ic, kh, kw = case.layer.codes.shape
    products = [(tap.ky, kx, channel) for tap in taps for kx in tap.columns for channel in tap.channels]
    assert sorted(products) == list(np.ndindex(kh, kw, ic))
    firsts = [(tap.ky, tap.columns[0], tap.channels[0]) for tap in taps]
    assert firsts == sorted(firsts)
    program = compile_layer(case.layer, case.x, config)
    tiles = ceil(case.layer.channels_out, config.tile_lanes(program.mode))
    assert len(program.weights) == len(taps) * tiles * config.oc_lanes


def test_name_of_a_tap() -> None:
    layer = layer_of(torch.zeros(1, 2, 2, 5, dtype=torch.int64))
    assert str(layer_taps(layer, CoreConfig())[-1]) == "ky 1, kx 4, input channel 0..1"


@pytest.mark.parametrize("stripe", [-1, 0, 1, 257])
def test_stripe_the_core_does_not_have(stripe: int) -> None:
    with pytest.raises(LayerError, match=rf"STRIPE = {stripe}, expected 2\.\.256"):
        CoreConfig(stripe=stripe)


@given(cases(channels=20, kernel=3, size=12), LANES, st.sampled_from([2, 7, 32, 256]))
@settings(max_examples=40, deadline=None)
def test_chosen_stripe(case: Case, lanes: tuple[int, int], stripe: int) -> None:
    """The banks hold it, it cuts the tile about equally, and no other equal cut is predicted to be faster."""
    config, (height, width) = CoreConfig(*lanes, stripe=stripe), case.x.shape[2:]
    chosen = choose_stripe(case.layer, height, width, config)
    oh, ow = case.layer.output_shape(height, width)
    assert 1 <= chosen <= min(stripe, 255)
    lengths = [len(part) for part in stripes(oh * ow, chosen)]
    assert max(lengths) <= chosen
    assert sum(lengths) == oh * ow
    fewest = ceil(oh * ow, min(stripe, 255))
    for count in range(fewest, fewest + 3):
        other = ceil(oh * ow, count)
        if other >= min(8, stripe):
            cycles = [predict_counters(case.layer, height, width, config, n)["cycles"] for n in (chosen, other)]
            assert cycles[0] <= cycles[1]
