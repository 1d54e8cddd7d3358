"""Words that steps and tensors take in the activation buffer, and how a step is cut to fit its room."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import pairwise

from golden.contract import PACKED_PIXEL
from golden.float_layer import Shape
from golden.program.bands import Window, cut, highest
from golden.program.fusion import Step
from golden.program.lowering import LayerWork, Lowered, Work
from golden.program.system import SystemConfig

FIRST_LOAD = 1024
"""Words that a step loads before it begins, at most, where MOST_BANDS let it."""
MOST_BANDS = 8
"""Bands that a step is cut into for the sake of FIRST_LOAD only."""


@dataclass(frozen=True)
class Cut:
    """How a step is cut: bands of output rows, their parts, and rows in the buffer.

    The input of a band is there as a whole; its output is made part by part. slots: 2 when a part is computed while
    the one before is stored; ring: rows of input, 0 when it is resident; middle: rows of a fused layer's output;
    ahead: a band is loaded while the one before is computed.
    """

    bands: list[list[range]]
    slots: int
    ring: int
    middle: int
    ahead: bool

    @property
    def tallest(self) -> int:
        """Return the rows of the highest part."""
        return max(len(part) for band in self.bands for part in band)


@dataclass(frozen=True)
class Need:
    """Words of a step per row. ring: of input; slot: of output and second sources; middle: of a fused layer's output.

    rows: that the input's ring must hold for so many output rows; spare: words lost to alignment.
    """

    windows: tuple[Window, ...]
    packed: bool
    ring: int
    slot: int
    middle: int
    spare: int

    def ring_rows(self, height: int) -> int:
        """Return the most rows of input that ``height`` rows of output need."""
        for window in reversed(self.windows):
            height = window.most(height)
        return self.even(height)

    def even(self, rows: int) -> int:
        """Return rows of packed pixels, or one more: an even number of words, so that neighbours' banks differ."""
        return rows + rows * self.ring % 2 if self.packed else rows

    def inputs(self, band: range) -> range:
        """Return the rows of input that a band sees."""
        for window in reversed(self.windows):
            band = window.rows(band)
        return band

    def middle_rows(self, height: int, slots: int) -> int:
        """Return the rows of a fused layer's output that ``slots`` parts of ``height`` rows keep on chip."""
        if not self.middle:
            return 0
        last = self.windows[-1]
        return last.most(slots * height) if overlaps(last) else slots * last.most(height)

    def words(self, band: int, part: int, slots: int, ahead: bool) -> int:
        """Return the words of a step with bands of ``band`` rows in parts of ``part`` rows."""
        ring = self.ring_rows(2 * band if ahead else band) * self.ring if self.ring else 0
        return ring + self.middle_rows(part, slots) * self.middle + slots * part * self.slot + self.spare


