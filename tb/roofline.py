"""Draw OPs/byte against OPs/cycle of every layer of the networks that ran: ``python -m tb.roofline --help``."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import matplotlib as mpl
import typer

from golden.files import replacing
from tb.network.report import OPS_PER_MAC
from tb.simulators import BUILD

mpl.use("Agg")
from matplotlib import pyplot as plt

FORMATS = ("svg", "png")
SIZE = (9, 6)  # inches
MARKERS = "osD^vPX*"


def points(result: dict[str, Any]) -> list[tuple[float, float]]:
    """Return (OPs/byte, OPs/cycle) of the layers that move anything."""
    rows = (row for row in result["operations"] if row["macs"] and row["moved"])
    return [(OPS_PER_MAC * row["macs"] / row["moved"], OPS_PER_MAC * row["macs"] / row["cycles"]) for row in rows]


def draw(results: list[dict[str, Any]], folder: Path) -> list[Path]:
    """Draw the roofline of results of ``make net`` with the ceilings of each accelerator, and return the files."""
    figure, axes = plt.subplots(figsize=SIZE)
    places = {result["network"]: points(result) for result in results}
    xs = [x for found in places.values() for x, _ in found]
    low, high = min(xs) / 2, max(xs) * 2
    for roof in sorted({(r["totals"]["roof_ops_per_cycle"], r["totals"]["roof_bytes_per_cycle"]) for r in results}):
        compute, bandwidth = roof
        knee = compute / bandwidth
        axes.plot([low, knee, high], [low * bandwidth, compute, compute], color="black", linewidth=1)
        axes.annotate(f"{compute} OPs/cycle, {bandwidth} bytes/cycle", (high, compute), ha="right", va="bottom")
    for marker, result in zip(MARKERS * len(results), results, strict=False):
        x, y = zip(*places[result["network"]], strict=True)
        use = result["totals"]["utilization"]
        axes.scatter(x, y, s=18, marker=marker, label=f"{result['network']}: AE use {use:.1%}")
    axes.set(xscale="log", yscale="log", xlim=(low, high), xlabel="OPs per byte of bus traffic", ylabel="OPs per cycle")
    axes.legend(loc="lower right")
    axes.grid(visible=True, which="both", linewidth=0.3)
    files = []
    for suffix in FORMATS:
        text = mpl.rc_context({"svg.fonttype": "none"})  # text stays text
        with text, replacing(folder / f"roofline.{suffix}") as temporary:
            figure.savefig(temporary, format=suffix, bbox_inches="tight")
        files.append(folder / f"roofline.{suffix}")
    plt.close(figure)
    return files


def main(
    folder: Annotated[Path, typer.Option(help="Folder of the results of make net; gets the drawings.")] = BUILD / "net",
) -> None:
    """Draw the roofline of all networks in the folder."""
    found = [json.loads(path.read_text()) for path in sorted(folder.glob("*/*.json"))]
    results = [result for result in found if points(result)]
    if not results:
        print(f"make roofline: no results of a network in {folder}; type: make net NET=resnet_fashion", file=sys.stderr)
        raise typer.Exit(2)
    for path in draw(results, folder):
        print(f"roofline of {len(results)} networks: {path}")


if __name__ == "__main__":
    typer.run(main)
