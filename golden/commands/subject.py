"""The network that a command names: one of the project's, an ONNX file, or a network file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from torch import Tensor

from golden.api import batch_size
from golden.data import DataError
from golden.data.folder import PictureFiles
from golden.data.preparation import Preparation
from golden.frontend import import_onnx
from golden.networks import NETWORKS, SUFFIX, network_module
from golden.networks.graph import Graph
from golden.networks.integer import QuantizedNetwork
from golden.networks.store import load_network, load_preparation
from golden.tasks import CALIBRATION, Task, classification

ONNX_SUFFIX = ".onnx"
FILES = f", an {ONNX_SUFFIX} file, or the {SUFFIX} file of a quantized network"
KINDS = f"one of {', '.join(NETWORKS)}{FILES}"


@dataclass(frozen=True)
class Request:
    """What a user asks for: a network, a data folder, how many pictures calibrate; preparation is an ONNX file's."""

    net: str
    data: Path | None
    calibration: int | None
    seed: int
    preparation: Preparation


@dataclass(frozen=True)
class Subject:
    """A network with its task. ``network`` is quantized already, or ``graph`` is there to be."""

    name: str
    graph: Graph | None
    network: QuantizedNetwork | None
    preparation: Preparation
    task: Task


def find_subject(request: Request) -> Subject:
    """Return what a user asks for. Raises LayerError or DataError for a network or data that is none."""
    path = Path(request.net)
    if path.suffix == ONNX_SUFFIX:
        graph = import_onnx(path, request.preparation.affine())
        return Subject(
            path.stem, graph, None, request.preparation, _classification(request, graph, request.preparation)
        )
    if request.preparation != Preparation():
        raise DataError(f"{request.net} has its own mean, std and crop: expected them only with an {ONNX_SUFFIX} file")
    if path.suffix == SUFFIX:
        network = load_network(path)
        preparation = load_preparation(path)
        name = network.graph.name
        if name in NETWORKS:
            task = network_module(name).task(request.data, request.calibration, request.seed)
        else:
            task = _classification(request, network.graph, preparation)
        return Subject(name, None, network, preparation, task)
    module = network_module(request.net, FILES)
    task = module.task(request.data, request.calibration, request.seed)
    return Subject(request.net, module.graph(), None, Preparation(), task)


def summary(request: Request, subject: Subject) -> dict[str, object]:
    """Return what was measured, for a file of results."""
    return {
        "network": subject.name,
        "data": str(request.data or ""),
        "seed": request.seed,
        "calibration_pictures": len(subject.task.calibration),
        "scored_pictures": len(subject.task.scored),
    }


def _classification(request: Request, graph: Graph, preparation: Preparation) -> Task:
    if request.data is None:
        raise DataError(f"{request.net} has no data of its own: expected a folder of labelled pictures (--data, DATA=)")
    return classification(graph, request.data, preparation, request.calibration or CALIBRATION, request.seed)


def progress_bar() -> Progress:
    """Return a progress display with time used and time left."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    )


def outputs(
    title: str, graph: Graph, evaluate: Callable[[Tensor], Tensor], pictures: Tensor | PictureFiles, progress: Progress
) -> Tensor:
    """Return a network's outputs (N, values) for pictures, batch by batch."""
    bar = progress.add_task(title, total=len(pictures))
    step = batch_size(graph)
    results = []
    for start in range(0, len(pictures), step):
        results.append(evaluate(pictures[start : start + step]))
        progress.update(bar, advance=len(results[-1]))
    return torch.cat(results)
