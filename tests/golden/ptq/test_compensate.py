"""Compensated rounding: levels of the list, an error that only falls, near the best there is."""

from dataclasses import replace
from itertools import product

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given, settings
from torch import Tensor

from golden.codes import decode, encode
from golden.contract import DELTA
from golden.integer import delta_numerator
from golden.ladder import LEGAL_METADATA, magnitudes
from golden.ptq.compensate import STRETCHES, Rows, find_candidates, fit, level_table, quadratic, round_rows, sweep
from golden.quantize import encode_delta
from golden.weights import search_lists


def moments_of(groups: int, k: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(groups, 4 * k, k, generator=generator, dtype=torch.float64)
    x = x @ torch.randn(groups, k, k, generator=generator, dtype=torch.float64)
    return x.mT @ x / (4 * k) + 0.01 * torch.eye(k, dtype=torch.float64)


def weights_of(groups: int, rows: int, k: int, seed: int) -> Tensor:
    return 0.1 * torch.randn(groups, rows, k, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def scales_of(target: Tensor) -> Tensor:
    return search_lists(target.reshape(-1, target.shape[2]))[1].reshape(*target.shape[:2], -1)


def rounded_rows(target: Tensor, moments: Tensor, dynamic: bool = True) -> Rows:
    smallest = torch.full(target.shape[:2], 1e-9)
    cost = moments.diagonal(dim1=1, dim2=2)
    return round_rows(target, moments, find_candidates(target, cost, smallest, dynamic), smallest, dynamic)


def nearest(target: Tensor) -> Tensor:
    """Each weight at the nearest level of its row's best list."""
    flat = target.reshape(-1, target.shape[2])
    gains, scales = search_lists(flat)
    best = gains.argmax(1)
    metadata, scale = torch.tensor(LEGAL_METADATA)[best], scales.gather(1, best[:, None])
    return (decode(encode(flat / scale, metadata), metadata) * scale).reshape(target.shape)


@given(st.integers(0, 10_000), st.sampled_from([1, 3]), st.integers(1, 5), st.integers(1, 80), st.booleans())
@settings(max_examples=25, deadline=None)
def test_rows_are_what_codes_can_say(seed: int, groups: int, count: int, k: int, dynamic: bool) -> None:
    target, moments = weights_of(groups, count, k, seed), moments_of(groups, k, seed)
    rows = rounded_rows(target, moments, dynamic)
    assert rows.integers.shape == target.shape
    codes = encode(rows.integers.reshape(-1, k), rows.metadata.flatten())
    assert torch.equal(decode(codes, rows.metadata.flatten()).float(), rows.integers.reshape(-1, k))
    coefficients = delta_numerator(encode_delta(rows.delta.flatten())) / (1 << DELTA["frac"])
    assert torch.equal(coefficients.float(), rows.delta.flatten())
    assert dynamic or not rows.delta.any()
    assert float(rows.scale.min()) > 0


@given(st.integers(0, 10_000), st.sampled_from([1, 3]))
@settings(max_examples=20, deadline=None)
def test_less_error_than_the_nearest_levels(seed: int, groups: int) -> None:
    target, moments = weights_of(groups, 40, 24, seed), moments_of(groups, 24, seed)
    rows = rounded_rows(target, moments, dynamic=False)
    found = quadratic(target - rows.rounded.double(), moments).sum()
    assert float(found) < 0.6 * float(quadratic(target - nearest(target), moments).sum())


def test_near_the_best_of_all_levels() -> None:
    """Three columns: the error is close to the least over every choice of levels and many scales."""
    target, moments = weights_of(1, 6, 3, 0), moments_of(1, 3, 0)
    found = quadratic(target - rounded_rows(target, moments, dynamic=False).rounded.double(), moments)[0]
    for row in range(6):
        least = torch.inf
        for meta in LEGAL_METADATA:
            levels = [sign * m for m in magnitudes(meta) for sign in (1, -1)]
            m = torch.tensor(list(product(set(levels), repeat=3)), dtype=torch.float64)[None]
            projected = (target[:, row : row + 1] @ moments @ m.mT)[0, 0].clamp(min=0)
            energy = quadratic(m, moments)[0].clamp(min=1e-12)
            whole = quadratic(target[:, row : row + 1], moments)[0, 0]
            least = min(least, float((whole - projected.square() / energy).min()))
        assert float(found[row]) <= 4 * least + 0.01 * float(whole)


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_descent_and_fit_never_add_error(seed: int) -> None:
    target, moments = weights_of(1, 5, 70, seed).float(), moments_of(1, 70, seed)
    matrix = (moments / moments.diagonal(dim1=1, dim2=2).mean()).float()
    rows = Rows(
        target=target,
        levels=level_table()[LEGAL_METADATA[1]].expand(1, 5, -1),
        integers=torch.zeros(1, 5, 70),
        scale=scales_of(target)[..., 1].float(),
        delta=torch.zeros(1, 5),
        smallest=torch.full((1, 5), 1e-9),
        metadata=torch.full((1, 5), LEGAL_METADATA[1]),
    )
    rows = sweep(rows, target, torch.linalg.cholesky(matrix, upper=True))
    assert bool(rows.integers.any())
    before = quadratic(target - rows.rounded, matrix)
    for _ in range(3):
        swept = sweep(rows, rows.rounded, matrix)
        between = quadratic(target - swept.rounded, matrix)
        fitted = fit(swept, matrix, dynamic=False)
        after = quadratic(target - fitted.rounded, matrix)
        assert bool((between <= before * 1.001).all())
        assert bool((after <= between * 1.001).all())
        rows, before = fitted, after


def test_uncorrelated_inputs_give_the_nearest_levels() -> None:
    """Nothing can be compensated: one sweep with a diagonal matrix rounds to nearest."""
    target = weights_of(1, 3, 20, 5).float()
    rows = Rows(
        target=target,
        levels=level_table()[0].expand(1, 3, -1),
        integers=torch.zeros(1, 3, 20),
        scale=scales_of(target)[..., 0].float(),
        delta=torch.zeros(1, 3),
        smallest=torch.full((1, 3), 1e-9),
        metadata=torch.zeros(1, 3, dtype=torch.int64),
    )
    swept = sweep(rows, target, torch.diag_embed(torch.rand(1, 20) + 0.1))
    codes = encode(target[0] / rows.scale[0, :, None], torch.zeros(3, dtype=torch.int64))
    assert torch.equal(swept.integers[0], decode(codes, torch.zeros(3, dtype=torch.int64)).float())


def test_weights_with_an_offset_need_the_coefficient() -> None:
    """All weights of a row shifted alike: the coefficient takes most of the error."""
    generator = torch.Generator().manual_seed(0)
    levels = level_table()[0][torch.randint(0, 15, (1, 8, 40), generator=generator)]
    target, moments = 0.05 * (levels + 0.75).double(), moments_of(1, 40, 1)
    without, found = (
        float(quadratic(target - rounded_rows(target, moments, dynamic).rounded.double(), moments).sum())
        for dynamic in (False, True)
    )
    assert found < 0.5 * without


def test_rows_of_zeros() -> None:
    target = weights_of(1, 3, 9, 0)
    target[0, 1] = 0
    rows = rounded_rows(target, moments_of(1, 9, 0))
    assert not rows.rounded[0, 1].any()


def test_candidates_are_each_list_at_each_stretch_of_its_scale() -> None:
    target = weights_of(1, 3, 30, 4)
    candidates = find_candidates(target, torch.ones(1, 30), torch.full((1, 3), 1e-9), dynamic=False)
    metadata, best = torch.tensor(LEGAL_METADATA), scales_of(target)
    for row in range(3):
        found = zip(candidates.metadata[0, row].tolist(), candidates.scale[0, row].tolist(), strict=True)
        expected = [(int(meta), s * float(best[0, row, i])) for i, meta in enumerate(metadata) for s in STRETCHES]
        for (meta, scale), (meta_expected, scale_expected) in zip(sorted(found), sorted(expected), strict=True):
            assert (meta, scale) == (meta_expected, pytest.approx(scale_expected))


def test_the_smallest_scale_holds() -> None:
    target = 1e-5 * weights_of(1, 4, 9, 2)
    smallest = torch.full((1, 4), 1e-3)
    candidates = find_candidates(target, torch.ones(1, 9), smallest, dynamic=True)
    rows = round_rows(target, moments_of(1, 9, 2), candidates, smallest, dynamic=True)
    assert float(rows.scale.min()) >= 0.999e-3


def test_fit_refuses_a_scale_that_runs_away() -> None:
    levels = level_table()[0]
    rows = Rows(
        target=torch.full((1, 1, 4), 50.0),
        levels=levels.expand(1, 1, -1),
        integers=torch.full((1, 1, 4), 3.0),
        scale=torch.full((1, 1), 0.2),
        delta=torch.zeros(1, 1),
        smallest=torch.full((1, 1), 1e-9),
        metadata=torch.zeros(1, 1, dtype=torch.int64),
    )
    assert float(fit(rows, torch.eye(4)[None], dynamic=False).scale) == pytest.approx(0.2)
    near = fit(replace(rows, target=rows.target / 50), torch.eye(4)[None], dynamic=False)
    assert float(near.scale) == pytest.approx(1 / 3)
