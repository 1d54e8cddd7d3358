"""Buffer images and descriptors against docs/contract.md, index by index."""

import dataclasses
import random

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings

from golden.compile import LayerProgram, Placement, compact, compile_layer, hex_lines, output_tensor
from golden.contract import DESCRIPTOR, MODES, PARAMETER
from golden.errors import LayerError
from golden.schedule import CoreConfig, choose_stripe
from tb.core.job import Job
from tests.golden.layers import Case, cases, layer_of
from tests.tb.layers import scattered

LANES = st.sampled_from([(4, 4), (8, 8), (16, 16), (4, 16), (16, 4), (8, 4), (4, 8), (8, 32), (32, 64)])
PIXEL = 4


def ceil(a: int, b: int) -> int:
    return -(-a // b)


def check_activations(case: Case, program: LayerProgram, lanes: int, place: Placement) -> None:
    """Every activation lies where the contract says, and there is no word beyond the ring."""
    channels, height, width = case.x.shape[1:]
    for y in range(height):
        for x in range(width):
            for channel in range(channels):
                if program.mode == "packed":
                    word, byte = divmod(PIXEL * (y * place.in_row + x) + channel, lanes)
                else:
                    word, byte = y * place.in_row + x * place.in_pitch + channel // lanes, channel % lanes
                address = place.activation_base + word
                address -= place.ring_words if address >= place.ring_end else 0
                assert program.activations[address, byte] == case.x[0, channel, y, x]
    assert program.activations.shape == (place.ring_end, lanes)


def random_place(case: Case, config: CoreConfig, seed: int) -> Placement:
    """Return where an input and its output lie behind one another, or scattered."""
    job = Job("job", case.layer, case.x)
    rng = random.Random(seed)
    scatter = scattered(job, config, rng).place if seed % 2 else None
    return scatter or compact(case.layer, case.x.shape[2], case.x.shape[3], config)


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


@given(cases(channels=20, kernel=7, size=5), LANES, st.integers(2, 256), st.integers(0, 1000))
@settings(max_examples=80, deadline=None)
def test_program(case: Case, lanes: tuple[int, int], stripe: int, seed: int) -> None:
    config = CoreConfig(*lanes, stripe)
    layer, (height, width) = case.layer, case.x.shape[2:]
    place = random_place(case, config, seed)
    program = compile_layer(layer, case.x, config, place=place)
    check_activations(case, program, config.ic_lanes, place)
    check_weights(case, program, config)
    oh, ow = layer.output_shape(height, width)
    assert DESCRIPTOR.unpack(program.descriptor) == {
        "mode": MODES[program.mode],
        "kernel_height": layer.kernel[0],
        "kernel_width": layer.kernel[1],
        "stripe": choose_stripe(layer, height, width, config),
        "height": height,
        "width": width,
        "out_height": oh,
        "out_width": ow,
        "channels_in": layer.channels_in,
        "channels_out": layer.channels_out,
        **dataclasses.asdict(place),
        **{f"pad_{side}": getattr(layer, f"pad_{side}") for side in ("top", "bottom", "left", "right")},
        **{f: getattr(layer, f) for f in ("stride", "zero_in", "zero_out", "clamp_low", "clamp_high")},
    }
    assert [PARAMETER.unpack(word) for word in program.parameters] == [
        {
            "metadata": int(layer.metadata[oc]),
            "delta": int(layer.delta[oc]),
            "bias": int(layer.bias[oc]) % (1 << 26),
            "multiplier": int(layer.multiplier[oc]),
            "shift": int(layer.shift[oc]),
        }
        for oc in range(layer.channels_out)
    ]
    assert program.output_words == oh * ow * place.out_pitch
    assert program.macs == oh * ow * layer.codes.numel()


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
