"""Quantize a network, measure float and quantized, write the network file: ``python -m golden accuracy``."""

import json
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

from rich.table import Table

from golden.commands.subject import Request, find_subject, outputs, progress_bar, summary
from golden.decisions import RESAMPLES, Estimate, Measure
from golden.files import write_text
from golden.networks.graph import logits
from golden.networks.integer import integer_logits
from golden.networks.store import save_network
from golden.ptq.network import quantize_network
from golden.ptq.options import PtqOptions
from golden.screen import screen

SAMPLES = 4
INTERVAL = (
    f"95 % intervals: percentiles of {RESAMPLES} resamples of the pictures (of the people for faces), each with "
    "what float and quantized network made of it"
)


def measure_accuracy(request: Request, out: Path) -> None:
    """Run the command; ``out`` is the folder of the results. Raises LayerError or DataError."""
    subject = find_subject(request)
    out.mkdir(parents=True, exist_ok=True)
    task, graph, network = subject.task, subject.graph, subject.network
    seconds: dict[str, float] = {}
    file = Path(request.net)
    with progress_bar() as progress:
        start = perf_counter()
        if network is None:
            assert graph is not None
            bar = progress.add_task(f"quantize with {len(task.calibration)} pictures", total=len(graph.nodes))
            network = quantize_network(
                graph,
                task.calibration,
                PtqOptions(seed=request.seed),
                lambda done, total, name: progress.update(bar, completed=done),
            )
            seconds["quantize"] = perf_counter() - start
            file = out / f"{subject.name}.safetensors"
            save_network(network, task.calibration[:SAMPLES], file, subject.preparation)
        start = perf_counter()
        final = network
        quantized = outputs(
            "evaluate quantized", final.graph, lambda x: integer_logits(final, x), task.scored, progress
        )
        seconds["quantized"] = perf_counter() - start
        reference = quantized
        if graph is not None:
            start = perf_counter()
            source = graph
            reference = outputs("evaluate float", graph, lambda x: logits(source, x), task.scored, progress)
            seconds["float"] = perf_counter() - start
    measures = task.measures(reference, quantized)
    report(subject.name, measures, graph is not None)
    record = summary(request, subject) | {
        "measures": [_record(measure, graph is not None) for measure in measures],
        "seconds": {step: round(value, 2) for step, value in seconds.items()},
        "file": str(file),
    }
    path = out / f"{subject.name}.json"
    write_text(path, json.dumps(record, indent=1) + "\n")
    print(f"{len(task.scored)} pictures scored, {len(task.calibration)} others to calibrate. {INTERVAL}.")
    print(f"network file {file}, results {path}")


def report(name: str, measures: list[Measure], compared: bool) -> None:
    """Print a table of measures; without a float network only the quantized one's."""
    table = Table("measure", "decisions", *(["float %"] if compared else []), "quantized %", title=name)
    if compared:
        table.add_column("lost, points (95 %)")
    for measure in measures:
        row = [measure.name, str(measure.decisions)]
        row += [f"{measure.reference.value:.2%}"[:-1]] if compared else []
        row.append(f"{measure.quantized.value:.2%}"[:-1])
        row += [shown(measure.lost)] if compared else []
        table.add_row(*row)
    screen().print(table)


def shown(lost: Estimate) -> str:
    """Return a loss and its interval in points."""
    return f"{lost.value * 100:+.2f} ({lost.low * 100:+.2f} to {lost.high * 100:+.2f})"


def _record(measure: Measure, compared: bool) -> dict[str, object]:
    record = asdict(measure)
    return record if compared else {key: record[key] for key in ("name", "decisions", "quantized")}
