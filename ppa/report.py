"""The figures as text: one table for the screen and docs/ppa.md, from the dictionary that the JSON file holds."""

from collections.abc import Sequence
from typing import Any

from ppa.blocks import DESIGNS

WHOLE = 1000  # a larger area is told without decimals
HEADER = ("block", "design", "area", "against signed 8 x 8", "cells", "period, ns", "script", "tried", "checked")
GOALS = ("figure", "measured", "publication", "must", "aim")
REFERENCE = "mul8x8"
CLOCK_MUST, CLOCK_AIM = 0.6, 0.8  # of issue 5


def rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the table's rows: every netlist of every group, beside the signed multiplier of its group."""
    found: list[tuple[str, ...]] = []
    for group, blocks in result["groups"].items():
        reference = next((block["area"] for block in blocks if block["design"] == REFERENCE), None)
        for block in blocks:
            found.append(
                (
                    f"{group}: {block['block']}",
                    DESIGNS[block["design"]],
                    area_text(block["area"]),
                    _beside(group, block, blocks, reference),
                    str(block["cells"]),
                    f"{block['period_ps'] / 1000:.2f}",
                    block["script"],
                    _tried(block),
                    block["check"],
                )
            )
    return found


def _tried(block: dict[str, Any]) -> str:
    """Return how many netlists were made, and how many smaller ones than the block's were refused."""
    return f"{block['tried']}, {block['refused']} refused" if block["refused"] else str(block["tried"])


def _beside(group: str, block: dict[str, Any], blocks: Sequence[dict[str, Any]], reference: float | None) -> str:
    """Return a block's area beside the signed multiplier's, or what a part of a design counts for."""
    whole = next(other for other in blocks if other["design"] == block["design"])
    if block["served"] > 1:
        return f"1/{block['served']} of an AE"
    return "a lane's part" if group == "lane" and block is not whole else change(block["area"], reference)


def conclusions(result: dict[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """Return the figures of issue 5 that this result holds: name, measured, publication, must, aim."""
    groups = result["groups"]
    found = []
    for name, group, publication, must, aim in (
        ("AE alone", "ae", "> 40 % less", 0.50, 0.60),
        ("AE in the array, shared parts pro rata", "ae_in_array", "", 0.65, 0.75),
        ("lane", "lane", "", 0.35, 0.50),
        ("array", "array", "", 0.35, 0.50),
    ):
        if group in groups:
            for design in ("mul8x8", "mulu8x8", "mul8x4"):
                less = 1 - area_of(groups[group], "ours") / area_of(groups[group], design)
                goals = (publication, f"{must:.0%} less", f"{aim:.0%} less") if design == REFERENCE else ("", "", "")
                verdict = (
                    "" if design != REFERENCE else " (missed)" if less < must else " (must)" if less < aim else " (aim)"
                )
                found.append((f"{name}, area against {DESIGNS[design]}", f"{less:.1%} less{verdict}", *goals))
    if groups.get("clock") and groups.get("core"):
        ratio = period_of(groups["clock"]) / period_of(groups["core"])
        verdict = "missed" if ratio < CLOCK_MUST else "must" if ratio < CLOCK_AIM else "aim"
        name = "clock of the core against the clock of the AE alone"
        found.append((name, f"{ratio:.2f} ({verdict})", "", f"{CLOCK_MUST}", f"{CLOCK_AIM}"))
    return found


def period_of(blocks: Sequence[dict[str, Any]]) -> float:
    """Return the period of our fastest netlist of a group."""
    return float(min(block["period_ps"] for block in blocks if block["design"] == "ours"))


def area_of(blocks: Sequence[dict[str, Any]], design: str) -> float:
    """Return a design's area in a group: the parts that other AEs share count by their share."""
    return float(sum(block["area"] / block["served"] for block in blocks if block["design"] == design))


def area_text(area: float) -> str:
    """Return an area in its library's unit as text: some count square microns, others much less."""
    return f"{area:.0f}" if area >= WHOLE else f"{area:.1f}"


def change(area: float, reference: float | None) -> str:
    """Return an area against a reference as text: ``-41.2 %``."""
    return "" if not reference else f"{100 * (area / reference - 1):+.1f} %"


def markdown(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join("| " + " | ".join(line) + " |" for line in (header, ["---"] * len(header), *lines))


def path_rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the slowest paths of the fastest netlist of each clocked block."""
    found: list[tuple[str, ...]] = []
    for group in ("clock", "core"):
        seen: set[str] = set()
        for block in result["groups"].get(group, []):
            if block["block"] not in seen:
                seen.add(block["block"])
                found += [
                    (block["block"], p["start"], p["end"], f"{p['period_ps'] / 1000:.2f}") for p in block["paths"]
                ]
    return found
