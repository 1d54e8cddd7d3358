"""What each step of the pipeline brings, beside other weight grids: ``python -m golden ablation``."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table
from torch import Tensor

from golden.baselines import BASE2, SLOGII, Levels, choose_affines, rounded, simulate, uniform, with_weights
from golden.commands.accuracy import shown
from golden.commands.subject import Request, find_subject, outputs, progress_bar, summary
from golden.data import DataError
from golden.decisions import Measure
from golden.files import write_text
from golden.networks.graph import Graph, logits
from golden.networks.integer import integer_logits
from golden.ptq.network import quantize_network
from golden.ptq.options import PtqOptions, steps
from golden.screen import screen

Evaluator = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Row:
    """A way to quantize: takes the float network and calibration pictures, returns what evaluates pictures."""

    label: str
    quantize: Callable[[Graph, Tensor], Evaluator]


def grid(label: str, lists: Levels, per_channel: bool = True) -> Row:
    """Return the row of a weight grid, rounded to nearest, in simulation."""

    def quantize(graph: Graph, calibration: Tensor) -> Evaluator:
        affines = choose_affines(graph, calibration)
        changed = with_weights(graph, lambda weight: rounded(weight, lists, per_channel))
        return lambda pictures: simulate(changed, affines, pictures)

    return Row(label, quantize)


def pipeline(label: str, options: PtqOptions) -> Row:
    """Return the row of the pipeline, in integers."""

    def quantize(graph: Graph, calibration: Tensor) -> Evaluator:
        network = quantize_network(graph, calibration, options)
        return lambda pictures: integer_logits(network, pictures)

    return Row(label, quantize)


def all_rows(seed: int) -> list[Row]:
    """Return the rows of the table, those of the pipeline with one step more each."""
    return [
        grid("uniform int4, to nearest", uniform(4)),
        grid("base-2 log, to nearest", BASE2),
        grid("SLogII, to nearest, scale per tensor", SLOGII, per_channel=False),
        *(pipeline(label, options) for label, options in steps(seed)),
        grid("8-bit weights, to nearest", uniform(8)),
    ]


def measure_ablation(request: Request, out: Path) -> None:
    """Run the command; ``out`` is the folder of the results. Raises LayerError or DataError."""
    subject = find_subject(request)
    out.mkdir(parents=True, exist_ok=True)
    graph, task = subject.graph, subject.task
    if graph is None:
        raise DataError(f"{request.net} is quantized already: expected a float network to quantize in several ways")
    results: list[tuple[str, list[Measure]]] = []
    with progress_bar() as progress:
        reference = outputs("float", graph, lambda x: logits(graph, x), task.scored, progress)
        for row in all_rows(request.seed):
            bar = progress.add_task(f"quantize: {row.label}", total=None)
            evaluator = row.quantize(graph, task.calibration)
            progress.remove_task(bar)
            measures = task.measures(reference, outputs(row.label, graph, evaluator, task.scored, progress))
            results.append((row.label, measures))
    report(subject.name, results)
    rows = [{"label": label, "measures": [asdict(measure) for measure in found]} for label, found in results]
    record = summary(request, subject) | {"rows": rows}
    path = out / f"{subject.name}.json"
    write_text(path, json.dumps(record, indent=1) + "\n")
    print(f"{len(task.scored)} pictures scored, {len(task.calibration)} others to calibrate; results {path}")


def report(name: str, results: list[tuple[str, list[Measure]]]) -> None:
    """Print a table of rows, one column pair for each measure."""
    table = Table("weights", title=name)
    first = results[0][1]
    for measure in first:
        table.add_column(f"{measure.name} %")
        table.add_column("lost, points (95 %)")
    table.add_row("float", *(cell for measure in first for cell in (f"{measure.reference.value * 100:.2f}", "")))
    for label, measures in results:
        cells = ((f"{measure.quantized.value * 100:.2f}", shown(measure.lost)) for measure in measures)
        table.add_row(label, *(cell for pair in cells for cell in pair))
    screen().print(table)