@dataclass(frozen=True)
class Sizes:
    """Sizes of a lowered network's operations on an accelerator."""

    system: SystemConfig
    lowered: Lowered

    def tensor_words(self, name: str) -> int:
        """Return the words of a resident tensor."""
        channels, height, width = self.lowered.shapes[name]
        return height * width * self.system.pitch(channels)

    def output(self, work: Work) -> Shape:
        """Return (C, H, W) of the tensor that an operation writes or is a part of."""
        return self.lowered.shapes[work.output]

    def channels(self, step: Step) -> int:
        """Return the channels of the output that a step writes."""
        work = step.works[0]
        return self.output(work)[0] if isinstance(work, LayerWork) else self.lowered.shapes[work.sources[0]][0]

    def row_words(self, name: str, packed: bool = False) -> int:
        """Return the words of a row of a tensor that is loaded."""
        channels, _, width = self.lowered.shapes[name]
        if packed:
            return -(-width * PACKED_PIXEL // self.system.core.ic_lanes)
        return width * self.system.vectors(channels)

    def slot_row(self, work: Work, channels: int) -> int:
        """Return the words of a row of ``channels`` channels of an operation's output beside the resident tensors."""
        pitch = self.system.pitch(channels) if isinstance(work, LayerWork) else self.system.vectors(channels)
        return self.output(work)[2] * pitch

    def window(self, work: Work) -> Window:
        """Return the rows that an operation sees."""
        _, height, _ = self.lowered.shapes[work.sources[0]]
        rows = self.output(work)[1]
        if isinstance(work, LayerWork):
            return Window(work.layer.kernel[0], work.layer.stride, work.layer.pad_top, height, rows)
        return Window(work.kernel[0], work.stride, work.pad_top, height, rows)

    def need(self, step: Step, resident: Set[str], channels: int) -> Need:
        """Return what ``channels`` channels of a step need beside the resident tensors."""
        windows = tuple(self.window(work) for work in step.works)
        slot = 0 if step.output in resident else self.slot_row(step.works[-1], channels)
        beside = [name for name in step.beside if name not in resident]
        ring = middle = 0
        packed = False
        if step.layer:
            packed = step.layer.mode == "packed"
            ring = 0 if step.layer.source in resident else self.row_words(step.layer.source, packed)
            middle = self.slot_row(step.layer, channels) if step.vector else 0
            slot += sum(self.lowered.shapes[name][2] * self.system.vectors(channels) for name in beside)
        elif step.vector and len(step.vector.sources) == 1:
            ring = sum(map(self.row_words, beside))
        else:
            slot += sum(map(self.row_words, beside))
        return Need(windows, packed, ring, slot, middle, (len(beside) + 2) * self.system.align)

    def least_room(self, step: Step, resident: Set[str]) -> int:
        """Return the least words that a step needs beside the resident tensors."""
        channels = self.channels(step)
        if step.layer:
            channels = min(channels, self.system.granule)
        return self.need(step, resident, channels).words(1, 1, 1, ahead=False)

    def cut(
        self, step: Step, resident: Set[str], channels: int, room: int, streaming: bool, parted: bool = False
    ) -> Cut | None:
        """Return how to cut a step for ``channels`` output channels at a time, or None when nothing fits.

        streaming: rows of the next band are loaded while a band is computed, if the room allows it; parted: bands may
        be made in parts.
        """
        need, height = self.need(step, resident, channels), self.output(step.works[-1])[1]
        for ahead, slots, least in self._ways(step, streaming, parted):
            band = highest(height, lambda rows: need.words(rows, min(rows, least), slots, ahead), room)  # noqa: B023
            if not band:
                continue
            part = highest(band, lambda rows: need.words(band, rows, slots, ahead), room)  # noqa: B023
            if streaming and need.ring:
                wanted = -(-need.windows[0].height * need.ring // FIRST_LOAD)
                band = max(min(band, -(-height // min(wanted, MOST_BANDS))), 1)
            bands = cut(height, band)
            parts = [_parts(rows, min(part, len(rows))) for rows in bands]
            kept = [(need.inputs(a), need.inputs(b)) for a, b in pairwise(bands)] if ahead else []
            rows = [b.stop - a.start for a, b in kept] + [len(need.inputs(rows)) for rows in bands]
            slots = min(slots, sum(map(len, parts)))
            tallest = max(len(one) for band_parts in parts for one in band_parts)
            ring, middle = need.even(max(rows)) if need.ring else 0, need.middle_rows(tallest, slots)
            return Cut(parts, slots, ring, middle, ahead)
        return None

    def _ways(self, step: Step, streaming: bool, parted: bool) -> Iterator[tuple[bool, int, int]]:
        """Yield, the best first, whether bands are loaded ahead, the slots, and the least rows of a part."""
        whole = self.output(step.works[-1])[1]
        least = -(-self.system.core.stripe // self.output(step.works[0])[2]) if parted else whole
        yield streaming, 2, least
        yield False, 1, least


def overlaps(window: Window) -> bool:
    """Return whether neighbouring rows of output see a row of the picture in common."""
    return window.kernel > window.stride


def is_packed(work: Work) -> bool:
    """Return whether an operation reads packed pixels."""
    return isinstance(work, LayerWork) and work.mode == "packed"


def _parts(rows: range, height: int) -> list[range]:
    return [range(rows.start + part.start, rows.start + part.stop) for part in cut(len(rows), height)]
