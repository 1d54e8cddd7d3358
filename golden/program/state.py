"""A network while it is compiled: what is decided, and the commands so far."""

from dataclasses import dataclass

from golden.contract import PACKED_PIXEL
from golden.program.bands import Ring
from golden.program.commands import Span
from golden.program.emit import Emitter
from golden.program.fusion import Step
from golden.program.lowering import Lowered, Work
from golden.program.residency import Layout
from golden.program.sizes import Sizes, is_packed
from golden.program.system import SystemConfig


@dataclass
class State:
    """Decisions: resident tensors and their places. addresses: of the others, in memory, as far as they are known."""

    system: SystemConfig
    lowered: Lowered
    sizes: Sizes
    steps: list[Step]
    resident: frozenset[str]
    layout: Layout
    emitter: Emitter
    addresses: dict[str, int]

    def load(self, number: int, work: Work, source: str, rows: range, ring: Ring) -> None:
        """Load rows of a tensor into its ring, rows of packed pixels or of pixels of whole vectors."""
        if not is_packed(work):
            self.load_planes(number, source, range(self.system.vectors(self.lowered.shapes[source][0])), rows, ring)
            return
        lanes = self.system.core.ic_lanes
        for part in ring.pieces(rows):
            address, words = self.addresses[source] + part.start * ring.row * lanes, len(part) * ring.row
            self.emitter.transfer("load", number, "activation", address, (1, words), (0, 1, 1), ring.place(part.start))

    def load_planes(self, number: int, source: str, planes: range, rows: range, ring: Ring) -> None:
        """Load rows of some planes of a tensor into its ring, pixels of one word of each plane."""
        _, height, width = self.lowered.shapes[source]
        lanes, count = self.system.core.ic_lanes, len(planes)
        plane = height * width * lanes
        for part in ring.pieces(rows):
            address = self.addresses[source] + planes.start * plane + part.start * width * lanes
            size = (count, len(part) * width)
            self.emitter.transfer(
                "load", number, "activation", address, size, (plane, count, 1), ring.place(part.start)
            )

    def store(self, number: int, target: str, planes: range, rows: range, base: int, pitch: int) -> None:
        """Store rows of some planes of a tensor from pixels ``pitch`` words apart."""
        _, height, width = self.lowered.shapes[target]
        lanes = self.system.core.ic_lanes
        plane = height * width * lanes
        address = self.addresses[target] + planes.start * plane + rows.start * width * lanes
        size = (len(planes), len(rows) * width)
        self.emitter.transfer("store", number, "activation", address, size, (plane, pitch, 1), base)

    def reserve(self, step: Step) -> None:
        """Give a step's output a place in memory, if it needs one and has none."""
        if step.output not in self.resident and step.output not in self.addresses:
            channels, height, width = self.lowered.shapes[step.output]
            size = self.system.vectors(channels) * height * width * self.system.core.ic_lanes
            self.addresses[step.output] = self.emitter.reserve(size)


def packed_row(width: int, lanes: int) -> int:
    """Return the bytes of a row of packed pixels in memory: whole words."""
    return -(-width * PACKED_PIXEL // lanes) * lanes


def ring_spans(ring: Ring, rows: range) -> list[Span]:
    """Return the words of rows in a ring."""
    parts = ((ring.place(part.start), len(part) * ring.row) for part in ring.pieces(rows))
    return [Span("activation", first, first + words) for first, words in parts]
