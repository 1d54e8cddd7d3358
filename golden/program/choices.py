"""Ways to run a step, and what they cost: the orders of bands and groups of channels, and the bytes that each moves."""

from collections.abc import Iterator, Set
from dataclasses import dataclass

from golden.errors import LayerError
from golden.program.fusion import Step
from golden.program.lowering import LayerWork
from golden.program.sizes import Cut, Sizes, overlaps
from golden.schedule import layer_taps

LAYER_BEGIN = 64
"""Cycles in which a layer command's array waits for its first weights and for its last outputs, about."""


@dataclass(frozen=True)
class Choice:
    """A way to run a layer, and the bytes of its weights and input that it moves.

    outer: each group of channels goes through all bands, else the reverse.
    """

    moved: int
    groups: list[range]
    cut: Cut
    outer: bool

    def cost(self, beat: int) -> int:
        """Return the bytes that are moved, and those that a bus of ``beat`` bytes could move while layers begin."""
        return self.moved + len(self.groups) * sum(map(len, self.cut.bands)) * LAYER_BEGIN * beat


def granule_rows(sizes: Sizes, work: LayerWork) -> int:
    """Return the weight rows of the channels of which whole words are made. Raises LayerError when they do not fit."""
    system, core = sizes.system, sizes.system.core
    tiles = -(-system.granule // core.tile_lanes(work.mode))
    rows = tiles * len(layer_taps(work.layer, core, work.mode)) * core.oc_lanes
    if rows > system.weight_rows:
        needed = f"{rows} weight rows for {system.granule} channels"
        raise LayerError(f"{work.name}: {needed}, expected at most WEIGHT_ROWS = {system.weight_rows}")
    return rows


def best_choice(sizes: Sizes, step: Step, work: LayerWork, resident: Set[str], room: int) -> Choice | None:
    """Return the cheapest way to run a layer with what is fused with it, or None when no part of it fits the room.

    Raises LayerError when its weights do not fit.
    """
    beat = sizes.system.data_width // 8
    return min(_choices(sizes, step, work, resident, room), key=lambda choice: choice.cost(beat), default=None)


def step_cost(sizes: Sizes, step: Step, resident: Set[str], room: int) -> int | None:
    """Return the bytes of a step as its cheapest way moves them, and what its commands cost; None where it cannot run.

    Raises LayerError when the weights of a layer do not fit.
    """
    lanes, beat = sizes.system.core.ic_lanes, sizes.system.data_width // 8
    outside = {*step.beside, step.output} - resident
    moved = sum(sizes.tensor_words(name) for name in outside) * lanes
    if step.layer:
        choice = best_choice(sizes, step, step.layer, resident, room)
        return None if choice is None else moved + choice.cost(beat)
    cut = sizes.cut(step, resident, sizes.channels(step), room, streaming=True)
    return None if cut is None else moved


def _choices(sizes: Sizes, step: Step, work: LayerWork, resident: Set[str], room: int) -> Iterator[Choice]:
    """Yield the ways to run a layer: its weights stay, or its rows, or one goes through while the other stays."""
    system, channels = sizes.system, work.layer.channels_out
    rows = granule_rows(sizes, work)
    granules = -(-channels // system.granule)
    external = work.source not in resident
    source = sizes.tensor_words(work.source) * system.core.ic_lanes if external else 0
    weights = rows * granules * system.word_bytes["weight"]
    if rows * granules <= system.weight_rows and channels <= system.parameter_words:
        whole = sizes.cut(step, resident, channels, room, streaming=external)
        if whole and len(whole.bands) > 1:
            yield Choice(weights + source, [range(channels)], whole, outer=False)
    most = min(system.weight_rows // 2 // rows, system.parameter_words // 2 // system.granule)
    together = step.vector is not None and overlaps(sizes.window(step.vector))
    for width in _widths(max(most, 1), granules):
        size = width * system.granule
        groups = [range(first, min(first + size, channels)) for first in range(0, channels, size)]
        for streaming in (True, False):
            parted = not streaming and not together
            part = sizes.cut(step, resident, len(groups[0]), room, streaming, parted)
            if part is None:
                continue
            if streaming or len(part.bands) == 1:
                yield Choice(weights + source * (len(groups) if len(part.bands) > 1 else 1), groups, part, outer=True)
            if not streaming and not (together and len(groups) > 1):
                yield Choice(weights * len(part.bands) + source, groups, part, outer=False)


def _widths(most: int, granules: int) -> Iterator[int]:
    """Yield numbers of granules of a group, the most first, each half of the one before."""
    width = min(most, granules)
    while width:
        yield width
        width //= 2
