"""The glue's integers against exact rational arithmetic, one value at a time, and against real values."""

import math
from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from golden.affine import Affine
from golden.contract import ACT_MAX, GLUE_M_WIDTH, GLUE_SHIFT_MAX, GLUE_SUM_WIDTH, GLUE_WINDOW_WIDTH
from golden.errors import LayerError
from golden.networks.glue import GlueConstants, encode_ratios, glue_constants, run_glue
from golden.networks.graph import (
    Add,
    AveragePool,
    Concat,
    Flatten,
    GlobalAverage,
    MaxPool,
    PadChannels,
    PadPicture,
    glue,
)

bytes_ = st.one_of(st.sampled_from([0, 1, 127, 128, ACT_MAX - 1, ACT_MAX]), st.integers(0, ACT_MAX))
multipliers = st.one_of(st.sampled_from([0, 1, (1 << GLUE_M_WIDTH) - 1]), st.integers(0, (1 << GLUE_M_WIDTH) - 1))
shifts = st.one_of(st.sampled_from([0, 1, GLUE_SHIFT_MAX]), st.integers(0, GLUE_SHIFT_MAX))
scales = st.floats(1e-2, 1e2)
pools = st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 5), *[st.integers(0, 3)] * 4)


def formula(total: int, constants: GlueConstants) -> int:
    """The contract's formula for a sum that holds the multipliers, in rationals: floor of the exact value plus 1/2."""
    rounded = math.floor(Fraction(total, 1 << constants.shift) + (Fraction(1, 2) if constants.shift else 0))
    return min(max(rounded + constants.zero_out, constants.clamp_low), constants.clamp_high)


@st.composite
def constants_of(draw: st.DrawFn, sources: int) -> GlueConstants:
    low, high = sorted((draw(bytes_), draw(bytes_)))
    zeros = tuple(draw(bytes_) for _ in range(sources))
    return GlueConstants(zeros, tuple(draw(multipliers) for _ in zeros), draw(shifts), draw(bytes_), low, high)


@st.composite
def tensors(draw: st.DrawFn, channels: int = 2, least: int = 1) -> torch.Tensor:
    height, width = draw(st.integers(least, 6)), draw(st.integers(least, 6))
    seed = draw(st.integers(0, 1 << 30))
    x = torch.randint(0, 256, (2, channels, height, width), generator=torch.Generator().manual_seed(seed))
    return draw(st.sampled_from([x, torch.zeros_like(x), torch.full_like(x, ACT_MAX)]))


@given(constants_of(2), tensors(), bytes_)
def test_add_and_concat_are_the_formula(constants: GlueConstants, a: torch.Tensor, fill: int) -> None:
    b = (a * 7 + fill) % 256
    terms = [
        [(int(v) - z) * m for v in x.flatten()]
        for x, z, m in zip((a, b), constants.zeros, constants.multipliers, strict=True)
    ]
    summed = run_glue(Add(), constants, [a, b])
    assert summed.flatten().tolist() == [formula(p + q, constants) for p, q in zip(*terms, strict=True)]
    joined = run_glue(Concat(), constants, [a, b])
    assert joined[:, :2].flatten().tolist() == [formula(p, constants) for p in terms[0]]
    assert joined[:, 2:].flatten().tolist() == [formula(q, constants) for q in terms[1]]


def pool(kind: type[MaxPool | AveragePool], shape: tuple[int, ...]) -> MaxPool | AveragePool:
    kh, kw, stride, top, bottom, left, right = shape
    return kind((kh, kw), stride, (top % kh, bottom % kh, left % kw, right % kw))


def seen_by(op: MaxPool | AveragePool, x: torch.Tensor, row: int, column: int) -> list[list[int]]:
    """The bytes of each picture and channel that a window lies on, without padding."""
    y, z = row * op.stride - op.padding[0], column * op.stride - op.padding[2]
    return [
        plane[max(y, 0) : y + op.kernel[0], max(z, 0) : z + op.kernel[1]].flatten().tolist()
        for plane in x.flatten(0, 1)
    ]


@given(constants_of(1), tensors(least=4), pools)
def test_pools_are_the_formula(constants: GlueConstants, x: torch.Tensor, shape: tuple[int, ...]) -> None:
    average, largest = pool(AveragePool, shape), pool(MaxPool, shape)
    got, most = run_glue(average, constants, [x]), run_glue(largest, constants, [x])
    (zero,), (multiplier,) = constants.zeros, constants.multipliers
    for row in range(got.shape[2]):
        for column in range(got.shape[3]):
            windows = seen_by(average, x, row, column)
            sums = [sum(v - zero for v in window) * multiplier for window in windows]
            assert got[:, :, row, column].flatten().tolist() == [formula(total, constants) for total in sums]
            assert most[:, :, row, column].flatten().tolist() == [max(window) for window in windows]
    mean = run_glue(GlobalAverage(), constants, [x]).flatten().tolist()
    totals = [sum(int(v) - zero for v in plane.flatten()) * multiplier for plane in x.flatten(0, 1)]
    assert mean == [formula(total, constants) for total in totals]


