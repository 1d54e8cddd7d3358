"""Error-compensating rounding: levels that make the layer's output, not each of its weights, come out right."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from golden.contract import DELTA, LEVELS
from golden.integer import delta_numerator
from golden.ladder import LEGAL_METADATA, magnitudes
from golden.quantize import encode_delta
from golden.weights import search_lists

BLOCK = 64
OFFSETS = (0.0, -0.5, 0.5, 1.0)  # of a row's mean weight, where its BCE coefficient starts
LISTS = 2  # tried with each offset, and each with STRETCHES of the scale that is best without compensation
STRETCHES = (1.0, 0.94)
KEPT = 4  # candidates of a row that are refined to the end
FIRST_SWEEPS, LAST_SWEEPS = 1, 4
SMALLEST_DETERMINANT = 1e-6
LARGEST_GROWTH = 2.0


@dataclass(frozen=True)
class Rows:
    """Rows of weights s (m + d) to approximate ``target``, float32; several rows may share a target.

    target: (G, R, K); levels: (G, R, 15), the signed magnitudes of the row's list in rising order; integers
    m: (G, R, K), of these; scale s, BCE coefficient d, smallest: the least scale allowed, metadata: (G, R).
    """

    target: Tensor
    levels: Tensor
    integers: Tensor
    scale: Tensor
    delta: Tensor
    smallest: Tensor
    metadata: Tensor

    @property
    def rounded(self) -> Tensor:
        """Return the weights the rows stand for, (G, R, K)."""
        return self.scale[..., None] * (self.integers + self.delta[..., None])


@dataclass(frozen=True)
class Candidates:
    """Where rows start: several scales, metadata and BCE coefficients of each, (G, R, candidates)."""

    scale: Tensor
    metadata: Tensor
    delta: Tensor


def level_table() -> Tensor:
    """Return the 15 signed levels of each metadata word in rising order, float32 (words, 15); 0 for illegal words."""
    table = torch.zeros(max(LEGAL_METADATA) + 1, 2 * LEVELS + 1)
    for meta in LEGAL_METADATA:
        positive = torch.tensor(magnitudes(meta), dtype=torch.float32)
        table[meta] = torch.cat([-positive[1:].flip(0), positive])
    return table


def coded(delta: Tensor) -> Tensor:
    """Return each coefficient as the nearest BCE code has it, float32."""
    numerator = delta_numerator(encode_delta(delta.flatten())).reshape(delta.shape)
    return numerator.float() / (1 << DELTA["frac"])


def find_candidates(target: Tensor, cost: Tensor, smallest: Tensor, dynamic: bool) -> Candidates:
    """Return of each row the lists with the least error to nearest, with the scales of it, stretched.

    target: (G, R, K) real; cost: (G, K), positive, of an input's errors; smallest: (G, R), the least scale allowed.
    With ``dynamic`` for each of OFFSETS, what the coefficient takes of the row's mean weight.
    """
    groups, count, k = target.shape
    importance = cost[:, None].expand(-1, count, -1).reshape(-1, k)
    metadata, found = torch.tensor(LEGAL_METADATA), []
    for offset in OFFSETS if dynamic else (0.0,):
        mean = offset * target.mean(2, keepdim=True)
        gains, scales = search_lists((target - mean).reshape(-1, k), importance)
        best = gains.topk(LISTS, 1).indices
        nearest = scales.gather(1, best).reshape(groups, count, -1)
        for stretch in STRETCHES:
            scale = torch.maximum(stretch * nearest, smallest[..., None])
            found.append((scale, metadata[best].reshape(scale.shape), coded(mean / scale)))
    return Candidates(*(torch.cat(parts, 2) for parts in zip(*found, strict=True)))


def quadratic(error: Tensor, matrix: Tensor) -> Tensor:
    """Return e' matrix e of each row e of (G, R, K)."""
    return ((error @ matrix) * error).sum(2)


def sweep(rows: Rows, start: Tensor, matrix: Tensor) -> Rows:
    """Round the columns from the last to the first, each compensating the errors of the others.

    start: (G, R, K), the weights before; matrix: (G, K, K). Column j gets the level nearest to
    target_j + sum over i != j of matrix[j, i] (target_i - now_i) / matrix[j, j]. With ``start`` the target and the
    upper Cholesky factor of the moments, a column compensates those rounded before it, as GPTQ does (Babai's
    nearest plane); with the moments themselves it is coordinate descent, which never adds to the error.
    """
    target, k = rows.target, matrix.shape[1]
    values = rows.scale[..., None] * (rows.levels + rows.delta[..., None])
    middles = ((values[..., 1:] + values[..., :-1]) / 2).contiguous()
    diagonal = matrix.diagonal(dim1=1, dim2=2)
    error = target - start
    integers = torch.empty_like(target)
    for stop in range(k, 0, -BLOCK):
        block = slice(max(stop - BLOCK, 0), stop)
        inner = matrix[:, block, block]
        part = error[:, :, block].contiguous()
        outer = error @ matrix[:, block].mT - part @ inner.mT
        for j in range(part.shape[2] - 1, -1, -1):
            own = block.start + j
            pulled = outer[:, :, j] + (part @ inner[:, j, :, None])[..., 0] - part[:, :, j] * inner[:, j, j, None]
            index = torch.searchsorted(middles, (target[:, :, own] + pulled / diagonal[:, own, None])[..., None])
            part[:, :, j] = target[:, :, own] - values.gather(2, index)[..., 0]
            integers[:, :, own] = rows.levels.gather(2, index)[..., 0]
        error[:, :, block] = part
    return replace(rows, integers=integers)


