"""Targets make up for errors of the inputs where pictures not seen bear it out."""

import torch
from torch import Tensor

from golden.ptq.moments import Moments, Sums
from golden.ptq.targets import compensated_weights, output_error, validated_weights


def sums_of(real: Tensor, x: Tensor) -> Sums:
    return Sums((x.mT @ x)[None], (real.mT @ x)[None], x.sum(0)[None], real.sum(0)[None], len(x))


def case(windows: int, noise: float, seed: int) -> tuple[Tensor, Tensor]:
    """Inputs of correlated channels and what quantizing would leave of them: the first channel loses half."""
    generator = torch.Generator().manual_seed(seed)
    mixed = torch.randn(windows, 6, generator=generator, dtype=torch.float64)
    real = 20 * mixed @ torch.randn(6, 6, generator=torch.Generator().manual_seed(9), dtype=torch.float64)
    x = real + noise * torch.randn(windows, 6, generator=generator, dtype=torch.float64)
    x[:, 0] *= 0.5
    return real, x


WEIGHT = torch.randn(1, 5, 6, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


def test_a_systematic_error_is_made_up_for() -> None:
    first, second, unseen = (sums_of(*case(400, 1.0, seed)) for seed in (0, 1, 2))
    target, judge = validated_weights(WEIGHT, first, second), unseen.moments()
    floor = output_error(WEIGHT, compensated_weights(WEIGHT, judge, 1e-9), judge)
    before, after = output_error(WEIGHT, WEIGHT, judge) - floor, output_error(WEIGHT, target, judge) - floor
    assert after < 0.1 * before


def test_chance_is_not_followed() -> None:
    """With as many windows as inputs and errors of no system the weights stay, or nearly so."""
    halves = []
    for seed in (0, 1):
        real, _ = case(6, 0.0, seed)
        halves.append(
            sums_of(real, real + 15 * torch.randn(6, 6, generator=torch.Generator().manual_seed(seed + 5)).double())
        )
    target = validated_weights(WEIGHT, halves[0], halves[1])
    free = compensated_weights(WEIGHT, (halves[0] + halves[1]).moments(), 1e-6)
    assert float((target - WEIGHT).norm()) < 0.3 * float((free - WEIGHT).norm())


def test_no_error_no_change() -> None:
    real, _ = case(50, 0.0, 4)
    moments = sums_of(real, real).moments()
    assert torch.allclose(compensated_weights(WEIGHT, moments, 0.1), WEIGHT)


def test_dead_inputs() -> None:
    dead = Moments(torch.zeros(1, 6, 6, dtype=torch.float64), torch.zeros(1, 6, 6, dtype=torch.float64))
    assert torch.allclose(compensated_weights(WEIGHT, dead, 0.1), WEIGHT)
