"""Read Verilator's coverage.dat and merge line and toggle coverage per RTL file."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

KINDS = {"v_line": "line", "v_branch": "line", "v_toggle": "toggle"}
ENTRY = re.compile(r"C '(?P<keys>.*)' (?P<count>\d+)")


@dataclass(frozen=True, order=True)
class CodePoint:
    """A place that was or was not reached; instances and parameters of a module share it."""

    file: str
    line: int
    column: int
    kind: str  # "line" or "toggle"
    comment: str  # Verilator's words: the kind of block, or signal, bit and direction

    def __str__(self) -> str:
        """Return file:line and what it is."""
        return f"{self.file}:{self.line} {self.comment}"


@dataclass(frozen=True)
class FileCoverage:
    """Line or toggle coverage of one file."""

    file: str
    kind: str
    points: int
    missing: tuple[CodePoint, ...]

    @property
    def percent(self) -> float:
        """Return the share of points reached; a file that no run compiled has none."""
        return 100 * (self.points - len(self.missing)) / self.points if self.points else 0.0


def read(paths: Iterable[Path], root: Path) -> Counter[CodePoint]:
    """Return the hits of every point in files under root/rtl, summed over the coverage.dat files."""
    hits: Counter[CodePoint] = Counter()
    for path in paths:
        for found in map(ENTRY.match, path.read_text(errors="replace").splitlines()):
            if found is None:
                continue
            pairs = (part.split("\x02", 1) for part in found["keys"].split("\x01") if "\x02" in part)
            keys = dict(pairs)
            kind = KINDS.get(keys["page"].split("/")[0])
            file = Path(keys["f"])
            if kind is None or not file.is_relative_to(root / "rtl"):
                continue
            name = str(file.relative_to(root))
            hits[CodePoint(name, int(keys["l"]), int(keys["n"]), kind, keys["o"])] += int(found["count"])
    return hits


def by_file(hits: Counter[CodePoint], files: Iterable[str]) -> list[FileCoverage]:
    """Return line and toggle coverage of each file.

    A compiled file without procedural code has no line coverage; a file that no run compiled has 0 % of both.
    """
    result = []
    compiled = {point.file for point in hits}
    for file in sorted(files):
        for kind in ("line", "toggle"):
            places = sorted(point for point in hits if (point.file, point.kind) == (file, kind))
            if not places and file in compiled:
                continue
            result.append(FileCoverage(file, kind, len(places), tuple(p for p in places if hits[p] == 0)))
    return result
