"""The stimulus of each of the compared blocks."""

from collections.abc import Callable

from ppa.array_stimulus import SHORT, array_stimulus
from ppa.blocks import Block, Design
from ppa.element_stimulus import (
    complete_stimulus,
    decoder_stimulus,
    element_stimulus,
    multiplier_stimulus,
    triple_stimulus,
)
from ppa.errors import PpaError
from ppa.lane_stimulus import lane_stimulus
from ppa.stimulus import Stimulus

STIMULI: dict[str, Callable[[Design], Stimulus]] = {
    "ae_complete": lambda _: complete_stimulus(),
    "ae": lambda _: element_stimulus(),
    "triple": lambda _: triple_stimulus(),
    "weight_decoder": lambda _: decoder_stimulus(),
    "multiplier": multiplier_stimulus,
    "lane_ours": lane_stimulus,
    "lane_multiplier": lane_stimulus,
    "array_ours": array_stimulus,
    "array_multiplier": array_stimulus,
}
"""By the block's top module."""


def block_stimulus(block: Block, *, glitches: bool = False) -> Stimulus:
    """Return the operands of real layers for a block, an array's with glitches of one layer only.

    Raises PpaError for a block that has none.
    """
    if block.top not in STIMULI:
        raise PpaError(f"{block.name}: no stimulus for {block.top}, expected one of {', '.join(STIMULI)}")
    if glitches and STIMULI[block.top] is array_stimulus:
        return array_stimulus(block.design, layers=SHORT)
    return STIMULI[block.top](block.design)
