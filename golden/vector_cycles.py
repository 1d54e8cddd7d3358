"""The cycles of a vector command on rtl/vector_unit.v."""

from collections.abc import Mapping

FLOW = 8
"""Cycles of a command beside its items: taken, checked, the first item's way to its byte, and done."""


def _places(outputs: int, kernel: int, stride: int, pad: int, size: int) -> list[int]:
    """Return for each output of an axis how many positions of the picture its window sees."""
    starts = (output * stride - pad for output in range(outputs))
    return [max(min(start + kernel, size) - max(start, 0), 0) for start in starts]


def vector_cycles(command: Mapping[str, int]) -> int:
    """Return the cycles from taking a legal command to its done, when every read and write is granted at once.

    command: the fields of ``record.vector``. One cycle per pixel that a window sees, one for a window that sees
    none, and one for the second source, for each word of each output pixel.
    """
    kernel, stride = (command["kernel_height"], command["kernel_width"]), command["stride"]
    rows = _places(command["out_height"], kernel[0], stride, command["pad_top"], command["height"])
    columns = _places(command["out_width"], kernel[1], stride, command["pad_left"], command["width"])
    pixels = len(rows) * len(columns)
    empty = pixels - sum(map(bool, rows)) * sum(map(bool, columns))
    items = sum(rows) * sum(columns) + empty + (command["sources"] - 1) * pixels
    return items * command["vectors"] + FLOW
