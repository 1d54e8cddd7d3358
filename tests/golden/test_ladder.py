"""The ladder and the lists of magnitudes that metadata chooses."""

import pytest

from golden.contract import RUNGS
from golden.ladder import LEGAL_METADATA, ladder, magnitudes, metadata
from tests.golden import reference

WORDS = [(n2, 0) for n2 in range(2)]


def test_ladder() -> None:
    assert [ladder(h) for h in range(RUNGS)] == reference.LADDER


def test_legal_metadata() -> None:
    assert sorted(LEGAL_METADATA) == [0, 2]
    assert [metadata(n2, p) for n2, p in WORDS] == [2 * n2 + p for n2, p in WORDS]


@pytest.mark.parametrize(("n2", "p"), WORDS)
def test_magnitudes(n2: int, p: int) -> None:
    levels = magnitudes(metadata(n2, p))
    assert levels == [0, *reference.magnitude_list(n2, p)]
    assert levels == sorted(set(levels))


def test_named_lists() -> None:
    assert magnitudes(metadata(0, 0)) == [0, 2, 3, 4, 6, 8, 12, 16]
    assert magnitudes(metadata(1, 0)) == [0, 2, 4, 6, 8, 12, 16, 24]


@pytest.mark.parametrize("word", [1, 3, 4, 15, 16, -1])
def test_reserved_metadata(word: int) -> None:
    with pytest.raises(ValueError, match=r"reserved: expected one of .0, 2."):
        magnitudes(word)


@pytest.mark.parametrize(("n2", "p"), [(2, 0), (-1, 0), (0, 1), (0, -1)])
def test_metadata_outside_the_contract(n2: int, p: int) -> None:
    with pytest.raises(ValueError, match=r"expected n2 in 0\.\.1, parity in 0\.\.0"):
        metadata(n2, p)
