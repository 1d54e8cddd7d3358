"""Prepared pixels come back from their bytes within half a step."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from golden.affine import Affine
from golden.data import DataError
from golden.data.preparation import Preparation

values = st.floats(-0.5, 1.5)
deviations = st.floats(0.05, 2)
channels = st.tuples(st.tuples(values, values, values), st.tuples(deviations, deviations, deviations))


@given(channels)
def test_bytes_cover_every_prepared_pixel(statistics: tuple[tuple[float, ...], tuple[float, ...]]) -> None:
    mean, std = statistics
    preparation = Preparation(1.0, mean, std)
    affine = preparation.affine()
    pixels = torch.arange(256, dtype=torch.uint8).expand(3, 1, 256)
    real = (pixels / 255.0 - torch.tensor(mean)[:, None, None]) / torch.tensor(std)[:, None, None]
    got = affine.dequantize(preparation.to_bytes(pixels, affine))
    assert float((got - real).abs().max()) <= affine.scale * 1.001


def test_pixels_as_they_are() -> None:
    pixels = torch.randint(0, 256, (3, 4, 4), dtype=torch.uint8)
    assert torch.equal(Preparation().to_bytes(pixels, Affine(1 / 128, 127)), pixels)
    assert Preparation().affine() == Affine(1 / 255, 0)


@pytest.mark.parametrize(
    "fields", [(0.0,), (1.5,), (1.0, (0.5,), ()), (1.0, (0.5,), (0.0,)), (1.0, (math.nan,), (1.0,))]
)
def test_refuses_values_that_are_none(fields: tuple[object, ...]) -> None:
    with pytest.raises(DataError, match="expected"):
        Preparation(*fields)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="mean of 1 channels for pictures of 3"):
        Preparation(1.0, (0.5,), (1.0,)).to_bytes(torch.zeros(3, 2, 2).byte(), Affine(1.0, 0))