@given(tensors(channels=3), bytes_)
def test_moves_keep_bytes(x: torch.Tensor, zero: int) -> None:
    constants = GlueConstants((zero,), zero_out=zero)
    n, c, h, w = x.shape
    channels = run_glue(PadChannels(1, 2), constants, [x])
    assert torch.equal(channels[:, 1:4], x)
    assert channels.shape == (n, c + 3, h, w)
    assert bool((channels[:, [0, 4, 5]] == zero).all())
    picture = run_glue(PadPicture(1, 2, 3, 4), constants, [x])
    assert torch.equal(picture[:, :, 1 : 1 + h, 3 : 3 + w], x)
    assert picture.shape == (n, c, h + 3, w + 7)
    assert int((picture - zero).abs().sum()) == int((x - zero).abs().sum())
    flat = run_glue(Flatten(), constants, [x])
    assert flat.flatten(1).tolist() == [
        [int(p[k, i, j]) for i in range(h) for j in range(w) for k in range(c)] for p in x
    ]
    assert torch.equal(run_glue(Flatten(3), constants, [x]).permute(0, 2, 3, 1).flatten(1), flat.flatten(1))


@given(scales, scales, scales, bytes_, bytes_, bytes_, tensors())
def test_rounds_the_real_value_once(a: float, b: float, y: float, za: int, zb: int, zy: int, x: torch.Tensor) -> None:
    """Each byte is within half a step, and what 16-bit multipliers leave over, of the clamped real value."""
    sources, output = [Affine(a, za), Affine(b, zb)], Affine(y, zy)
    other = x.flip(3)
    for op in (Add("relu6"), Concat(), GlobalAverage(), AveragePool((1, 1), 1)):
        given_ = [x, other] if isinstance(op, Add | Concat) else [x]
        constants = glue_constants(op, sources[: len(given_)], output, (2, x.shape[2], x.shape[3]))
        got = run_glue(op, constants, given_)
        real = glue(op, [affine.dequantize(v) for affine, v in zip(sources, given_, strict=False)])
        low, high = constants.clamp_low, constants.clamp_high
        wanted = (real / y + zy).clamp(low, high)
        pixels = x[0, 0].numel() if isinstance(op, GlobalAverage) else 1
        slack = ACT_MAX * pixels * len(given_) * 0.5 / (1 << constants.shift)
        assert float((got - wanted).abs().max()) <= 0.5 + slack + (0.5 if high < ACT_MAX else 0)


@given(st.lists(scales, min_size=1, max_size=4))
def test_ratios_are_nearest_and_as_precise_as_fits(ratios: list[float]) -> None:
    encoded, shift = encode_ratios(ratios)
    assert max(encoded) < 1 << GLUE_M_WIDTH
    assert max(encoded) >= 1 << (GLUE_M_WIDTH - 1) or shift == GLUE_SHIFT_MAX
    assert all(abs(m - Fraction(r) * (1 << shift)) <= Fraction(1, 2) for m, r in zip(encoded, ratios, strict=True))


def test_equal_scales_are_exact() -> None:
    x = torch.arange(256).reshape(1, 1, 16, 16)
    affine = Affine(0.37, 91)
    assert torch.equal(run_glue(Concat(), glue_constants(Concat(), [affine], affine, (1, 16, 16)), [x]), x)


def test_largest_sum_fits_its_width() -> None:
    """The widest sum: a picture of as many pixels as an average takes, at the largest multiplier and shift."""
    pixels = ((1 << (GLUE_WINDOW_WIDTH - 1)) - 1) // ACT_MAX
    largest = pixels * ACT_MAX * ((1 << GLUE_M_WIDTH) - 1) + (1 << GLUE_SHIFT_MAX - 1)
    assert largest < 1 << (GLUE_SUM_WIDTH - 1)
    assert 2 * ACT_MAX * ((1 << GLUE_M_WIDTH) - 1) + (1 << GLUE_SHIFT_MAX - 1) < 1 << (GLUE_SUM_WIDTH - 1)
    glue_constants(GlobalAverage(), [Affine(1.0, 0)], Affine(1.0, 0), (1, 1, pixels))
    with pytest.raises(LayerError, match="could leave 25 bits"):
        glue_constants(GlobalAverage(), [Affine(1.0, 0)], Affine(1.0, 0), (1, 1, pixels + 1))


@pytest.mark.parametrize(
    "fields",
    [
        {"zeros": (256,)},
        {"zero_out": -1},
        {"multipliers": (1 << GLUE_M_WIDTH,)},
        {"shift": GLUE_SHIFT_MAX + 1},
        {"clamp_low": 9, "clamp_high": 8},
    ],
)
def test_constants_outside_the_contract(fields: dict[str, int]) -> None:
    with pytest.raises(LayerError):
        GlueConstants(**({"zeros": (0,), "multipliers": (1,)} | fields))  # type: ignore[arg-type]


def test_ratios_past_the_multiplier_saturate() -> None:
    assert encode_ratios([65535.7, 1e9, 1.0]) == ((65535, 65535, 1), 0)
    x = torch.tensor([[[[9, 10, 11]]]])
    constants = glue_constants(Concat(), [Affine(1e6, 10)], Affine(1e-3, 7), (1, 1, 3))
    assert run_glue(Concat(), constants, [x]).flatten().tolist() == [0, 7, ACT_MAX]
