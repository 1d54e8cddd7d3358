"""Error-compensating rounding: codes that make the layer's output, not its weights, come out right."""

from dataclasses import dataclass

import torch
from torch import Tensor

from golden.codes import LEGAL_METADATA, magnitudes
from golden.contract import DELTA, LEVELS
from golden.integer import delta_numerator
from golden.quantize import encode_delta

BLOCK = 64


def decode_delta(codes: Tensor) -> Tensor:
    return delta_numerator(codes).double() / (1 << DELTA['frac'])


@dataclass(frozen=True)
class Rounded:
    """Rows of rounded weights s (m + d): magnitudes with sign m (G, R, K), scale, d, metadata (G, R), error (G, R)."""

    integers: Tensor
    scale: Tensor
    delta: Tensor
    metadata: Tensor
    error: Tensor


def level_table(metadata: Tensor) -> Tensor:
    """Return the 15 signed levels of each row in rising order, float32 (..., 15)."""
    table = torch.zeros(16, 2 * LEVELS + 1)
    for meta in LEGAL_METADATA:
        positive = torch.tensor(magnitudes(meta), dtype=torch.float32)
        table[meta] = torch.cat([-positive.flip(0)[:-1], positive])
    return table[metadata]


def sweep(target: Tensor, rounded: Tensor, matrix: Tensor, values: Tensor) -> Tensor:
    """Round columns from the last to the first, each compensating the errors of the others.

    target: (G, R, K) real weights; rounded: (G, R, K), where they start; matrix: (G, K, K); values:
    (G, R, L), rising, what each row may hold. Column j becomes the value nearest to
    target_j + sum over i != j of matrix[j, i] (target_i - rounded_i) / matrix[j, j]. With the upper
    Cholesky factor and rounded = target this is GPTQ's order of compensation; with
    the moments themselves it is one sweep of coordinate descent.
    """
    k = target.shape[2]
    values = values.contiguous()
    middles = ((values[..., 1:] + values[..., :-1]) / 2).contiguous()
    error = target - rounded
    diagonal = matrix.diagonal(dim1=1, dim2=2)
    for stop in range(k, 0, -BLOCK):
        start = max(stop - BLOCK, 0)
        inner = matrix[:, start:stop, start:stop]
        part = error[:, :, start:stop].contiguous()
        outer = error @ matrix[:, start:stop].mT - part @ inner.mT
        for j in range(stop - start - 1, -1, -1):
            wanted = target[:, :, start + j]
            pulled = outer[:, :, j] + (part @ inner[:, j, :, None])[..., 0] - part[:, :, j] * inner[:, j, j, None]
            v = wanted + pulled / diagonal[:, start + j, None]
            index = torch.searchsorted(middles, v[..., None])
            part[:, :, j] = wanted - values.gather(2, index)[..., 0]
        error[:, :, start:stop] = part
    return target - error


def quadratic(error: Tensor, matrix: Tensor) -> Tensor:
    """Return error' matrix error of each row, (G, R)."""
    return ((error @ matrix) * error).sum(2)


def fit(target: Tensor, integers: Tensor, matrix: Tensor, dynamic: bool) -> tuple[Tensor, Tensor]:
    """Return the scale s and correction d (G, R), d a BCE coefficient, with the least error of s (m + d)."""
    projected = target @ matrix
    image = integers @ matrix
    mm, mt = (image * integers).sum(2), (projected * integers).sum(2)
    scale = mt / mm.clamp(min=1e-30)
    delta = torch.zeros_like(scale)
    if not dynamic:
        return scale, delta
    m1, t1 = image.sum(2), projected.sum(2)
    ones = matrix.sum((1, 2))[:, None]
    determinant = mm * ones - m1.square()
    s = (mt * ones - t1 * m1) / determinant
    d = (t1 * mm - mt * m1) / determinant / s
    good = (determinant > 1e-6 * mm * ones) & (s > 0)
    delta = decode_delta(encode_delta(torch.where(good, d, 0.0).flatten())).reshape(d.shape).to(target.dtype)
    image = image + delta[..., None] * matrix.sum(1)[:, None, :]
    shifted = integers + delta[..., None]
    refit = (projected * shifted).sum(2) / (image * shifted).sum(2).clamp(min=1e-30)
    better = (refit > 0) & (good)
    return torch.where(better, refit, scale), torch.where(better, delta, 0.0)


