import pytest

from ppa.report import HEADER, area_text, conclusions, rows


def blocks(*periods: float, design: str = "ours") -> list[dict[str, object]]:
    return [{"design": design, "period_ps": period} for period in periods]


@pytest.mark.parametrize(
    ("core", "measured"), [(6000.0, "0.50 (missed)"), (5000.0, "0.60 (must)"), (3000.0, "1.00 (aim)")]
)
def test_clock_of_the_core(core: float, measured: str) -> None:
    groups = {"clock": [*blocks(3100.0, 3000.0), *blocks(2000.0, design="mul8x8")], "core": blocks(core)}
    assert conclusions({"groups": groups}) == [
        ("clock of the core against the clock of the AE alone", measured, "", "0.6", "0.8")
    ]
    assert conclusions({"groups": {"core": groups["core"]}}) == []


def test_small_areas_have_a_decimal() -> None:
    assert [area_text(area) for area in (88.84, 999.94, 1000.4, 2526685.0)] == ["88.8", "999.9", "1000", "2526685"]


SAME = {"served": 1, "cells": 1, "period_ps": 1.0, "script": "s", "check": "proved", "tried": 6, "refused": 0}


def column(name: str, groups: dict[str, list[dict[str, object]]]) -> list[str]:
    return [row[HEADER.index(name)] for row in rows({"groups": groups})]


def test_refused_netlists_stand_in_the_table() -> None:
    found = [{**SAME, "block": "b", "design": "ours", "area": 1.0, "refused": refused} for refused in (0, 2)]
    assert column("tried", {"ae": found}) == ["6", "6, 2 refused"]


def test_areas_stand_beside_the_signed_multiplier() -> None:
    ours = [{**SAME, "block": name, "design": "ours", "area": area} for name, area in (("a", 60.0), ("b", 40.0))]
    groups = [*ours, {**SAME, "block": "m", "design": "mul8x8", "area": 100.0}]
    beside = "against signed 8 x 8"
    assert column(beside, {"lane": groups}) == ["-40.0 %", "a lane's part", "+0.0 %"]
    assert column(beside, {"clock": groups}) == ["-40.0 %", "-60.0 %", "+0.0 %"]
    assert column(beside, {"shares": ours}) == ["", ""]
    shared = [{**groups[0], "served": 16}, *groups[1:]]
    assert column(beside, {"ae_in_array": shared})[0] == "1/16 of an AE"
