"""Rounding with damped moments, and how much damping serves pictures not seen."""

from dataclasses import replace

import torch
from torch import Tensor

from golden.ptq.compensate import Rows, find_candidates, quadratic, round_rows
from golden.ptq.moments import Sums, damper
from golden.ptq.options import PtqOptions

DAMPINGS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
SAMPLED = 16  # rows of weights by which a damping is judged
VALUES = 1 << 21  # weights rounded at a time


def round_damped(target: Tensor, square: Tensor, damping: float, smallest: Tensor, options: PtqOptions) -> Rows:
    """Round rows of weights, a part of them at a time.

    target: float64 (G, R, K); square: (G, K, K), of ``Moments``; damping: factor of ``damper`` on its diagonal;
    smallest: the least scales, (G, R).
    """
    spread = damper(square)
    matrix = square + damping * torch.diag_embed(spread)
    cost = spread if options.weighted else torch.ones_like(spread)
    step = max(VALUES // (target.shape[0] * target.shape[2]), 1)
    parts = [
        round_rows(some, matrix, find_candidates(some, cost, limit, options.dynamic), limit, options.dynamic)
        for some, limit in zip(torch.split(target, step, 1), torch.split(smallest, step, 1), strict=True)
    ]
    return Rows(**{name: torch.cat([getattr(rows, name) for rows in parts], 1) for name in vars(parts[0])})


def evenly(size: int) -> Tensor:
    """Return at most SAMPLED indices below ``size``, evenly spaced."""
    return torch.arange(0, size, -(-size // SAMPLED))


def validated_damping(target: Tensor, first: Tensor, second: Tensor, smallest: Tensor, options: PtqOptions) -> float:
    """Return the damping whose rounding serves pictures not seen.

    target, smallest, options: as in ``round_damped``; first, second: its moments (G, K, K) over either half of the
    pictures. SAMPLED rows (of a depthwise layer, channels) are rounded with each of DAMPINGS on one half and judged
    by their error on the other. Both halves are twice the windows, hence half the damping of the best.
    """
    groups, rows = evenly(target.shape[0]), evenly(target.shape[1])
    some, least = target[groups][:, rows], smallest[groups][:, rows]
    either, quick = (first[groups], second[groups]), replace(options, dynamic=False)
    errors = []
    for damping in DAMPINGS:
        error = 0.0
        for fit, judge in (either, either[::-1]):
            found = round_damped(some, fit, damping, least, quick)
            error += float(quadratic(some - found.rounded.double(), judge).sum())
        errors.append(error)
    return DAMPINGS[errors.index(min(errors))] / 2


def chosen_damping(target: Tensor, halves: list[Sums], smallest: Tensor, options: PtqOptions) -> float:
    """Return ``validated_damping``; that of ``options`` if not ``validated``, or of a single picture."""
    if not options.validated or len(halves) < 2:
        return options.damping
    first, second = (half.moments().square for half in halves)
    return validated_damping(target, first, second, smallest, options)
