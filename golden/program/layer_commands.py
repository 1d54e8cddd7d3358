"""Commands of a layer: bands of rows and groups of channels, in the order of the least traffic."""

from dataclasses import replace

from golden.compile import Placement, pack_descriptor
from golden.contract import PACKED_PIXEL
from golden.errors import LayerError
from golden.layer import channel_slice
from golden.program.bands import Ring
from golden.program.choices import Choice, best_choice
from golden.program.commands import Command, Span
from golden.program.emit import LAYER_DONE, Group, Loaded, Written
from golden.program.fusion import Step
from golden.program.lowering import LayerWork
from golden.program.sizes import overlaps
from golden.program.state import State, ring_spans
from golden.program.vector_commands import Source, emit_band, resident_source


def emit_layer(state: State, step: Step, work: LayerWork, room: tuple[int, int]) -> None:
    """Emit a layer, and what is fused with it, in the order of the least cost.

    Raises LayerError when no part of it fits the buffers.
    """
    chosen = best_choice(state.sizes, step, work, state.resident, room[1] - room[0])
    if chosen is None:
        raise LayerError(f"{work.name}: no part of it fits the {room[1] - room[0]} words that are free on chip")
    _LayerEmission(state, step, work, room[0], chosen).run()


class _LayerEmission:
    """The commands of one layer, and of the vector operation that is fused with it."""

    def __init__(self, state: State, step: Step, work: LayerWork, start: int, choice: Choice) -> None:
        """Place the ring of input rows, the rows between fused operations and the slots behind one another."""
        self.state, self.step, self.work, self.cut, self.outer = state, step, work, choice.cut, choice.outer
        self.system, self.window = state.system, state.sizes.window(work)
        self.external = work.source not in state.resident
        channels, height, self.width = state.lowered.shapes[work.source]
        if work.flat:
            channels, height, self.width = work.layer.channels_in, 1, work.layer.kernel[1]
            self.window = replace(self.window, height=1)
        if self.external:
            row = state.sizes.row_words(work.source, work.mode == "packed")
            self.pitch = self.system.vectors(channels)
            self.ring = Ring(start, choice.cut.ring, row)
        else:
            self.pitch = self.system.vectors(channels) if work.flat else self.system.pitch(channels)
            self.ring = Ring(state.layout.bases[work.source], height, self.width * self.pitch)
        free, most = self.ring.end if self.external else start, len(choice.groups[0])
        self.middle = -(-free // self.system.align) * self.system.align
        free = self.middle
        if step.vector:
            free += choice.cut.middle * state.sizes.slot_row(work, most)
        self.beside: dict[str, int] = {}
        for name in step.beside if step.layer else ():
            if name not in state.resident:
                self.beside[name] = free
                free += choice.cut.slots * choice.cut.tallest * self._beside_row(name, most)
        self.slots = free
        self.slot = choice.cut.tallest * state.sizes.slot_row(step.works[-1], most)
        self.there = range(0)  # rows in the ring
        self.made = range(0)  # rows of the group between fused operations
        self.groups = [
            state.emitter.group(channel_slice(work.layer, group.start, group.stop), group, work.mode)
            for group in choice.groups
        ]

    def _beside_row(self, name: str, channels: int) -> int:
        return self.state.lowered.shapes[name][2] * self.system.vectors(channels)

    def run(self) -> None:
        """Emit every part of every band of every group."""
        if self.outer:
            turns = [(group, parts) for group in self.groups for parts in self.cut.bands]
        else:
            turns = [(group, parts) for parts in self.cut.bands for group in self.groups]
        current, loaded, turn = None, Loaded(0, 0, ()), 0
        for group, parts in turns:
            if group is not current:
                current, loaded = group, self.state.emitter.load_group(group, self.step.number)
                self.made = range(0)
            self._load_rows(range(parts[0].start, parts[-1].stop))
            for part in parts:
                self._emit_part(group, part, loaded, turn % self.cut.slots)
                turn += 1

    def _load_rows(self, band: range) -> None:
        """Load the rows that a band of the step's output sees and that are not in the ring."""
        if not self.external:
            return
        made = self.state.sizes.window(self.step.vector).rows(band) if self.step.vector else band
        rows, there = self.window.rows(made), self.there
        kept = there.start <= rows.start <= there.stop and len(there) > 0
        fresh = range(max(there.stop, rows.start), rows.stop) if kept else rows
        if len(fresh):
            self.state.load(self.step.number, self.work, self.work.source, fresh, self.ring)
        stop = max(rows.stop, there.stop) if kept else rows.stop
        start = there.start if kept else rows.start
        self.there = range(max(start, stop - self.ring.rows), stop)

    def _emit_part(self, group: Group, part: range, loaded: Loaded, slot: int) -> None:
        """Emit rows of the step's output, which are stored from a slot when the output is not resident."""
        work, state, vector = self.work, self.state, group.channels.start // self.system.core.ic_lanes
        pitch = self.system.pitch(len(group.channels))
        if self.step.vector:
            self._emit_fused(group, part, loaded, slot)
            return
        width = state.sizes.output(work)[2]
        if work.output in state.resident:
            pitch = self.system.pitch(state.sizes.output(work)[0])
            base = state.layout.bases[work.output] + part.start * width * pitch + vector
            self._emit_layer(group, part, loaded, base, pitch)
            return
        base = self.slots + slot * self.slot
        self._emit_layer(group, part, loaded, base, pitch)
        planes = range(vector, vector + self.system.vectors(len(group.channels)))
        state.store(self.step.number, work.output, planes, part, base, pitch)

    def _emit_fused(self, group: Group, part: range, loaded: Loaded, slot: int) -> None:
        """Emit the layer's rows that a part of the vector operation sees, as far as they are missing, and that part."""
        state, vector, first = self.state, self.step.vector, group.channels.start // self.system.core.ic_lanes
        assert vector is not None
        window, pitch = state.sizes.window(vector), self.system.pitch(len(group.channels))
        rows, row = window.rows(part), state.sizes.slot_row(self.work, len(group.channels))
        fresh = rows
        if overlaps(window):
            ring = Ring(self.middle, self.cut.middle, row)
            if len(self.made):
                fresh = range(max(self.made.stop, rows.start), rows.stop)
            self.made = range(rows.start, max(rows.stop, self.made.stop))
        else:
            ring = Ring(self.middle + slot * (self.cut.middle // self.cut.slots) * row, len(rows), row, rows.start)
        sources = {self.work.output: Source(ring, pitch)}
        for name in self.step.beside:
            sources[name] = self._beside(name, group, part, slot) if name in self.beside else resident_source(
                state, name, first
            )  # fmt: skip
        for piece in ring.pieces(fresh):
            self._emit_layer(group, piece, loaded, ring.place(piece.start), pitch)
        emit_band(
            state, self.step.number + 1, vector, part, group.channels, [sources[name] for name in vector.sources],
            self.slots + slot * self.slot,
        )  # fmt: skip

    def _beside(self, name: str, group: Group, part: range, slot: int) -> Source:
        """Load a group's channels of rows of a second source into a slot."""
        first, vectors = group.channels.start // self.system.core.ic_lanes, self.system.vectors(len(group.channels))
        row = self._beside_row(name, len(group.channels))
        ring = Ring(self.beside[name] + slot * self.cut.tallest * row, len(part), row, part.start)
        self.state.load_planes(self.step.number + 1, name, range(first, first + vectors), part, ring)
        return Source(ring, vectors)

    def _emit_layer(self, group: Group, band: range, loaded: Loaded, base: int, pitch: int) -> None:
        """Emit rows of the layer's output to words from ``base`` on, ``pitch`` words from a pixel to the next."""
        work, state, core = self.work, self.state, self.system.core
        rows, (above, below) = self.window.rows(band), self.window.pads(band)
        if min(above, below) < 0:
            raise LayerError(f"{work.name}: a window that lies in the padding alone, expected less padding than kernel")
        layer = replace(group.layer, pad_top=above, pad_bottom=below)
        width, packed = state.sizes.output(work)[2], work.mode == "packed"
        vector = group.channels.start // core.ic_lanes
        place = Placement(
            activation_base=self.ring.place(rows.start) + (vector if work.mode == "depthwise" else 0),
            in_pitch=1 if packed else self.pitch,
            in_row=self.ring.row * (core.ic_lanes // PACKED_PIXEL if packed else 1),
            ring_end=self.ring.end,
            ring_words=self.ring.words,
            out_pitch=pitch * core.ic_lanes // core.oc_lanes,
            weight_base=loaded.row,
            parameter_base=loaded.word,
            output_base=base * core.ic_lanes // core.oc_lanes,
        )
        stripe, cycles = state.emitter.timing(layer, len(rows), self.width, work.mode)
        descriptor = pack_descriptor(layer, len(rows), self.width, stripe, place, work.mode)
        reads = (*ring_spans(self.ring, rows), *loaded.spans)
        words = (len(band) * width - 1) * pitch + self.system.pitch(len(group.channels))
        command = Command(
            "layer", descriptor, self.step.number, reads, (Span("activation", base, base + words),), cycles + LAYER_DONE
        )
        state.emitter.compute(command, Written(work.output, group.channels, band, width, base, pitch))
