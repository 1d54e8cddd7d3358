"""The weights that give the float layer's output from the bytes that reach the quantized one."""

import torch
from torch import Tensor

from golden.ptq.moments import Moments, Sums, damper

DAMPINGS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


def compensated_weights(weight: Tensor, moments: Moments, damping: float) -> Tensor:
    """Return the weights t with the least error of t x against ``weight`` times the float input, pulled to ``weight``.

    weight: float64 (G, R, K). The inputs' errors are (cross - square) away from none, so that
    t = weight + weight (cross - square) (square + damping D)^-1 with D of ``damper``.
    """
    damped = moments.square + damping * torch.diag_embed(damper(moments.square))
    factor = torch.linalg.cholesky(damped)
    change = torch.cholesky_solve((weight @ (moments.cross - moments.square)).mT, factor)
    return weight + change.mT


def output_error(weight: Tensor, target: Tensor, moments: Moments) -> float:
    """Return the summed variance of target x - weight real at the output, up to a constant of ``weight``."""
    return float((((target @ moments.square) - 2 * (weight @ moments.cross)) * target).sum())


def validated_weights(weight: Tensor, first: Sums, second: Sums) -> Tensor:
    """Return compensated weights whose damping is that of DAMPINGS, or none at all, that serves pictures not seen.

    weight: float64 (G, R, K); first, second: sums over either half of the calibration pictures. Each
    damping is judged by the error that weights from one half leave on the other.
    """
    either = first.moments(), second.moments()
    halves = (either, either[::-1])
    errors = [sum(output_error(weight, weight, judge) for _, judge in halves)]
    for damping in DAMPINGS:
        trials = ((compensated_weights(weight, fit, damping), judge) for fit, judge in halves)
        errors.append(sum(output_error(weight, trial, judge) for trial, judge in trials))
    best = errors.index(min(errors))
    return compensated_weights(weight, (first + second).moments(), DAMPINGS[best - 1]) if best else weight
