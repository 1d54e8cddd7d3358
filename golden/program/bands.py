"""Bands of output rows, the input rows they need, and rings of input rows."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Window:
    """Rows that an operation sees: kernel, stride, padding above the picture, and rows of the picture and output."""

    kernel: int
    stride: int
    pad: int
    height: int
    out_height: int

    def rows(self, band: range) -> range:
        """Return the rows of the picture that a band of output rows sees, at least one."""
        first = band.start * self.stride - self.pad
        last = (band.stop - 1) * self.stride - self.pad + self.kernel
        low = min(max(first, 0), self.height - 1)
        return range(low, max(min(last, self.height), low + 1))

    def pads(self, band: range) -> tuple[int, int]:
        """Return the padding above and below the rows of a band; below may be negative, of rows not needed."""
        rows, first = self.rows(band), band.start * self.stride - self.pad
        above = rows.start - first
        return above, (len(band) - 1) * self.stride + self.kernel - len(rows) - above

    def most(self, height: int) -> int:
        """Return the most rows of the picture that ``height`` output rows see."""
        return min((height - 1) * self.stride + self.kernel, self.height)


def cut(rows: int, height: int) -> list[range]:
    """Return bands of about equal height, none higher than ``height``."""
    count = -(-rows // height)
    edges = [rows * number // count for number in range(count + 1)]
    return [range(*edge) for edge in pairwise(edges)]


def highest(most: int, words: Callable[[int], int], room: int) -> int:
    """Return the largest height up to ``most`` whose words fit the room, 0 when none does; words: ascending."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if words(middle) <= room else (low, middle - 1)
    return low


@dataclass(frozen=True)
class Ring:
    """Rows of a picture in a ring of ``rows`` rows of ``row`` words from ``start`` on.

    Row y is in place (y - first) mod rows.
    """

    start: int
    rows: int
    row: int
    first: int = 0

    @property
    def words(self) -> int:
        """Return the words of the ring."""
        return self.rows * self.row

    @property
    def end(self) -> int:
        """Return the word behind the ring."""
        return self.start + self.words

    def place(self, y: int) -> int:
        """Return the first word of a row."""
        return self.start + (y - self.first) % self.rows * self.row

    def pieces(self, rows: range) -> list[range]:
        """Return parts of rows that lie behind one another."""
        parts, y = [], rows.start
        while y < rows.stop:
            stop = min(rows.stop, y + self.rows - (y - self.first) % self.rows)
            parts.append(range(y, stop))
            y = stop
        return parts
