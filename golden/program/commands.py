"""Commands with what they read and write, the tokens that keep their order, and their bytes."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from golden.contract import COMMAND, COMMAND_BITS, CONTRACT, OPCODES, PAYLOAD_LSB, UNITS, Record
from golden.errors import LayerError

Unit = Literal["load", "layer", "vector", "store"]
TOKENS_MAX: int = CONTRACT["command"]["tokens_max"]
QUEUE = 4
"""Commands that wait for each unit: QUEUE of rtl/aslog.v."""
LIST_BYTES = 256
"""A list begins at a multiple of this, and is read so many bytes at a time."""


@dataclass(frozen=True)
class Span:
    """Words start .. stop - 1 of a buffer, or bytes of memory, and the same ``lines`` times, ``pitch`` apart.

    space: a target of transfers, or ``memory``.
    """

    space: str
    start: int
    stop: int
    lines: int = 1
    pitch: int = 0

    def overlaps(self, other: "Span") -> bool:
        """Return whether both share a word; of lines with different pitch, whether one reaches into the other."""
        if self.space != other.space:
            return False
        one, two = self, other
        if one.lines > 1 and two.lines > 1 and one.pitch != two.pitch:
            one, two = one._hull(), two._hull()
        pitch = max(one.pitch if one.lines > 1 else 0, two.pitch if two.lines > 1 else 0, 1)
        apart = two.start - one.start
        # line k of one less line of two: k pitch lies between apart less one's size and apart and two's size
        low = (apart - (one.stop - one.start)) // pitch + 1
        high = -(-(apart + two.stop - two.start) // pitch) - 1
        return max(low, 1 - two.lines) <= min(high, one.lines - 1)

    def _hull(self) -> "Span":
        return Span(self.space, self.start, self.stop + (self.lines - 1) * self.pitch)


@dataclass(frozen=True)
class Command:
    """A command of a unit: its payload, the operation it belongs to, and what it reads and writes.

    cycles: that the unit takes, as predicted; moved: bytes on the bus; wait, signal: units, see ``order``.
    """

    unit: Unit
    payload: int
    number: int
    reads: tuple[Span, ...]
    writes: tuple[Span, ...]
    cycles: int
    moved: int = 0
    wait: frozenset[str] = frozenset()
    signal: frozenset[str] = frozenset()

    def pack(self) -> bytes:
        """Return the command as it lies in memory."""
        return _packed(OPCODES[self.unit], self.wait, self.signal, self.number, self.payload)


def pack_fields(record: Record, number: int, fields: dict[str, int]) -> int:
    """Return a packed payload. Raises LayerError when a field does not fit."""
    try:
        return record.pack(**fields)
    except ValueError as error:
        raise LayerError(f"operation {number}: {error}") from error


def _packed(opcode: int, wait: frozenset[str], signal: frozenset[str], number: int, payload: int) -> bytes:
    masks = [sum(1 << UNITS[unit] for unit in units) for units in (wait, signal)]
    header = COMMAND.pack(opcode=opcode, wait=masks[0], signal=masks[1], number=number)
    return (header | payload << PAYLOAD_LSB).to_bytes(COMMAND_BITS // 8, "little")


@dataclass
class _History:
    """What a unit's commands have read and written, by space, in order."""

    reads: dict[str, list[tuple[int, Span]]] = field(default_factory=dict)
    writes: dict[str, list[tuple[int, Span]]] = field(default_factory=dict)

    def add(self, index: int, command: Command) -> None:
        """Take note of a command."""
        for spans, known in ((command.reads, self.reads), (command.writes, self.writes)):
            for span in spans:
                known.setdefault(span.space, []).append((index, span))

    def latest(self, command: Command, after: int) -> int:
        """Return the last of the unit's commands behind ``after`` that the command must follow, or ``after``."""
        best = after
        for span in (*command.reads, *command.writes):
            best = max(best, _last(self.writes.get(span.space, []), span, best))
        for span in command.writes:
            best = max(best, _last(self.reads.get(span.space, []), span, best))
        return best


def _last(entries: list[tuple[int, Span]], span: Span, after: int) -> int:
    for index, other in reversed(entries):
        if index <= after:
            break
        if span.overlaps(other):
            return index
    return after


def dependencies(commands: Sequence[Command]) -> list[tuple[int, int]]:
    """Return (earlier, later) of the commands of different units that tokens must keep in order.

    For each pair of units both ascend: what an earlier wait implies is left out.
    """
    histories: dict[str, _History] = {unit: _History() for unit in UNITS}
    waited = dict.fromkeys(((a, b) for a in UNITS for b in UNITS), -1)
    found = []
    for index, command in enumerate(commands):
        for unit, history in histories.items():
            if unit == command.unit:
                continue
            known = waited[unit, command.unit]
            last = history.latest(command, known)
            if last > known:
                waited[unit, command.unit] = last
                found.append((last, index))
        histories[command.unit].add(index, command)
    return found


def order(commands: Sequence[Command]) -> list[Command]:
    """Return the commands with the tokens of their dependencies.

    Raises LayerError when more tokens could be on their way than the hardware counts.
    """
    pairs = dependencies(commands)
    wait: dict[int, set[str]] = {}
    signal: dict[int, set[str]] = {}
    for earlier, later in pairs:
        signal.setdefault(earlier, set()).add(commands[later].unit)
        wait.setdefault(later, set()).add(commands[earlier].unit)
    _check_counts(commands, pairs)
    return [
        replace(command, wait=frozenset(wait.get(index, ())), signal=frozenset(signal.get(index, ())))
        for index, command in enumerate(commands)
    ]


def _check_counts(commands: Sequence[Command], pairs: list[tuple[int, int]]) -> None:
    """Raise LayerError when a unit could be given more tokens than are counted before it takes them.

    A command is given out at most QUEUE commands of a unit ahead of the one in it: tokens of commands before that
    point may be there.
    """
    for giver in UNITS:
        for taker in UNITS:
            own = [index for index, command in enumerate(commands) if command.unit == taker]
            between = [(i, j) for i, j in pairs if commands[i].unit == giver and commands[j].unit == taker]
            given = 0
            for taken, (_, later) in enumerate(between):
                ahead = own[min(bisect_left(own, later) + QUEUE + 1, len(own) - 1)]
                while given < len(between) and between[given][0] < ahead:
                    given += 1
                if given - taken > TOKENS_MAX:
                    raise LayerError(f"{given - taken} tokens from {giver} to {taker}, expected at most {TOKENS_MAX}")


def list_bytes(commands: Sequence[Command]) -> bytes:
    """Return the list of commands with its end, filled up to whole readings of the list."""
    end = _packed(OPCODES["end"], frozenset(), frozenset(), 0, 0)
    packed = b"".join(command.pack() for command in commands) + end
    return packed + bytes(-len(packed) % LIST_BYTES)
