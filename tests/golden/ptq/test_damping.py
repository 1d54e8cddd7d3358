"""Damping: much where the windows are few, little where they are many, and better on windows not seen."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from golden.ptq import damping
from golden.ptq.compensate import quadratic
from golden.ptq.damping import DAMPINGS, SAMPLED, chosen_damping, evenly, round_damped, validated_damping
from golden.ptq.moments import Sums
from golden.ptq.options import PtqOptions

K = 24


def seen(windows: int, seed: int) -> Sums:
    """Sums over windows of correlated inputs; every seed draws from the same distribution."""
    mixing = torch.randn(K, K, generator=torch.Generator().manual_seed(9), dtype=torch.float64)
    generator = torch.Generator().manual_seed(seed)
    x = 20 * torch.randn(windows, K, generator=generator, dtype=torch.float64) @ mixing
    square = (x.mT @ x)[None]
    return Sums(square, square, x.sum(0)[None], x.sum(0)[None], windows)


def case(windows: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    target = 0.1 * torch.randn(1, 40, K, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    first, second = (seen(windows, seed).moments().square for seed in (0, 1))
    return target, first, second, torch.full((1, 40), 1e-9)


def test_few_windows_need_more() -> None:
    found = [validated_damping(*case(windows), PtqOptions()) for windows in (12, 20_000)]
    assert found[0] > 4 * found[1]


def test_better_on_windows_not_seen() -> None:
    """Eight windows of 24 inputs: hardly damped, the rounding follows what is chance."""
    target, first, second, smallest = case(8)
    unseen = seen(20_000, 2).moments().square
    errors = []
    for factor in (DAMPINGS[0], validated_damping(target, first, second, smallest, PtqOptions())):
        rows = round_damped(target, (first + second) / 2, factor, smallest, PtqOptions())
        errors.append(float(quadratic(target - rows.rounded.double(), unseen).sum()))
    assert errors[1] < 0.7 * errors[0]


@pytest.mark.parametrize("size", [1, SAMPLED - 1, SAMPLED, SAMPLED + 1, 1000])
def test_a_few_rows_judge(size: int) -> None:
    indices = evenly(size)
    assert min(size, SAMPLED // 2) <= len(indices) <= SAMPLED
    assert 0 <= int(indices.min()) <= int(indices.max()) < size


def test_what_the_options_say() -> None:
    target, _, _, smallest = case(12)
    halves, options = [seen(12, 0), seen(12, 1)], PtqOptions(damping=0.7)
    assert chosen_damping(target, halves, smallest, replace(options, validated=False)) == 0.7
    assert chosen_damping(target, halves[:1], smallest, options) == 0.7
    assert chosen_damping(target, halves, smallest, options) in [damping / 2 for damping in DAMPINGS]


def test_rounded_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    target, first, _, smallest = case(200)
    whole = round_damped(target, first, 0.1, smallest, PtqOptions())
    monkeypatch.setattr(damping, "VALUES", 3 * K)
    parts = round_damped(target, first, 0.1, smallest, PtqOptions())
    assert whole.integers.shape == parts.integers.shape
    assert float((whole.integers == parts.integers).float().mean()) > 0.95
