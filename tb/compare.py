"""Comparison of what a bench saw with what it expected, and packing of vectors."""

from collections.abc import Iterable
from typing import Any, SupportsInt

import cocotb
import numpy as np
from numpy.typing import ArrayLike

Integers = np.ndarray[Any, np.dtype[np.int64]]


def generator() -> np.random.Generator:
    """Return a random generator that follows the seed of the run."""
    return np.random.default_rng(cocotb.RANDOM_SEED)


class Comparison:
    """Counts compared values; a difference fails at once, a count below the minimum fails at the end."""

    def __init__(self) -> None:
        """Start with nothing compared."""
        self.compared = 0

    def equal(self, what: str, got: ArrayLike, expected: ArrayLike) -> None:
        """Compare a value, or arrays of the same shape; AssertionError names the first difference."""
        if isinstance(got, list) and isinstance(expected, list) and got == expected and all(map(_is_plain, got)):
            self.compared += len(got)  # some benches compare short lists in every cycle: arrays of them are slow
            return
        got_array, expected_array = np.asarray(got), np.asarray(expected)
        if got_array.shape != expected_array.shape:
            raise AssertionError(f"{what}: {got_array.size} values, expected {expected_array.size}")
        wrong = np.argwhere(got_array != expected_array)
        if len(wrong):
            place = tuple(int(index) for index in wrong[0])
            where = f" at {list(place)}" if place else ""
            raise AssertionError(f"{what}{where}: got {got_array[place]}, expected {expected_array[place]}")
        self.compared += got_array.size

    def done(self, minimum: int = 1) -> None:
        """Log the number of values compared; AssertionError when it is below ``minimum``."""
        cocotb.log.info("compared %d values", self.compared)
        if self.compared < minimum:
            raise AssertionError(f"compared {self.compared} values, expected at least {minimum}")


def _is_plain(value: object) -> bool:
    return isinstance(value, int)


def fields(word: int, width: int, count: int, *, signed: bool) -> Integers:
    """Split a packed word into ``count`` fields of ``width`` bits, the lowest first."""
    mask, half = (1 << width) - 1, 1 << (width - 1)
    values = [(word >> (width * i)) & mask for i in range(count)]
    return np.array([v - (v >= half) * 2 * half if signed else v for v in values], dtype=np.int64)


def dot_products(sums: int, carries: int, width: int, lanes: int) -> Integers:
    """Return what the lanes' two packed numbers of ``width`` bits and two carries each add up to, (lanes,).

    The higher number is signed (rtl/dot_lane.v).
    """
    numbers = fields(sums, width, 2 * lanes, signed=False).reshape(lanes, 2)
    numbers[:, 1] = fields(sums, width, 2 * lanes, signed=True)[1::2]
    total: Integers = (numbers + fields(carries, 1, 2 * lanes, signed=False).reshape(lanes, 2)).sum(1)
    return total


def pack(values: Iterable[SupportsInt], width: int) -> int:
    """Pack integers into fields of ``width`` bits in two's complement, the first lowest."""
    mask = (1 << width) - 1
    return sum((int(value) & mask) << (width * i) for i, value in enumerate(values))
