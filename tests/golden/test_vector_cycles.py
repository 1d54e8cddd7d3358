"""The cycles of vector commands, counted by hand; tb/vector_unit compares the formula with the RTL."""

import pytest

from golden.contract import VECTOR
from golden.vector_cycles import FLOW, vector_cycles


def command(**fields: int) -> dict[str, int]:
    """Return a command of one word, with some fields changed."""
    ones = (
        "sources",
        "kernel_height",
        "kernel_width",
        "stride",
        "height",
        "width",
        "out_height",
        "out_width",
        "vectors",
    )
    return dict.fromkeys(VECTOR.widths, 0) | dict.fromkeys(ones, 1) | fields


PICTURE = {"height": 4, "width": 6}
POOL = {"kernel_height": 3, "kernel_width": 3, "stride": 2, "pad_top": 1, "pad_left": 1, "height": 4, "width": 6}


@pytest.mark.parametrize(
    ("fields", "items"),
    [
        ({}, 1),
        ({"vectors": 5}, 5),
        ({"sources": 2, "vectors": 5, "out_height": 4, "out_width": 6, **PICTURE}, 2 * 5 * 24),
        ({"kernel_height": 4, "kernel_width": 6, **PICTURE}, 24),
        ({"out_height": 2, "out_width": 3, **POOL}, (2 + 3) * (2 + 3 + 3)),
        ({"pad_top": 1, "pad_left": 2, "out_height": 6, "out_width": 9, **PICTURE}, 6 * 9),
        ({"pad_top": 9, "kernel_height": 3, "vectors": 2}, 2),
    ],
)
def test_items(fields: dict[str, int], items: int) -> None:
    assert vector_cycles(command(**fields)) == items + FLOW
