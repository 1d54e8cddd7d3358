"""Buffer images and descriptors against docs/contract.md, index by index."""

import dataclasses

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings

from golden.compile import (
    CoreConfig,
    LayerProgram,
    compile_layer,
    hex_lines,
    layer_mode,
    layer_taps,
    output_tensor,
    stripe_of,
)
from golden.contract import DESCRIPTOR, MODES, PARAMETER
from golden.layer import LayerError
from tests.golden.layers import Case, cases, layer_of

LANES = st.sampled_from([(4, 4), (8, 8), (16, 16), (4, 16), (16, 4), (8, 4), (4, 8), (8, 32), (32, 64)])
PIXEL = 4


def ceil(a: int, b: int) -> int:
    return -(-a // b)


def check_activations(case: Case, program: LayerProgram, lanes: int) -> None:
    """Every activation lies where the contract says, and there is no word beyond the last."""
    channels, height, width = case.x.shape[1:]
    image = program.activations.reshape(-1)
    for y in range(height):
        for x in range(width):
            for channel in range(channels):
                if program.mode == "packed":
                    place = PIXEL * (y * width + x) + channel
                else:
                    word = (y * width + x) * ceil(channels, lanes) + channel // lanes
                    place = word * lanes + channel % lanes
                assert image[place] == case.x[0, channel, y, x]
    words = ceil(PIXEL * height * width, lanes) if program.mode == "packed" else height * width * ceil(channels, lanes)
    assert program.activations.shape == (words, lanes)


def check_weights(case: Case, program: LayerProgram, config: CoreConfig) -> None:
    """Every row holds the codes the contract says, and zeros elsewhere."""
    codes = case.layer.codes.tolist()
    oc, ic, kh, kw = case.layer.codes.shape
    ol, il = config.oc_lanes, config.ic_lanes
    tile, columns = min(ol, il), min(7, il)
    tiles = ceil(oc, tile if program.mode == "depthwise" else ol)
    groups = {"dense": kw, "packed": ceil(kw * PIXEL, il), "depthwise": ceil(kw, columns)}[program.mode]
    vectors = ceil(ic, il) if program.mode == "dense" else 1

    def code(t: int, ky: int, g: int, v: int, o: int, i: int) -> int:
        if program.mode == "dense":
            channel, source, kx = t * ol + o, v * il + i, g
        elif program.mode == "packed":
            channel, source, kx = t * ol + o, i % PIXEL, g * (il // PIXEL) + i // PIXEL
        else:
            n = min(columns, kw - g * columns)
            inside = o < tile and columns - n <= i < columns
            channel, source, kx = t * tile + o, 0, g * columns + i - (columns - n) if inside else kw
        return int(codes[channel][source][ky][kx]) if channel < oc and source < ic and kx < kw else 0

    expected = [
        [code(t, ky, g, v, o, i) for i in range(il)]
        for t in range(tiles)
        for ky in range(kh)
        for g in range(groups)
        for v in range(vectors)
        for o in range(ol)
    ]
    assert program.weights.tolist() == expected


@given(cases(channels=20, kernel=7, size=5), LANES, st.integers(2, 256))
@settings(max_examples=80, deadline=None)
def test_program(case: Case, lanes: tuple[int, int], stripe: int) -> None:
    config = CoreConfig(*lanes, stripe)
    layer, (height, width) = case.layer, case.x.shape[2:]
    program = compile_layer(layer, case.x, config)
    check_activations(case, program, config.ic_lanes)
    check_weights(case, program, config)
    oh, ow = layer.output_shape(height, width)
    assert DESCRIPTOR.unpack(program.descriptor) == {
        "mode": MODES[program.mode],
        "kernel_height": layer.kernel[0],
        "kernel_width": layer.kernel[1],
        "stripe": (stripe + 1) // 2,
        "height": height,
        "width": width,
        "out_height": oh,
        "out_width": ow,
        "channels_in": layer.channels_in,
        "channels_out": layer.channels_out,
        **dict.fromkeys(("activation_base", "weight_base", "parameter_base", "output_base"), 0),
        **{f"pad_{side}": getattr(layer, f"pad_{side}") for side in ("top", "bottom", "left", "right")},
        **{f: getattr(layer, f) for f in ("stride", "zero_in", "zero_out", "clamp_low", "clamp_high")},
    }
    assert [PARAMETER.unpack(word) for word in program.parameters] == [
        {
            "metadata": int(layer.metadata[oc]),
            "delta": int(layer.delta[oc]),
            "bias": int(layer.bias[oc]) % (1 << 32),
            "multiplier": int(layer.multiplier[oc]),
            "shift": int(layer.shift[oc]),
        }
        for oc in range(layer.channels_out)
    ]
    assert program.output_words == oh * ow * ceil(layer.channels_out, config.oc_lanes)
    assert program.macs == oh * ow * layer.codes.numel()


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


def test_bytes_without_a_channel_follow_the_seed() -> None:
    layer, x = layer_of(torch.zeros(1, 5, 1, 1, dtype=torch.int64)), torch.zeros(1, 5, 8, 8, dtype=torch.int64)
    one, same, other = (compile_layer(layer, x, CoreConfig(4, 16), seed).activations for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert np.array_equal(one[:, :5], other[:, :5])
    assert one[:, 5:].any()


@given(st.integers(1, 40), st.integers(1, 4), st.integers(1, 4), st.sampled_from([4, 8, 16]), st.integers(0, 1000))
@settings(deadline=None)
def test_output_buffer(channels: int, height: int, width: int, lanes: int, seed: int) -> None:
    vectors = ceil(channels, lanes)
    words = np.random.default_rng(seed).integers(0, 256, (height * width * vectors, lanes), dtype=np.uint8)
    tensor = output_tensor(words, channels, height, width)
    assert tensor.shape == (channels, height, width)
    for oc, y, x in np.ndindex(tensor.shape):
        assert tensor[oc, y, x] == words[(y * width + x) * vectors + oc // lanes, oc % lanes]


def test_hex_lines_have_field_0_lowest() -> None:
    assert hex_lines(np.array([[0x12, 0xAB, 0, 1], [2, 3, 4, 5]], dtype=np.uint8), 8) == "0100ab12\n05040302\n"
    assert hex_lines(np.array([[0x1, 0xA, 0, 2], [3, 4, 5, 6]], dtype=np.uint8), 4) == "20a1\n6543\n"


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
    assert [CoreConfig(rq_lanes=lanes).drain_groups for lanes in (1, 4, 16, None)] == [16, 4, 1, 1]


@given(st.integers(1, 300), st.integers(1, 128))
def test_stripes(pixels: int, nominal: int) -> None:
    """Each pixel lies in the stripe that cutting off one after the other gives it."""
    start = 0
    while start < pixels:
        length = nominal if pixels - start >= 2 * nominal else pixels - start
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


@pytest.mark.parametrize(
    ("codes", "x", "field"),
    [
        ((1, 1, 1, 1), (1, 1, 1, 4096), "width"),
        ((1, 1, 1, 1), (1, 1, 4096, 1), "height"),
        ((1, 8192, 1, 1), (1, 8192, 1, 1), "channels_in"),
        ((8192, 1, 1, 1), (1, 1, 1, 1), "channels_out"),
    ],
)
def test_size_wider_than_its_field(codes: tuple[int, ...], x: tuple[int, ...], field: str) -> None:
    layer = layer_of(torch.zeros(codes, dtype=torch.int64))
    with pytest.raises(LayerError, match=rf"test: descriptor\.{field} = \d+ does not fit"):
        compile_layer(layer, torch.zeros(x, dtype=torch.int64), CoreConfig())


def test_padding_makes_the_output_wider_than_its_field() -> None:
    layer = layer_of(torch.zeros(1, 1, 1, 1, dtype=torch.int64), pad_left=1)
    compile_layer(dataclasses.replace(layer, pad_left=0), torch.zeros(1, 1, 1, 4095, dtype=torch.int64), CoreConfig())
    with pytest.raises(LayerError, match=r"descriptor\.out_width = 4096 does not fit 12 bits"):
        compile_layer(layer, torch.zeros(1, 1, 1, 4095, dtype=torch.int64), CoreConfig())


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (torch.zeros(1, 2, 4, 4, dtype=torch.int64), "expected .N, 3, H, W."),
        (torch.full((1, 3, 4, 4), 256), r"outside the integers 0\.\.255"),
        (torch.zeros(2, 3, 4, 4, dtype=torch.int64), "2 inputs, expected one"),
        (torch.zeros(1, 3, 1, 4, dtype=torch.int64), "kernel does not fit"),
    ],
)
def test_input_that_is_none_of_the_layer(x: torch.Tensor, message: str) -> None:
    with pytest.raises(LayerError, match=message):
        compile_layer(layer_of(torch.zeros(1, 3, 2, 2, dtype=torch.int64)), x, CoreConfig())
