"""SLogII weight codes: encode and decode."""

import torch
from torch import Tensor

from golden.contract import LEVEL_BITS
from golden.ladder import magnitudes


def decode(codes: Tensor, meta: Tensor) -> Tensor:
    """Decode 4-bit codes to signed integer weights.

    codes: int64 (OC, ...), 0..15; meta: int64 (OC,). Returns int64 of the shape of ``codes``.
    """
    table = torch.tensor([magnitudes(int(m)) for m in meta.tolist()], dtype=torch.int64)
    flat = codes.reshape(codes.shape[0], -1)
    level = flat & ((1 << LEVEL_BITS) - 1)
    value = torch.gather(table, 1, level)
    return torch.where(flat >> LEVEL_BITS == 1, -value, value).reshape(codes.shape)


def encode(weights: Tensor, meta: Tensor) -> Tensor:
    """Encode integer-scaled float weights (OC, ...) to the nearest code of each channel's list.

    A tie goes to the smaller magnitude. Zero is always code 0. Returns int64 codes 0..15.
    """
    table = torch.tensor([magnitudes(int(m)) for m in meta.tolist()], dtype=torch.float64)
    flat = weights.reshape(weights.shape[0], -1).double()
    middle = (table[:, 1:] + table[:, :-1]) / 2
    level = torch.searchsorted(middle, flat.abs().contiguous(), right=False)
    sign = (flat < 0) & (level > 0)
    return (level + (sign.long() << LEVEL_BITS)).reshape(weights.shape)
