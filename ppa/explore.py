"""Accuracy, cycles or energy beside area: variants of the code and of M, numbers of lanes, structures of a lane.

``python -m ppa.explore --help``.
"""

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import matplotlib as mpl
import torch
import typer
from rich.table import Table

from golden.files import BUILD, replacing, write_text
from golden.networks import network_module
from golden.screen import screen
from ppa.blocks import Block
from ppa.lanes import RQ_CHOICES, array_area, lane_points
from ppa.library import Library, load_library
from ppa.losses import measure_losses
from ppa.measure import commit, tools
from ppa.processes import PROCESSES
from ppa.progress import Show, steps
from ppa.report import area_text
from ppa.search import smallest
from ppa.structures import STRUCTURES, structure_points
from ppa.variants import CODES, MULTIPLIERS

mpl.use("Agg")
from matplotlib import pyplot as plt

OUT = BUILD / "ppa" / "explore.json"
HEADER = ("variant", "n2 up to", "parity", "bits of M", "area", "lost", "95 % interval", "error", "best")
LANES_HEADER = ("requantization lanes", "area of the array", "cycles", "best")
STRUCTURES_HEADER = (
    "structure of a lane",
    "area",
    "pJ per MAC",
    "with glitches",
    "shortest period, ns",
    "compared",
    "best",
)
PARTS = {"code": "complete AE", "multiplier": "requantization lane", "lanes": "array", "structures": "dot-product lane"}
"""Kind of variants: what is synthesized."""
COSTS: dict[str, tuple[str, str, Callable[[dict[str, Any]], str]]] = {
    "code": (
        "error",
        "output error of {net}",
        lambda point: f"n2 to {point['n2_max']}{'' if point['parity'] else ', even'}",
    ),
    "multiplier": ("error", "output error of {net}", lambda point: f"M of {point['m_width']} bits"),
    "lanes": ("cycles", "cycles of {net}", lambda point: f"{point['rq_lanes']} lanes"),
    "structures": ("glitch_energy_j", "J per MAC, with glitches", lambda point: str(point["what"])),
}
"""Kind of variants: what stands beside the area, its axis, and a point's label."""
SIZE = (8, 13)  # inches


def main(
    net: Annotated[str, typer.Option(help="A network; efficientnet_lite0 with --data, else resnet_fashion.")] = "",
    data: Annotated[Path | None, typer.Option(help="Folder of labelled pictures.")] = None,
    liberty: Annotated[
        Path | None, typer.Option(help="Another Liberty than Debian's OSU 0.18 um; nangate45 is fetched.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the calibration pictures.")] = 0,
) -> None:
    """Synthesize and quantize every variant, and write build/ppa/explore.json and explore.svg."""
    net = net or ("efficientnet_lite0" if data else "resnet_fashion")
    library = load_library(liberty)
    with steps("make explore") as show:
        result = explore(net, data, library, seed, show)
    write_text(OUT, json.dumps(result, indent=1) + "\n")
    draw(result, OUT.with_suffix(".svg"))
    shown = screen()
    tables = (HEADER, table_rows), (LANES_HEADER, lane_rows), (STRUCTURES_HEADER, structure_rows)
    for header, rows in tables:
        table = Table(*header)
        for line in rows(result):
            table.add_row(*line)
        shown.print(table)
    print(f"make explore: {net}, {result['pictures']} pictures, {library.name}, commit {result['commit']}, {OUT}")


def explore(net: str, data: Path | None, library: Library, seed: int, show: Show) -> dict[str, Any]:
    """Return area and accuracy of every variant with all that they depend on."""
    task = network_module(net).task(data, None, seed)
    blocks = {variant.element.name: variant.element for variant in CODES}
    blocks |= {variant.requantizer.name: variant.requantizer for variant in MULTIPLIERS}

    def area(block: Block) -> float:
        return smallest(block, library, show).netlist.area

    with ThreadPoolExecutor(PROCESSES) as pool:
        areas = dict(zip(blocks, pool.map(area, blocks.values()), strict=True))
        arrays = dict(
            zip(RQ_CHOICES, pool.map(lambda lanes: array_area(lanes, library, show), RQ_CHOICES), strict=True)
        )
    structures = structure_points(STRUCTURES, library, show)
    measured, network = measure_losses(net, data, seed, (*CODES, *MULTIPLIERS), show)
    lanes = lane_points(network, task.calibration[0], arrays)
    return {
        "commit": commit(),
        "tools": tools(),
        "library": library.name,
        "net": net,
        "seed": seed,
        "pictures": len(task.scored),
        "code": [asdict(v) | {"area": areas[v.element.name]} | measured[v] for v in CODES],
        "multiplier": [asdict(v) | {"area": areas[v.requantizer.name]} | measured[v] for v in MULTIPLIERS],
        "lanes": lanes,
        "structures": structures,
    }


def best(points: list[dict[str, Any]], cost: str = "error") -> list[bool]:
    """Return of each variant whether no other one is as small and costs as little and is better in one of both."""
    pairs = [(point["area"], point[cost]) for point in points]
    return [not any(other != own and other[0] <= own[0] and other[1] <= own[1] for other in pairs) for own in pairs]


def table_rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the table's rows."""
    return [
        (
            PARTS[kind],
            str(point["n2_max"]),
            "on" if point["parity"] else "off",
            str(point["m_width"]),
            area_text(point["area"]),
            f"{point['lost']:.2%}",
            f"{point['lost_low']:.2%} to {point['lost_high']:.2%}",
            f"{point['error']:.4f}",
            "yes" if good else "",
        )
        for kind in ("code", "multiplier")
        for point, good in zip(result[kind], best(result[kind]), strict=True)
    ]


def lane_rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the rows of the table of lanes."""
    points = result["lanes"]
    return [
        (str(point["rq_lanes"]), area_text(point["area"]), str(point["cycles"]), "yes" if good else "")
        for point, good in zip(points, best(points, "cycles"), strict=True)
    ]


def structure_rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the rows of the table of structures."""
    points = result["structures"]
    return [
        (
            point["what"],
            area_text(point["area"]),
            f"{point['energy_j'] * 1e12:.3f}",
            f"{point['glitch_energy_j'] * 1e12:.3f}",
            f"{point['period_ps'] / 1000:.2f}",
            str(point["compared"]),
            "yes" if good else "",
        )
        for point, good in zip(points, best(points, COSTS["structures"][0]), strict=True)
    ]


def draw(result: dict[str, Any], path: Path) -> None:
    """Draw error, cycles or energy over area of every variant as SVG, the best ones joined."""
    figure, panels = plt.subplots(len(COSTS), figsize=SIZE)
    for axes, (kind, (cost, axis, label)) in zip(panels, COSTS.items(), strict=True):
        points = result[kind]
        axes.scatter([point["area"] for point in points], [point[cost] for point in points])
        front = sorted((p["area"], p[cost]) for p, good in zip(points, best(points, cost), strict=True) if good)
        axes.plot(*zip(*front, strict=True))
        for point in points:
            axes.annotate(label(point), (point["area"], point[cost]), fontsize=7)
        axes.set_xlabel(f"area of the {PARTS[kind]}, {result['library']}")
        axes.set_ylabel(axis.format(net=result["net"]))
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