def fit(rows: Rows, matrix: Tensor, dynamic: bool) -> Rows:
    """Fit scale and BCE coefficient of each row to its integers by least squares, the coefficient to its code.

    A fit that is singular, whose scale is below the smallest, or LARGEST_GROWTH times the scale before, is not
    taken: a coefficient that cancels the integers leaves a scale at which the BCE's rounding is coarse.
    """
    projected, image, m = rows.target @ matrix, rows.integers @ matrix, rows.integers
    mm, mt = (image * m).sum(2), (projected * m).sum(2)
    delta = torch.zeros_like(rows.delta)
    if dynamic:
        m1, t1, ones = image.sum(2), projected.sum(2), matrix.sum((1, 2))[:, None]
        determinant = mm * ones - m1.square()
        wanted = (t1 * mm - mt * m1) / (mt * ones - t1 * m1)
        good = (determinant > SMALLEST_DETERMINANT * mm * ones) & (mt * ones > t1 * m1) & wanted.isfinite()
        delta = coded(torch.where(good, wanted, 0.0))
    shifted = m + delta[..., None]
    image = image + delta[..., None] * matrix.sum(1)[:, None]
    scale = (projected * shifted).sum(2) / (image * shifted).sum(2)
    good = (scale >= rows.smallest) & (scale <= LARGEST_GROWTH * rows.scale)
    return replace(rows, scale=torch.where(good, scale, rows.scale), delta=torch.where(good, delta, rows.delta))


def best_rows(rows: Rows, matrix: Tensor, count: int, kept: int) -> Rows:
    """Keep of each of ``count`` targets, which stand behind one another, the rows of least error."""
    groups, together = rows.scale.shape[0], rows.scale.shape[1] // count
    error = quadratic(rows.target - rows.rounded, matrix).reshape(groups, count, together)
    best = error.topk(min(kept, together), 2, largest=False).indices
    chosen = (best + together * torch.arange(count)[:, None]).reshape(groups, -1)
    picked = {
        name: value.gather(1, chosen if value.dim() == 2 else chosen[..., None].expand(-1, -1, value.shape[2]))
        for name, value in vars(rows).items()
    }
    return Rows(**picked)


def round_rows(target: Tensor, moments: Tensor, candidates: Candidates, smallest: Tensor, dynamic: bool) -> Rows:
    """Round rows of weights to the list, scale, coefficient and levels of the least error at the output.

    target: (G, R, K) real; moments: (G, K, K), positive definite; smallest: (G, R), the least scale allowed. Every
    candidate is rounded with compensation and refined by coordinate descent and fits in turn; the KEPT best of each
    row go on.
    """
    groups, count, k = target.shape
    together = candidates.scale.shape[2]
    order = moments.diagonal(dim1=1, dim2=2).argsort(dim=1, stable=True)
    matrix = moments.gather(1, order[:, :, None].expand(-1, -1, k)).gather(2, order[:, None].expand(-1, k, -1))
    matrix = matrix / matrix.diagonal(dim1=1, dim2=2).mean(1)[:, None, None]
    factor = torch.linalg.cholesky(matrix, upper=True).float()
    matrix = matrix.float()
    ordered = target.float().gather(2, order[:, None].expand(-1, count, -1))
    metadata = candidates.metadata.flatten(1)
    rows = Rows(
        target=ordered.repeat_interleave(together, 1),
        levels=level_table()[metadata],
        integers=torch.zeros(groups, count * together, k),
        scale=candidates.scale.float().flatten(1),
        delta=candidates.delta.flatten(1),
        smallest=smallest.float().repeat_interleave(together, 1),
        metadata=metadata,
    )
    rows = sweep(rows, rows.target, factor)
    for kept, sweeps in ((KEPT, FIRST_SWEEPS), (1, LAST_SWEEPS)):
        for _ in range(sweeps):
            rows = fit(rows, matrix, dynamic)
            rows = sweep(rows, rows.rounded, matrix)
        rows = best_rows(rows, matrix, count, kept)
    back = order.argsort(1)[:, None].expand(-1, count, -1)
    return replace(rows, target=rows.target.gather(2, back), integers=rows.integers.gather(2, back))
