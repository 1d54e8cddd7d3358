"""Accuracy and area side by side for variants of the code and of the multiplier M: ``python -m ppa.explore --help``."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import matplotlib as mpl
import torch
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from torch import Tensor

from golden.commands.subject import outputs
from golden.files import BUILD, replacing, write_text
from golden.networks import network_module
from golden.networks.graph import Graph, logits
from golden.networks.integer import integer_logits
from golden.ptq.network import quantize_network
from golden.ptq.options import PtqOptions
from golden.screen import screen
from golden.tasks import Task
from ppa.blocks import Block
from ppa.library import Library, load_library
from ppa.measure import commit, tools
from ppa.processes import PROCESSES
from ppa.search import smallest
from ppa.variants import CODES, MULTIPLIERS, Variant

mpl.use("Agg")
from matplotlib import pyplot as plt

OUT = BUILD / "ppa" / "explore.json"
HEADER = ("variant", "n2 up to", "parity", "bits of M", "area", "lost", "95 % interval", "error", "best")
PANELS = {"code": "complete AE", "multiplier": "requantization lane"}
SIZE = (8, 7)  # inches


def main(
    net: Annotated[str, typer.Option(help="A network; efficientnet_lite0 with --data, else resnet_fashion.")] = "",
    data: Annotated[Path | None, typer.Option(help="Folder of labelled pictures.")] = None,
    liberty: Annotated[Path | None, typer.Option(help="Another Liberty than Debian's OSU 0.18 um.")] = None,
    seed: Annotated[int, typer.Option(help="Draws the calibration pictures.")] = 0,
) -> None:
    """Synthesize and quantize every variant, and write build/ppa/explore.json and explore.svg."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    net = net or ("efficientnet_lite0" if data else "resnet_fashion")
    library = load_library(liberty)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        result = explore(net, data, library, seed, bar)
    write_text(OUT, json.dumps(result, indent=1) + "\n")
    draw(result, OUT.with_suffix(".svg"))
    table = Table(*HEADER)
    for row in table_rows(result):
        table.add_row(*row)
    screen().print(table)
    print(f"make explore: {net}, {result['pictures']} pictures, {library.name}, commit {result['commit']}, {OUT}")


def explore(net: str, data: Path | None, library: Library, seed: int, bar: Progress) -> dict[str, Any]:
    """Return area and accuracy of every variant with all that they depend on."""
    task = bar.add_task("make explore")
    module = network_module(net)
    graph, subject = module.graph(), module.task(data, None, seed)
    blocks = {variant.element.name: variant.element for variant in CODES}
    blocks |= {variant.requantizer.name: variant.requantizer for variant in MULTIPLIERS}

    def area(block: Block) -> float:
        return smallest(block, library, lambda text: bar.update(task, description=text)).netlist.area

    with ThreadPoolExecutor(PROCESSES) as pool:
        areas = dict(zip(blocks, pool.map(area, blocks.values()), strict=True))
    reference = outputs("float", graph, lambda x: logits(graph, x), subject.scored, bar)
    measured = {
        variant: accuracy(variant, graph, subject, reference, seed, bar)
        for variant in dict.fromkeys((*CODES, *MULTIPLIERS))
    }
    return {
        "commit": commit(),
        "tools": tools(),
        "library": library.name,
        "net": net,
        "seed": seed,
        "pictures": len(subject.scored),
        "code": [asdict(v) | {"area": areas[v.element.name]} | measured[v] for v in CODES],
        "multiplier": [asdict(v) | {"area": areas[v.requantizer.name]} | measured[v] for v in MULTIPLIERS],
    }


def accuracy(
    variant: Variant, graph: Graph, subject: Task, reference: Tensor, seed: int, bar: Progress
) -> dict[str, float]:
    """Return what a network loses with a variant: of its first measure with its interval, and of its outputs.

    error: squared difference of the outputs, less their mean, as part of float's square.
    """
    with variant.quantizing():
        network = quantize_network(graph, subject.calibration, PtqOptions(seed=seed), lambda *_: None)
    found = outputs(variant.name, graph, lambda x: integer_logits(network, x), subject.scored, bar)
    first, second = (values.double() - values.double().mean(1, keepdim=True) for values in (reference, found))
    lost = subject.measures(reference, found)[0].lost
    error = float((first - second).square().sum() / first.square().sum())
    return {"lost": lost.value, "lost_low": lost.low, "lost_high": lost.high, "error": error}


def best(points: list[dict[str, Any]]) -> list[bool]:
    """Return of each variant whether no other one is as small and as exact and better in one of both."""
    pairs = [(point["area"], point["error"]) for point in points]
    return [not any(other != own and other[0] <= own[0] and other[1] <= own[1] for other in pairs) for own in pairs]


def table_rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the table's rows."""
    return [
        (
            PANELS[kind],
            str(point["n2_max"]),
            "on" if point["parity"] else "off",
            str(point["m_width"]),
            f"{point['area']:.0f}",
            f"{point['lost']:.2%}",
            f"{point['lost_low']:.2%} to {point['lost_high']:.2%}",
            f"{point['error']:.4f}",
            "yes" if good else "",
        )
        for kind in PANELS
        for point, good in zip(result[kind], best(result[kind]), strict=True)
    ]


def draw(result: dict[str, Any], path: Path) -> None:
    """Draw error over area of every variant as SVG, the best ones joined."""
    figure, panels = plt.subplots(len(PANELS), figsize=SIZE)
    for axes, (kind, what) in zip(panels, PANELS.items(), strict=True):
        points = result[kind]
        axes.scatter([point["area"] for point in points], [point["error"] for point in points])
        front = sorted((p["area"], p["error"]) for p, good in zip(points, best(points), strict=True) if good)
        axes.plot(*zip(*front, strict=True))
        for point in points:
            code = f"n2 to {point['n2_max']}{'' if point['parity'] else ', even'}"
            label = code if kind == "code" else f"M of {point['m_width']} bits"
            axes.annotate(label, (point["area"], point["error"]), fontsize=7)
        axes.set_xlabel(f"area of a {what}, {result['library']}")
        axes.set_ylabel(f"output error of {result['net']}")
    figure.tight_layout()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "explore"}), replacing(path) as temporary:
        figure.savefig(temporary, format="svg", metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    try:
        with torch.no_grad():
            typer.run(main)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
