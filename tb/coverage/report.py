"""The coverage report: merged functional, line and toggle coverage against the thresholds, as text and JSON."""

import io
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from golden.files import write_text
from tb.bench import rtl_sources
from tb.coverage import code, functional
from tb.coverage.points import FUNCTIONAL_FILE
from tb.simulators import ROOT

CODE_FILE = "coverage.dat"
KINDS = ("functional", "line", "toggle")
SHOWN = 20


class CoverageError(Exception):
    """Nothing to report, or thresholds that are not as expected."""


@dataclass(frozen=True)
class Row:
    """One point or file of the report."""

    kind: str
    name: str
    size: int
    percent: float
    threshold: float
    missing: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Return whether the coverage reaches its threshold."""
        return self.percent >= self.threshold


def collect(runs: Path, merged: Path, thresholds: Path) -> list[Row]:
    """Merge what all runs below a folder left and compare it with the thresholds.

    Raises CoverageError when there is no functional or no code coverage, or a threshold names nothing.
    """
    xml, dat = sorted(runs.rglob(FUNCTIONAL_FILE)), sorted(runs.rglob(CODE_FILE))
    if not xml or not dat:
        raise CoverageError(f"{runs}: {len(xml)} {FUNCTIONAL_FILE} and {len(dat)} {CODE_FILE}; type: make cov")
    limits = read_thresholds(thresholds)
    functional.merge(xml, merged)
    files = [str(path.relative_to(ROOT)) for path in rtl_sources()]
    rows = [("functional", p.name, p.bins, p.percent, p.missing) for p in functional.points(merged)]
    for entry in code.by_file(code.read(dat, ROOT), files):
        rows.append((entry.kind, entry.file, entry.points, entry.percent, tuple(map(str, entry.missing))))
    for kind in KINDS:
        unknown = limits[kind].keys() - {name for k, name, *_ in rows if k == kind} - {"default"}
        if unknown:
            raise CoverageError(f"{thresholds}: [{kind}] names {', '.join(sorted(unknown))}, which does not exist")
    return [
        Row(kind, name, size, percent, limits[kind].get(name, limits[kind]["default"]), missing)
        for kind, name, size, percent, missing in rows
    ]


def read_thresholds(path: Path) -> dict[str, dict[str, float]]:
    """Return the thresholds by kind and name. Raises CoverageError for a file of another form."""
    try:
        tables: dict[str, Any] = tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CoverageError(f"{path}: {error}") from error
    if tables.keys() != set(KINDS) or any("default" not in tables[kind] for kind in KINDS):
        raise CoverageError(f"{path}: expected the tables {', '.join(KINDS)}, each with a default")
    return tables


def text(rows: list[Row]) -> str:
    """Return the report as a table, with the first missing bins of each row below its threshold."""
    table = Table(title="coverage")
    for heading in ("kind", "name", "size", "%", "threshold", ""):
        table.add_column(heading, justify="right" if heading in ("size", "%", "threshold") else "left")
    for row in rows:
        verdict = "" if row.passed else "BELOW"
        table.add_row(row.kind, row.name, str(row.size), f"{row.percent:.1f}", f"{row.threshold:g}", verdict)
    out = io.StringIO()
    console = Console(file=out, width=100)
    console.print(table)
    for row in rows:
        if not row.passed:
            what = f"{len(row.missing)} missing" if row.size else "no run compiled it"
            console.print(f"{row.kind} {row.name}: {what}", markup=False, highlight=False)
            for name in row.missing[:SHOWN]:
                console.print(f"    {name}", markup=False, highlight=False)
    failed = sum(not row.passed for row in rows)
    console.print(f"{len(rows)} points and files, {failed} below their threshold")
    return out.getvalue()


def write(rows: list[Row], folder: Path) -> None:
    """Write report.txt and report.json."""
    write_text(folder / "report.txt", text(rows))
    entries = [
        {
            "kind": row.kind,
            "name": row.name,
            "size": row.size,
            "percent": round(row.percent, 2),
            "threshold": row.threshold,
            "passed": row.passed,
            "missing": list(row.missing),
        }
        for row in rows
    ]
    write_text(folder / "report.json", json.dumps(entries, indent=1) + "\n")
