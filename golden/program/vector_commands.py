"""Commands of an operation without weights."""

from dataclasses import dataclass

from golden.contract import VECTOR, VECTOR_MODES
from golden.errors import LayerError
from golden.program.bands import Ring
from golden.program.commands import Command, Span, pack_fields
from golden.program.emit import Written
from golden.program.fusion import Step
from golden.program.lowering import VectorWork
from golden.program.sizes import Cut
from golden.program.state import State, ring_spans
from golden.vector_cycles import vector_cycles


@dataclass(frozen=True)
class Source:
    """Where rows of a source lie: ring, words from a pixel to the next, and the first wanted word of a pixel."""

    ring: Ring
    pitch: int
    first: int = 0


def emit_vector(state: State, step: Step, work: VectorWork, room: tuple[int, int]) -> None:
    """Emit an operation alone, band by band. Raises LayerError when no row of it fits the room."""
    sizes, size = state.sizes, room[1] - room[0]
    channels = sizes.channels(step)
    chosen = sizes.cut(step, state.resident, channels, size, streaming=True)
    if chosen is None:
        raise LayerError(f"{work.name}: no row of it fits the {size} words that are free of the activation buffer")
    kept = chosen.ring if len(work.sources) == 1 else chosen.slots * chosen.tallest
    starts, free = {}, room[0]
    for source in step.beside:
        if source not in state.resident:
            starts[source] = free
            free += kept * sizes.row_words(source)
    window = sizes.window(work)
    slot_words = chosen.tallest * sizes.slot_row(work, channels)
    loaded = 0
    for index, (band,) in enumerate(chosen.bands):
        rows = window.rows(band)
        sources = {source: _source(state, work, source, starts, chosen, index, rows) for source in work.sources}
        fresh = range(max(loaded, rows.start), rows.stop)
        for source in starts:
            if len(fresh):
                state.load(step.number, work, source, fresh, sources[source].ring)
        loaded = max(loaded, rows.stop)
        slot = free + index % chosen.slots * slot_words
        every = range(channels)
        emit_band(state, step.number, work, band, every, [sources[source] for source in work.sources], slot)


def _source(
    state: State, work: VectorWork, source: str, starts: dict[str, int], chosen: Cut, index: int, rows: range
) -> Source:
    """Return where the rows of a source lie: the resident tensor, a ring, or with two sources a slot of the band."""
    if source not in starts:
        return resident_source(state, source)
    row, pitch = state.sizes.row_words(source), state.system.vectors(state.lowered.shapes[source][0])
    if len(work.sources) == 1:
        return Source(Ring(starts[source], chosen.ring, row), pitch)
    slot = index % chosen.slots
    return Source(Ring(starts[source] + slot * chosen.tallest * row, len(rows), row, rows.start), pitch)


def resident_source(state: State, source: str, first: int = 0) -> Source:
    """Return where a resident tensor lies. first: word of each pixel."""
    channels, height, width = state.lowered.shapes[source]
    pitch = state.system.pitch(channels)
    return Source(Ring(state.layout.bases[source], height, width * pitch), pitch, first)


def emit_band(
    state: State, number: int, work: VectorWork, band: range, part: range, sources: list[Source], slot: int
) -> None:
    """Emit rows of a part of the channels of an operation's sources. slot: where they wait when they are stored."""
    out, window, system = state.sizes.output(work), state.sizes.window(work), state.system
    width = state.lowered.shapes[work.sources[0]][2]
    vectors, rows, first = (
        system.vectors(len(part)),
        window.rows(band),
        (work.first + part.start) // system.core.ic_lanes,
    )
    above, _ = window.pads(band)
    if above < 0:  # the band lies below the picture, which is the same as above it
        above = len(band) * work.stride + work.kernel[0]
    resident = work.output in state.resident
    pitch, base = vectors, slot
    if resident:
        pitch = system.pitch(out[0])
        base = state.layout.bases[work.output] + band.start * out[2] * pitch + first
    a, b, c, two = sources[0], sources[-1], work.constants, len(work.sources) == 2
    fields = {
        "mode": VECTOR_MODES[work.mode],
        "sources": len(work.sources),
        "kernel_height": work.kernel[0],
        "kernel_width": work.kernel[1],
        "stride": work.stride,
        "pad_top": above,
        "pad_left": work.pad_left,
        "height": len(rows),
        "width": width,
        "out_height": len(band),
        "out_width": out[2],
        "vectors": vectors,
        "zero_a": c.zeros[0],
        "zero_b": c.zeros[-1],
        "multiplier_a": c.multipliers[0] if c.multipliers else 0,
        "multiplier_b": c.multipliers[1] if two else 0,
        "shift": c.shift,
        "zero_out": c.zero_out,
        "clamp_low": c.clamp_low,
        "clamp_high": c.clamp_high,
        "base_a": a.ring.place(rows.start) + a.first,
        "pitch_a": a.pitch,
        "row_a": a.ring.row,
        "ring_end": a.ring.end,
        "ring_words": a.ring.words,
        "base_b": b.ring.place(rows.start) + b.first if two else 0,
        "pitch_b": b.pitch if two else 0,
        "output_base": base,
        "out_pitch": pitch,
    }
    reads = tuple(span for source in sources for span in ring_spans(source.ring, rows))
    writes = (Span("activation", base, base + (len(band) * out[2] - 1) * pitch + vectors),)
    payload = pack_fields(VECTOR, number, fields)
    command = Command("vector", payload, number, reads, writes, vector_cycles(fields))
    written = range(work.first + part.start, work.first + part.stop)
    state.emitter.compute(command, Written(work.output, written, band, out[2], base, pitch))
    if not resident:
        state.store(number, work.output, range(first, first + vectors), band, base, pitch)
