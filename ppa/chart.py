"""The bar chart of areas and energies."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib as mpl

from golden.files import replacing
from ppa.blocks import DESIGNS
from ppa.power_report import energy
from ppa.report import REFERENCE, area_of

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

SIZE = (8, 7)  # inches
WIDTH = 0.8 / len(DESIGNS)
Value = Callable[[Sequence[dict[str, Any]], str], float]
"""Of a group's blocks and a design, 0 where it was not measured."""
PANELS: tuple[tuple[str, Value], ...] = (
    ("area", area_of),
    ("energy per MAC without glitches", partial(energy, glitches=False)),
)


def draw(result: dict[str, Any], path: Path) -> None:
    """Draw each group's areas and energies as parts of its signed 8 x 8 multiplier's, as SVG."""
    groups = {name: blocks for name, blocks in result["groups"].items() if name != "clock"}
    figure, panels = plt.subplots(len(PANELS), figsize=SIZE)
    for axes, (label, value) in zip(panels, PANELS, strict=True):
        _panel(axes, {name: blocks for name, blocks in groups.items() if value(blocks, REFERENCE)}, label, value)
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "ppa"}), replacing(path) as temporary:
        figure.savefig(temporary, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)


def _panel(axes: Axes, groups: dict[str, Any], label: str, value: Value) -> None:
    for place, (design, name) in enumerate(DESIGNS.items()):
        heights = [value(blocks, design) / value(blocks, REFERENCE) for blocks in groups.values()]
        bars = axes.bar([x + place * WIDTH for x in range(len(groups))], heights, WIDTH, label=name)
        axes.bar_label(bars, fmt="%.2f", fontsize=7)
    axes.set_xticks([x + 1.5 * WIDTH for x in range(len(groups))], [name.replace("_", " ") for name in groups])
    axes.set_ylabel(f"{label} against signed 8 x 8")
    axes.legend(fontsize=7)