def refine(target, integers, scale, delta, levels, matrix, dynamic):
    fitted, offset = fit(target, integers, matrix, dynamic)
    good = fitted > scale * 1e-3
    scale, delta = torch.where(good, fitted, scale), torch.where(good, offset, delta)
    values = scale[..., None] * (levels + delta[..., None])
    rounded = scale[..., None] * (integers + delta[..., None])
    rounded = sweep(target, rounded, matrix, values)
    integers = (rounded / scale[..., None] - delta[..., None]).round()
    return integers, scale, delta


def round_rows(target: Tensor, matrix: Tensor, metadata: Tensor, start: Tensor, sweeps=2, keep=3, final=4, dynamic=True, delta0=None):
    """target: (G,R,K); matrix: (G,K,K) damped; metadata: (M,), start: (G,R,M) scales."""
    g, r, k = target.shape
    order = matrix.diagonal(dim1=1, dim2=2).argsort(1)
    permute = lambda t: t.gather(2, order[:, None].expand(-1, t.shape[1], -1))
    matrix = matrix.gather(1, order[:, :, None].expand(-1, -1, k)).gather(2, order[:, None].expand(-1, k, -1))
    unit = matrix.diagonal(dim1=1, dim2=2).mean(1).clamp(min=1e-30)
    matrix = matrix / unit[:, None, None]
    upper = torch.linalg.cholesky(matrix.double(), upper=True).to(target.dtype)
    matrix = matrix.to(target.dtype)
    target = permute(target)
    many = metadata.numel()
    levels = level_table(metadata).to(target.dtype)  # M, 15
    t = target[:, :, None].expand(-1, -1, many, -1).reshape(g, r * many, k)
    lv = levels[None, None].expand(g, r, -1, -1).reshape(g, r * many, -1)
    s = start.reshape(g, r * many).to(target.dtype)
    d = torch.zeros_like(s) if delta0 is None else delta0.reshape(g, r * many)
    def select(count, t, lv, m, s, d, meta, rows):
        values = s[..., None] * (m + d[..., None])
        e = quadratic(t - values, matrix).reshape(g, r, -1)
        idx = e.topk(count, largest=False).indices  # g,r,count
        flat = (torch.arange(r)[None, :, None] * e.shape[2] + idx).reshape(g, -1)
        pick = lambda a: a.gather(1, flat) if a.dim() == 2 else a.gather(1, flat[..., None].expand(-1, -1, a.shape[2]))
        return [pick(a) for a in (t, lv, m, s, d, meta)], e.gather(2, idx)
    meta = metadata.expand(g, r, -1).reshape(g, r * many)
    rounded = sweep(t, t, upper, s[..., None] * (lv + d[..., None]))
    m = (rounded / s[..., None] - d[..., None]).round()
    for _ in range(sweeps):
        m, s, d = refine(t, m, s, d, lv, matrix, dynamic)
    (t, lv, m, s, d, meta), _ = select(min(keep, many), t, lv, m, s, d, meta, r)
    for _ in range(final):
        m, s, d = refine(t, m, s, d, lv, matrix, dynamic)
    (t, lv, m, s, d, meta), e = select(1, t, lv, m, s, d, meta, r)
    back = order.argsort(1)
    m = m.gather(2, back[:, None].expand(-1, r, -1))
    return Rounded(m, s, d, meta, e[..., 0] * unit[:, None])
