"""Measure area and timing of the blocks: ``python -m ppa --help``."""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from golden.files import BUILD, write_text
from golden.screen import screen
from ppa.chart import draw
from ppa.document import update
from ppa.errors import PpaError
from ppa.library import load_library
from ppa.measure import AREA_GROUPS, GROUPS, measure
from ppa.power_report import GLITCHED, POWER_HEADER, power_conclusions, power_rows
from ppa.progress import steps
from ppa.projection import HEADER as PROJECTION_HEADER
from ppa.projection import projection_rows
from ppa.report import GOALS, HEADER, conclusions, rows
from ppa.shares import share_conclusions

OUT = BUILD / "ppa" / "ppa.json"


def main(
    block: Annotated[str, typer.Option(help=f"Groups with commas between, of {', '.join(GROUPS)}; all.")] = "all",
    liberty: Annotated[
        Path | None, typer.Option(help="Another Liberty than Debian's OSU 0.18 um; nangate45 is fetched.")
    ] = None,
    cells: Annotated[
        Path | None, typer.Option(help="Verilog models of its cells, to simulate with instead of its functions.")
    ] = None,
    glitches: Annotated[
        str, typer.Option(help=f"Groups whose power is measured with glitches too, of {', '.join(AREA_GROUPS)}.")
    ] = ",".join(GLITCHED),
    docs: Annotated[
        Path | None, typer.Option(help="Markdown whose marked part becomes the result, its chart beside it.")
    ] = None,
) -> None:
    """Synthesize blocks and baselines, check, time and simulate the netlists, and write build/ppa/ppa.json."""
    groups, glitched = list(GROUPS) if block == "all" else block.split(","), glitches.split(",")
    if unknown := sorted(set(groups) - set(GROUPS)):
        raise PpaError(f"unknown block {', '.join(unknown)}: expected {', '.join(GROUPS)} or all")
    if unknown := sorted(set(glitched) - set(AREA_GROUPS)):
        raise PpaError(f"no power of {', '.join(unknown)}: expected glitches of {', '.join(AREA_GROUPS)}")
    library = load_library(liberty, cells)
    begin = time.monotonic()
    with steps("make ppa") as show:
        result = measure(groups, library, show, glitched)
    result["seconds"] = round(time.monotonic() - begin, 1)
    write_text(OUT, json.dumps(result, indent=1) + "\n")
    draw(result, OUT.with_suffix(".svg"))
    shown = screen()
    goals = [*conclusions(result), *power_conclusions(result), *share_conclusions(result)]
    tables: list[tuple[str, Sequence[str], Sequence[tuple[str, ...]]]] = [
        ("", HEADER, rows(result)),
        ("", POWER_HEADER, power_rows(result)),
        ("", GOALS, goals),
    ]
    if projected := result["projection"]:
        tables.append(("Projection, not measured", PROJECTION_HEADER, projection_rows(projected)))
    for title, header, lines in tables:
        table = Table(*header, title=title or None)
        for line in lines:
            table.add_row(*line)
        shown.print(table)
    print(f"make ppa: {library.name}, commit {result['commit']}, {result['seconds']:.0f} s, {OUT}")
    if not result["internal_power"]:
        print(f"{library.liberty} has no internal power: the powers are those of its nets' loads and leakage alone")
    if docs:
        draw(result, docs.with_suffix(".svg"))
        update(docs, result)


if __name__ == "__main__":
    try:
        typer.run(main)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
