"""Right and wrong decisions of a float and a quantized network, and how sure the figures are.

Every measure is a list of decisions that are right or wrong, and two networks are compared on the same
decisions. The intervals are percentiles of a bootstrap over what the decisions are about, people or
pictures, not over decisions: a person who is hard to recognise makes many decisions wrong at once. In a
resample a subject counts as often as it was drawn; a decision about two counts with the product.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

RESAMPLES = 2000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Decisions:
    """Decisions of one measure: whether each was ``right``, bool (T,), and its two subjects, int64 (T, 2).

    Subjects are numbered from 0; a decision about one subject names it twice.
    """

    right: Tensor
    subjects: Tensor


@dataclass(frozen=True)
class Estimate:
    """A fraction with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Measure:
    """One measure of two networks on the same decisions; ``lost`` is the reference less the quantized one."""

    name: str
    decisions: int
    reference: Estimate
    quantized: Estimate
    lost: Estimate


def compare(name: str, reference: Decisions, quantized: Decisions, seed: int) -> Measure:
    """Return a measure of two networks with its intervals. Both have made the same decisions."""
    first, second = reference.subjects.T
    count = int(reference.subjects.max()) + 1
    draws = torch.randint(count, (RESAMPLES, count), generator=torch.Generator().manual_seed(seed))
    drawn = torch.zeros(RESAMPLES, count).scatter_add_(1, draws, torch.ones(draws.shape))
    weights = drawn[:, first] * torch.where(first == second, 1.0, drawn[:, second])
    weights = torch.cat([torch.ones(1, len(first)), weights]).double()
    before, after = (weights @ decisions.right.double() / weights.sum(1) for decisions in (reference, quantized))
    return Measure(name, len(first), _estimate(before), _estimate(after), _estimate(before - after))


def _estimate(values: Tensor) -> Estimate:
    """Return the estimate of the first value from the resampled ones behind it."""
    tail = (1 - CONFIDENCE) / 2
    low, high = values[1:].quantile(torch.tensor([tail, 1 - tail], dtype=torch.float64)).tolist()
    return Estimate(float(values[0]), low, high)
