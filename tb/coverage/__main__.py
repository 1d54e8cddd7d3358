"""``python -m tb.coverage report``: merge, write and judge the coverage of all runs."""

from pathlib import Path
from typing import Annotated

import typer

from tb.bench import RUNS
from tb.coverage.report import CoverageError, collect, text, write
from tb.simulators import BUILD

THRESHOLDS = Path(__file__).with_name("thresholds.toml")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def coverage() -> None:
    """Coverage of the benches."""


@app.command()
def report(
    runs: Annotated[Path, typer.Option(help="folder with the runs to merge")] = RUNS,
    out: Annotated[Path, typer.Option(help="folder for report.txt, report.json, functional.xml")] = BUILD / "coverage",
    thresholds: Annotated[Path, typer.Option(help="lowest coverage accepted")] = THRESHOLDS,
) -> None:
    """Write and print the report; exit 1 below a threshold, 2 when there is nothing to report."""
    try:
        rows = collect(runs, out / "functional.xml", thresholds)
    except CoverageError as error:
        typer.echo(f"coverage: {error}", err=True)
        raise typer.Exit(2) from error
    write(rows, out)
    typer.echo(text(rows), nl=False)
    if not all(row.passed for row in rows):
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
