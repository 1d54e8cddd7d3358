from pathlib import Path
from typing import Any

import pytest

from ppa.chart import draw
from ppa.document import BEGIN, END, update
from ppa.errors import PpaError

AREAS = {"ours": 30.0, "mul8x8": 75.0, "mul8x4": 45.0, "mulu8x8": 80.0}
SAME = {"served": 1, "cells": 1, "period_ps": 1.0, "script": "s", "tried": 1, "refused": 0, "check": "proved"}
BLOCKS: list[dict[str, Any]] = [{"block": name, "design": name, "area": area} | SAME for name, area in AREAS.items()]
RESULT: dict[str, Any] = {
    "commit": "c0ffee", "tools": {"yosys": "1"}, "liberty": "tiny.lib", "library": "tiny", "seconds": 1.0,
    "projection": None, "groups": {"ae": BLOCKS},
}  # fmt: skip


def test_generated_part_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "ppa.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    update(page, RESULT)
    text = page.read_text()
    assert "old" not in text
    assert text.startswith("before")
    assert text.endswith("after\n")
    assert "60.0% less (aim)" in text
    assert "](ppa.svg)" in text
    update(page, RESULT)
    assert page.read_text() == text


def test_page_without_marks_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "ppa.md"
    page.write_text("nothing")
    with pytest.raises(PpaError, match="no part between"):
        update(page, RESULT)


def test_chart_has_areas_and_energies(tmp_path: Path) -> None:
    draw(RESULT, tmp_path / "plain.svg")
    plain = (tmp_path / "plain.svg").read_text()
    assert ">0.40<" in plain
    assert ">0.25<" not in plain
    blocks = [
        block | {"power": [{"energy_per_op_j": 0.5 if block["design"] == "ours" else 2.0, "glitches": False}]}
        for block in BLOCKS
    ]
    draw(RESULT | {"groups": {"ae": blocks}}, tmp_path / "power.svg")
    assert ">0.25<" in (tmp_path / "power.svg").read_text()


def test_chart_of_nothing(tmp_path: Path) -> None:
    draw({"groups": {"core": []}}, tmp_path / "empty.svg")
    assert (tmp_path / "empty.svg").is_file()
