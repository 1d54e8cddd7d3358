import pytest

from ppa.report import area_text, conclusions


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
