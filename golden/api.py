"""Quantize your own network: ``docs/quantize.md`` shows it in ten lines."""

import math
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from golden.affine import Affine, choose_affine
from golden.errors import LayerError
from golden.frontend import import_module, import_onnx
from golden.networks.graph import Graph, shapes
from golden.networks.integer import QuantizedNetwork, integer_logits
from golden.networks.store import load_network, save_network
from golden.ptq.network import Progress, quantize_network
from golden.ptq.options import PtqOptions

__all__ = ["evaluate", "load", "quantize", "save"]
PIXEL = Affine(1 / 255, 0)
BATCH_VALUES = 1 << 23


def quantize(
    model: nn.Module | Path | str | Graph,
    pictures: Tensor,
    input: Affine | None = None,
    options: PtqOptions | None = None,
    progress: Progress | None = None,
) -> QuantizedNetwork:
    """Quantize a network with unlabelled pictures.

    model: a PyTorch module, the path of an ONNX file, or a graph; pictures: (N, C, H, W), float as the
    network takes them, or uint8 with the map ``input`` of bytes to what the network takes, by default
    pixels from 0 to 1; options, progress: as ``quantize_network`` takes them. Raises LayerError for what the
    accelerator does not support, and for pictures that are none.
    """
    real = pictures.is_floating_point()
    if pictures.dim() != 4 or not len(pictures) or not (real or pictures.dtype == torch.uint8):
        given = f"{pictures.dtype} of shape {tuple(pictures.shape)}"
        raise LayerError(f"pictures {given}, expected float or uint8 (N, C, H, W), N at least 1")
    _check_finite(pictures)
    if input is None:
        input = choose_affine(pictures) if real else PIXEL
    if isinstance(model, nn.Module):
        graph = import_module(model, pictures if real else input.dequantize(pictures).float(), input)
    else:
        graph = replace(model, input=input) if isinstance(model, Graph) else import_onnx(Path(model), input)
    return quantize_network(graph, to_bytes(graph, pictures), options, progress)


def evaluate(network: QuantizedNetwork, pictures: Tensor) -> Tensor:
    """Return the network's output, float64 (N, values), computed in integers. pictures: as in ``quantize``.

    Raises LayerError for pictures of another shape, none at all, and NaN or infinity.
    """
    given, step = to_bytes(network.graph, pictures), batch_size(network.graph)
    network.graph.check_pictures(given)
    return torch.cat([integer_logits(network, given[start : start + step]) for start in range(0, len(given), step)])


def save(network: QuantizedNetwork, samples: Tensor, path: Path) -> None:
    """Write a network file with some sample pictures, as in ``quantize``: ``make sim NET=path`` runs it."""
    save_network(network, to_bytes(network.graph, samples), path)


def load(path: Path) -> QuantizedNetwork:
    """Read a network file. Raises LayerError for a file that is not whole."""
    return load_network(path)


def to_bytes(graph: Graph, pictures: Tensor) -> Tensor:
    """Return pictures as the bytes a network takes; bytes remain what they are. Raises LayerError for NaN."""
    _check_finite(pictures)
    return graph.input.quantize(pictures).to(torch.uint8) if pictures.is_floating_point() else pictures


def batch_size(graph: Graph) -> int:
    """Return how many pictures make the network's largest tensor about BATCH_VALUES values."""
    return max(BATCH_VALUES // max(math.prod(shape) for shape in shapes(graph).values()), 1)


def _check_finite(pictures: Tensor) -> None:
    if not bool(torch.isfinite(pictures).all()):
        raise LayerError("pictures hold NaN or infinity, expected numbers")
