"""The search of scale and metadata against brute force on small channels."""

from dataclasses import dataclass

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given, settings
from torch import Tensor

from golden.codes import decode, encode
from golden.ladder import LEGAL_METADATA
from golden.weights import LARGEST_CLIP, SCALES, SMALLEST_CLIP, search_weights
from tests.golden import reference


def errors(weight: Tensor, meta: int, scales: Tensor, cost: Tensor) -> Tensor:
    """Return the weighted squared error of one channel at each scale, with each weight at its nearest code."""
    levels = torch.tensor([reference.weight(code, meta) for code in range(16)]).double()
    values = levels[None, None, :] * scales[:, None, None]
    return (cost * (weight[None, :, None] - values).square().amin(2)).sum(1)


@dataclass(frozen=True)
class Channel:
    """One channel's weights, the cost of their errors, and the error the search leaves."""

    weight: Tensor
    cost: Tensor
    found: float


@st.composite
def channels(draw: st.DrawFn) -> Channel:
    generator = torch.Generator().manual_seed(draw(st.integers(0, 10_000)))
    weight = torch.randn(draw(st.integers(1, 12)), generator=generator, dtype=torch.float64)
    weight = weight**3 if draw(st.booleans()) else weight
    weighted = draw(st.booleans())
    cost = torch.rand(len(weight), generator=generator).double() if weighted else torch.ones_like(weight)
    metadata, scale = search_weights(weight[None], cost[None] if weighted else None)
    return Channel(weight, cost, float(errors(weight, int(metadata), scale, cost)))


@given(channels())
@settings(max_examples=30, deadline=None)
def test_no_list_at_any_clip_is_better(channel: Channel) -> None:
    clips = torch.linspace(SMALLEST_CLIP, LARGEST_CLIP, SCALES).double() * channel.weight.abs().max()
    for meta in LEGAL_METADATA:
        brute = errors(channel.weight, meta, clips / reference.weight(7, meta), channel.cost)
        assert channel.found <= float(brute.min()) + 1e-9


@given(channels())
@settings(max_examples=30, deadline=None)
def test_close_to_the_best_of_all_scales(channel: Channel) -> None:
    scales = torch.logspace(-2.5, 0.5, 600).double() * channel.weight.abs().max() / 16
    best = min(float(errors(channel.weight, meta, scales, channel.cost).min()) for meta in LEGAL_METADATA)
    assert channel.found <= 1.25 * best + 1e-3 * float((channel.cost * channel.weight.square()).sum())


@pytest.mark.parametrize("meta", LEGAL_METADATA)
def test_weights_on_a_list_are_found(meta: int) -> None:
    weight = 0.03 * torch.tensor([[reference.weight(code, meta) for code in range(16)]]).double()
    metadata, scale = search_weights(weight)
    codes = encode(weight / scale[:, None], metadata)
    assert float((decode(codes, metadata) * scale[:, None] - weight).abs().max()) < 1e-12


def test_channels_are_independent() -> None:
    weight = torch.randn(5, 3, 2, 2, generator=torch.Generator().manual_seed(0))
    importance = torch.rand(1, 3, 1, 1, generator=torch.Generator().manual_seed(1))
    metadata, scale = search_weights(weight, importance)
    for channel in range(5):
        alone = search_weights(weight[channel : channel + 1], importance)
        assert (int(alone[0]), float(alone[1])) == (int(metadata[channel]), float(scale[channel]))


def test_scale_follows_the_weights() -> None:
    weight = torch.randn(4, 20, generator=torch.Generator().manual_seed(0)).double()
    metadata, scale = search_weights(weight)
    times_8 = search_weights(8 * weight)
    assert torch.equal(times_8[0], metadata)
    assert torch.allclose(times_8[1], 8 * scale)


def test_channel_of_zeros() -> None:
    metadata, scale = search_weights(torch.tensor([[0.0, 0.0], [1.0, -1.0]]))
    assert float(scale[0]) == 0
    assert float(scale[1]) > 0
    assert int(metadata[0]) in LEGAL_METADATA


def test_importance_decides() -> None:
    weight = torch.tensor([[1.0, 0.37, 0.11, 0.053, 0.71, 0.9, 0.23, 0.31, 0.45]]).double()
    for index in range(weight.shape[1]):
        cost = torch.full_like(weight, 1e-6)
        cost[0, index] = 1.0
        metadata, scale = search_weights(weight, cost)
        quantized = decode(encode(weight / scale, metadata), metadata) * scale
        assert float((quantized - weight)[0, index].abs()) < 1e-3
