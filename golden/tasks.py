"""What a network is measured on: pictures that calibrate it, others that are scored, and how."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from golden.data import DataError
from golden.data.folder import PictureFiles, split
from golden.data.idx import read_split
from golden.data.preparation import Preparation
from golden.decisions import Decisions, Measure, compare
from golden.networks.graph import Graph, shapes

CALIBRATION = 100


@dataclass(frozen=True)
class Task:
    """Pictures to calibrate with and to score, and the measures of two networks' outputs for the latter.

    calibration: uint8 (N, C, H, W), at least one, unlabelled; scored: others, in slices; measures: takes
    the outputs of the float and of the quantized network, float (N, values) each.
    """

    calibration: Tensor
    scored: Tensor | PictureFiles
    measures: Callable[[Tensor, Tensor], list[Measure]]


def top1(labels: Tensor, seed: int) -> Callable[[Tensor, Tensor], list[Measure]]:
    """Return the measure of classification: whether the largest output is the label's, int64 (N,)."""
    pictures = torch.arange(len(labels))[:, None].expand(-1, 2)

    def measures(reference: Tensor, quantized: Tensor) -> list[Measure]:
        first, second = (Decisions(outputs.argmax(1) == labels, pictures) for outputs in (reference, quantized))
        return [compare("top-1", first, second, seed)]

    return measures


def classes_of(graph: Graph) -> int:
    """Return the number of values a network gives for a picture."""
    channels, height, width = shapes(graph)[graph.nodes[-1].name]
    return channels * height * width


def classification(
    graph: Graph, data: Path, preparation: Preparation, calibration: int = CALIBRATION, seed: int = 0
) -> Task:
    """Return the task of a network whose outputs are classes, on a folder that ``golden.data`` reads.

    calibration: number of pictures to calibrate with; seed: draws them. Raises DataError for data that is
    missing, damaged or does not fit the network.
    """
    if (data / "train-images-idx3-ubyte.gz").exists():
        return _from_idx(graph, data, preparation, calibration, seed)
    chosen, scored, labels = split(data, classes_of(graph), calibration, seed)
    pictures = PictureFiles(chosen, graph.shape, preparation, graph.input)
    return Task(pictures[:], PictureFiles(scored, graph.shape, preparation, graph.input), top1(labels, seed))


def _from_idx(graph: Graph, data: Path, preparation: Preparation, calibration: int, seed: int) -> Task:
    train, _ = read_split(data, "train")
    pictures, labels = read_split(data, "t10k")
    if tuple(pictures.shape[1:]) != graph.shape:
        raise DataError(f"{data}: pictures of shape {tuple(pictures.shape[1:])}, expected {graph.shape}")
    if not 1 <= calibration <= len(train):
        raise DataError(f"{calibration} calibration pictures from {data}, expected 1..{len(train)}")
    if int(labels.max()) >= classes_of(graph):
        raise DataError(f"{data}: label {int(labels.max())}, expected 0..{classes_of(graph) - 1}")
    chosen = train[torch.randperm(len(train), generator=torch.Generator().manual_seed(seed))[:calibration]]
    as_bytes = [
        torch.stack([preparation.to_bytes(pixels, graph.input) for pixels in part]) for part in (chosen, pictures)
    ]
    return Task(as_bytes[0], as_bytes[1], top1(labels, seed))
