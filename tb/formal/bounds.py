"""The ranges that the exact values of the contract can take, and whether the widths of the RTL hold them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from golden.contract import (
    ACC_WIDTH,
    ACT_MAX,
    BIAS_WIDTH,
    DELTA,
    GLUE_M_WIDTH,
    GLUE_SHIFT_MAX,
    GLUE_SUM_WIDTH,
    GLUE_WINDOW_WIDTH,
    M_WIDTH,
    POST_SHIFT,
    SCALED_WIDTH,
    SUM_WIDTH,
    WINDOW_WIDTH,
)

Range = tuple[int, int]
"""Lowest and highest value."""


@dataclass(frozen=True)
class Bound:
    """The range of a value and the signed bits that the RTL gives it."""

    name: str
    range: Range
    width: int

    @property
    def fits(self) -> bool:
        """Return whether the bits hold every value of the range."""
        return signed(self.width)[0] <= self.range[0] and self.range[1] <= signed(self.width)[1]


def signed(width: int) -> Range:
    """Return the range of a signed number of so many bits."""
    return -(1 << (width - 1)), (1 << (width - 1)) - 1


def unsigned(width: int) -> Range:
    """Return the range of an unsigned number of so many bits."""
    return 0, (1 << width) - 1


def total(*ranges: Range) -> Range:
    """Return the range of a sum."""
    return sum(low for low, _ in ranges), sum(high for _, high in ranges)


def times(a: Range, b: Range) -> Range:
    """Return the range of a product: it is linear in each factor, so its extremes are at the corners."""
    return _hull(x * y for x, y in product(a, b))


def _hull(values: Iterable[int]) -> Range:
    corners = list(values)
    return min(corners), max(corners)


BYTE = (0, ACT_MAX)
MULTIPLIER = unsigned(GLUE_M_WIDTH)
PRODUCT = times(signed(SCALED_WIDTH), unsigned(M_WIDTH))
"""t M of the requantization, for every t of ``requantization.scaled_width`` bits."""
GLUE_PRODUCT = times(signed(GLUE_WINDOW_WIDTH), MULTIPLIER)
GLUE_TOTAL = total(GLUE_PRODUCT, times((-ACT_MAX, ACT_MAX), MULTIPLIER), (0, 1 << (GLUE_SHIFT_MAX - 1)))
"""Sum of a window and of a second source's byte, times their M, and the rounding bit."""


def bounds() -> list[Bound]:
    """Return the range of every value whose width the contract or a module fixes."""
    largest_delta = 1 << ((1 << DELTA["exponent_bits"]) - 1)
    delta_product = times((-largest_delta, largest_delta), unsigned(WINDOW_WIDTH))
    term = (-(-delta_product[0] >> DELTA["frac"]), delta_product[1] >> DELTA["frac"])
    product_width = SCALED_WIDTH + M_WIDTH
    rounding = (0, 1 << (POST_SHIFT - 1))
    quotient = (PRODUCT[0] >> POST_SHIFT, (PRODUCT[1] + rounding[1]) >> POST_SHIFT)
    return [
        Bound("BCE product", delta_product, DELTA["term_width"] + DELTA["frac"]),
        Bound("BCE term", term, DELTA["term_width"]),
        Bound("acc + term + bias", total(signed(ACC_WIDTH), term, signed(BIAS_WIDTH)), SUM_WIDTH),
        Bound("t * M + half", total(PRODUCT, rounding), product_width),
        Bound("quotient + zero_out", total(quotient, BYTE), product_width - POST_SHIFT + 1),
        Bound("vector: window * M", GLUE_PRODUCT, GLUE_SUM_WIDTH),
        Bound("vector: total", GLUE_TOTAL, GLUE_SUM_WIDTH),
        Bound("vector: quotient + zero_out", total(GLUE_TOTAL, BYTE), GLUE_SUM_WIDTH),
    ]
