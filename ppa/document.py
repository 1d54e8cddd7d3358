"""The generated part of docs/ppa.md."""

from pathlib import Path
from typing import Any

from golden.files import write_text
from ppa.errors import PpaError
from ppa.power_report import POWER_HEADER, power_conclusions, power_rows
from ppa.projection import ASSUMPTION_HEADER, assumption_rows, projection_rows
from ppa.projection import HEADER as PROJECTION_HEADER
from ppa.report import GOALS, HEADER, conclusions, markdown, path_rows, rows
from ppa.shares import share_conclusions

BEGIN, END = "<!-- generated: make ppa -->", "<!-- end -->"
PATH_HEADER = ("block", "from", "to", "ns")


def update(path: Path, result: dict[str, Any]) -> None:
    """Replace the part between the marks of a Markdown file. Raises PpaError when it has no marks."""
    before, found, rest = path.read_text().partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not found or not closed:
        raise PpaError(f"{path}: no part between {BEGIN} and {END}")
    chart = f"![Areas and energies against the signed 8 x 8 multiplier]({path.with_suffix('.svg').name})"
    write_text(path, f"{before}{BEGIN}\n{text(result)}\n\n{chart}\n{END}{after}")


def text(result: dict[str, Any]) -> str:
    """Return the result as Markdown."""
    versions = ", ".join(f"{name} {version}" for name, version in result["tools"].items())
    made_with = f"Commit {result['commit']}; {result['library']} ({result['liberty']}); {versions}"
    goals = [*conclusions(result), *power_conclusions(result), *share_conclusions(result)]
    parts = [
        f"{made_with}; {result['seconds']:.0f} s.",
        markdown(GOALS, goals),
        markdown(HEADER, rows(result)),
        markdown(POWER_HEADER, power_rows(result)),
        markdown(PATH_HEADER, path_rows(result)),
    ]
    if projected := result["projection"]:
        parts += [
            "### Projection to 40 nm",
            "Nothing here is measured at 40 nm. What is measured is scaled by the assumptions below.",
            markdown(PROJECTION_HEADER, projection_rows(projected)),
            "Likely range: assumptions are independent. All at their ends: each at the end that is worst, or best. The "
            "last two columns: what an assumption's low and high end alone make of the two ratios.",
            markdown(ASSUMPTION_HEADER, assumption_rows(projected)),
        ]
    return "\n\n".join(parts)
