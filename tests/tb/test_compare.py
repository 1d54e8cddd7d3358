"""The comparison of the benches counts what it compares and names the first difference."""

import logging

import cocotb
import numpy as np
import pytest
from numpy.typing import ArrayLike

from tb.compare import Comparison


@pytest.mark.parametrize(
    ("got", "expected", "values"),
    [
        ([1, 2, 3], [1, 2, 3], 3),
        ([[1, 2], [3, 4]], [[1, 2], [3, 4]], 4),
        ([1, 2, 3], np.array([1, 2, 3]), 3),
        (np.array([[1, 2]]), [[1, 2]], 2),
        (7, 7, 1),
        ([], [], 0),
    ],
)
def test_equal_values_are_counted(got: ArrayLike, expected: ArrayLike, values: int) -> None:
    comparison = Comparison()
    for _ in range(2):
        comparison.equal("it", got, expected)
    assert comparison.compared == 2 * values


@pytest.mark.parametrize(
    ("got", "expected", "message"),
    [
        ([1, 2, 3], [1, 5, 4], r"it at \[1\]: got 2, expected 5"),
        ([1, 2], [1, 2, 3], "it: 2 values, expected 3"),
        (np.array([[1, 2]]), [[1, 3]], r"it at \[0, 1\]: got 2, expected 3"),
        (7, 8, "it: got 7, expected 8"),
    ],
)
def test_difference_is_named(got: ArrayLike, expected: ArrayLike, message: str) -> None:
    comparison = Comparison()
    with pytest.raises(AssertionError, match=f"^{message}$"):
        comparison.equal("it", got, expected)
    assert comparison.compared == 0


def test_nothing_compared_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cocotb, "log", logging.getLogger(), raising=False)  # there is one in a simulation
    with pytest.raises(AssertionError, match="compared 0 values, expected at least 1"):
        Comparison().done()
