"""Search of each channel's weight scale and metadata over the exact integer levels."""

import torch
from torch import Tensor

from golden.ladder import LEGAL_METADATA, magnitudes

SCALES = 64
SMALLEST_CLIP, LARGEST_CLIP = 0.25, 1.1


def search_lists(weight: Tensor, importance: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Return the best scale of every channel with each list of LEGAL_METADATA, and what it gains.

    weight: (OC, ...) real; importance: non-negative, broadcastable to ``weight``, or None for equal
    weights. Returns gain and scale s_w, float64 (OC, lists); both 0 for a channel of zeros.

    A list's thresholds cut the sorted |w| of a channel into 8 intervals, so prefix sums of c and c|w|
    give numerator A = sum m c|w| and denominator B = sum m^2 c of any list at any scale. The scale
    that fits these codes best is A / B, and it leaves the error sum c w^2 - A^2 / B: the search
    maximises the gain A^2 / B over SCALES clip points, the fraction of the channel's largest
    weight that the largest magnitude stands for.
    """
    flat = weight.reshape(weight.shape[0], -1).double().abs()
    cost = torch.ones_like(flat) if importance is None else importance.expand(weight.shape).reshape(flat.shape).double()
    ordered, order = flat.sort(1)
    ordered = ordered.contiguous()
    cost = cost.gather(1, order)
    zero = torch.zeros(len(flat), 1, dtype=torch.float64)
    costs = torch.cat([zero, cost.cumsum(1)], 1)
    moments = torch.cat([zero, (cost * ordered).cumsum(1)], 1)
    largest = ordered[:, -1:]
    clips = torch.linspace(SMALLEST_CLIP, LARGEST_CLIP, SCALES, dtype=torch.float64)
    gains, scales = [], []
    for meta in LEGAL_METADATA:
        levels = torch.tensor(magnitudes(meta), dtype=torch.float64)
        middles = (levels[1:] + levels[:-1]) / 2 / levels[-1]
        thresholds = (largest * clips)[:, :, None] * middles
        cuts = torch.searchsorted(ordered, thresholds.flatten(1), right=True)
        end = torch.full((*thresholds.shape[:2], 1), flat.shape[1])
        edges = torch.cat([cuts.reshape(thresholds.shape), end], 2).flatten(1)
        shape = (*thresholds.shape[:2], len(levels))
        numerator = (moments.gather(1, edges).reshape(shape).diff(dim=2) * levels[1:]).sum(2)
        denominator = (costs.gather(1, edges).reshape(shape).diff(dim=2) * levels[1:].square()).sum(2)
        gain, index = (numerator.square() / denominator.clamp(min=1e-300)).max(1)
        gains.append(gain)
        scales.append((numerator / denominator.clamp(min=1e-300)).gather(1, index[:, None])[:, 0])
    return torch.stack(gains, 1), torch.stack(scales, 1)


def search_weights(weight: Tensor, importance: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Choose metadata and scale of every channel by the smallest (weighted) squared error.

    weight, importance: as in ``search_lists``. Returns metadata, int64 (OC,), and scale s_w, float64
    (OC,), 0 for a channel of zeros.
    """
    gains, scales = search_lists(weight, importance)
    best = gains.argmax(1)
    return torch.tensor(LEGAL_METADATA)[best], scales.gather(1, best[:, None])[:, 0]
