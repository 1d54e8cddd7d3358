"""Merge the functional coverage of many runs and list its points."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from cocotb_coverage.coverage import merge_coverage

from golden.files import replacing


@dataclass(frozen=True)
class Point:
    """A cover point: its number of bins and the bins that were not reached."""

    name: str
    bins: int
    missing: tuple[str, ...]

    @property
    def percent(self) -> float:
        """Return the share of bins reached."""
        return 100 * (self.bins - len(self.missing)) / self.bins


def merge(files: Sequence[Path], merged: Path) -> None:
    """Merge the XML exports of runs into one file."""
    with replacing(merged) as temporary:
        merge_coverage(_no_log, str(temporary), *map(str, files))


def points(merged: Path) -> list[Point]:
    """Return every cover point and cross of an XML export, by name."""
    found = []
    for element in ElementTree.parse(merged).iter():
        if "at_least" in element.attrib:
            least = int(element.attrib["at_least"])
            missing = tuple(child.attrib["bin"] for child in element if int(child.attrib["hits"]) < least)
            found.append(Point(element.attrib["abs_name"].removeprefix("top."), len(element), missing))
    return sorted(found, key=lambda point: point.name)


def _no_log(message: str) -> None:
    """Drop the messages of the merge function, which wants a logger."""
