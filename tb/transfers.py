"""Random transfers of load and store, and what they mean: words, beats and bursts."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np

from golden.contract import TRANSFER
from tb.memory import PAGE

SPACE = 1 << 24  # places of a buffer


@dataclass(frozen=True)
class Transfer:
    """The fields of a transfer, and the bytes of one of its words."""

    target: int
    address: int
    pitch: int
    lines: int
    words: int
    base: int
    step: int
    line_step: int
    word_bytes: int

    @property
    def command(self) -> int:
        """Return the packed record."""
        fields = asdict(self)
        del fields["word_bytes"]
        return TRANSFER.pack(**fields)

    def places(self) -> Iterator[tuple[int, int, bool]]:
        """Yield for each word in order its byte address, its place in the buffer, and whether it ends a line."""
        for line in range(self.lines):
            for word in range(self.words):
                yield (
                    self.address + line * self.pitch + word * self.word_bytes,
                    (self.base + line * self.line_step + word * self.step) % SPACE,
                    word == self.words - 1,
                )

    def beats(self, beat_bytes: int) -> list[tuple[int, bool]]:
        """Return the address of each beat in order, and whether it ends a line."""
        found: list[tuple[int, bool]] = []
        for line in range(self.lines if self.words else 0):
            first = self.address + line * self.pitch
            last = first + self.words * self.word_bytes - 1
            addresses = range(first // beat_bytes * beat_bytes, last + 1, beat_bytes)
            found.extend((address, address == addresses[-1]) for address in addresses)
        return found


def random_transfer(rng: np.random.Generator, target: int, word_bytes: int, longest: int, size: int) -> Transfer:
    """Return a transfer of up to 4 lines of up to ``longest`` words that stays in one memory of ``size`` bytes.

    Its lines do not overlap, neither in memory nor in the buffer.
    """
    lines, words = int(rng.integers(1, 5)), int(rng.choice([1, 2, *rng.integers(1, longest + 1, 3)]))
    pitch = (words + int(rng.choice([0, *rng.integers(0, 40, 2)]))) * word_bytes
    span = -(-lines * pitch // PAGE) * PAGE
    start = int(rng.integers(size - span - PAGE)) // word_bytes * word_bytes
    if rng.integers(2):  # the first line goes over the end of a page
        start = start // PAGE * PAGE + PAGE - int(rng.integers(words)) * word_bytes % PAGE
    step = int(rng.choice([1, 1, 2, 7]))
    line_step = words * step + int(rng.integers(5))
    if lines == 1:  # nothing follows the line: any step to the next does
        pitch, line_step = int(rng.integers(1 << 32)) // word_bytes * word_bytes, int(rng.integers(SPACE))
    return Transfer(
        target=target,
        address=int(rng.integers((1 << 32) // size)) * size + start,
        pitch=pitch,
        lines=lines,
        words=words,
        base=int(rng.integers(SPACE)),
        step=step,
        line_step=line_step,
        word_bytes=word_bytes,
    )


class BurstCheck:
    """Bursts as they are issued, against the beats of the transfer."""

    def __init__(self, beat_bytes: int, most: int) -> None:
        """Expect nothing. ``most``: greatest number of beats of a burst."""
        self.beat_bytes, self.most = beat_bytes, most
        self.beats: list[tuple[int, bool]] = []
        self.bursts: list[range] = []  # the addresses of the beats
        self.place = 0

    def expect(self, transfer: Transfer) -> None:
        """Expect the bursts of a transfer, and forget those before."""
        self.beats = transfer.beats(self.beat_bytes)
        self.bursts, self.place = [], 0

    def burst(self, seen: dict[str, int]) -> None:
        """Check a burst with the fields address and length."""
        address, length = seen["address"], seen["length"] + 1
        addresses = range(address, address + length * self.beat_bytes, self.beat_bytes)
        assert length <= self.most, f"{length} beats in a burst"
        assert addresses[0] // PAGE == addresses[-1] // PAGE, f"a burst at {address:#x} crosses 4 KiB"
        expected = self.beats[self.place : self.place + length]
        assert [beat for beat, _ in expected] == list(addresses), f"a burst at {address:#x} of {length} beats"
        self.place += length
        self.bursts.append(addresses)

    def done(self) -> None:
        """Check that every beat was asked for."""
        assert self.place == len(self.beats), f"{self.place} beats of {len(self.beats)}"
