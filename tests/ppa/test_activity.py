import pytest

from ppa.activity import Activity, count_changes


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([(0, 0), (10, 1), (20, 0), (30, 1)], Activity(2, 1, 20 / 30)),
        ([(0, None), (5, 1), (20, 0)], Activity(0, 1, 10 / 30)),  # x to 1 is no transition
        ([(0, 1)], Activity(0, 0, 1.0)),
        ([(0, 0), (15, 0), (20, 1), (20, 0)], Activity(1, 1, 0.0)),
        ([], Activity(0, 0, 0.0)),
    ],
)
def test_count_changes(changes: list[tuple[int, int | None]], expected: Activity) -> None:
    found = count_changes([c for c in changes if c[0] < 40], 10, 40)
    assert (found.rises, found.falls) == (expected.rises, expected.falls)
    assert found.duty == pytest.approx(expected.duty)
