"""SLogII codes, all of them."""

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given

from golden.codes import decode, encode
from golden.ladder import LEGAL_METADATA
from tests.golden import reference


@pytest.mark.parametrize("word", [1, 3, 4, 6, 8, 15, 16, -1])
def test_reserved_metadata(word: int) -> None:
    with pytest.raises(ValueError, match="reserved"):
        decode(torch.zeros(1, 1, dtype=torch.int64), torch.tensor([word]))


def test_decode_every_code_with_every_metadata() -> None:
    codes = torch.arange(16).repeat(len(LEGAL_METADATA), 1)
    expected = [[reference.weight(code, meta) for code in range(16)] for meta in LEGAL_METADATA]
    assert decode(codes, torch.tensor(LEGAL_METADATA)).tolist() == expected


def test_decode_keeps_the_shape() -> None:
    codes = torch.arange(2 * 2 * 2 * 2).reshape(2, 2, 2, 2)
    assert torch.equal(
        decode(codes, torch.tensor([0, 2])).flatten(), decode(codes.reshape(2, 8), torch.tensor([0, 2])).flatten()
    )


def test_encode_is_the_inverse_of_decode() -> None:
    meta = torch.tensor(LEGAL_METADATA)
    codes = torch.arange(16).repeat(len(LEGAL_METADATA), 1)
    canonical = torch.where(codes == 8, 0, codes)
    assert torch.equal(encode(decode(codes, meta).double(), meta), canonical)


@pytest.mark.parametrize("meta", LEGAL_METADATA)
def test_encode_is_nearest_and_ties_are_smaller(meta: int) -> None:
    values = [step / 4 for step in range(-4 * 200, 4 * 200 + 1)]
    got = decode(encode(torch.tensor([values]), torch.tensor([meta])), torch.tensor([meta]))[0].tolist()
    choices = sorted({reference.weight(code, meta) for code in range(16)}, key=abs)
    for value, weight in zip(values, got, strict=True):
        nearest = min(abs(choice - value) for choice in choices)
        assert weight == next(choice for choice in choices if abs(choice - value) == nearest)


def test_zero_is_code_0() -> None:
    assert encode(torch.tensor([[0.0, -0.0, -0.9, 0.9]]), torch.tensor([0])).tolist() == [[0, 0, 0, 0]]


@given(st.lists(st.sampled_from(LEGAL_METADATA), min_size=1, max_size=5), st.integers(0, 1000))
def test_channels_are_independent(words: list[int], seed: int) -> None:
    weights = 100 * torch.randn(len(words), 2, 3, 1, generator=torch.Generator().manual_seed(seed))
    codes = encode(weights, torch.tensor(words))
    for channel, word in enumerate(words):
        assert torch.equal(codes[channel], encode(weights[channel : channel + 1], torch.tensor([word]))[0])
