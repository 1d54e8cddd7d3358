"""Transitions of every net, counted in a waveform."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pywellen import Waveform

from ppa.gates import Gates

SCOPE = "bench.dut."


@dataclass(frozen=True)
class Activity:
    """Of a net in the counted time: rising and falling transitions, and the share of time at 1."""

    rises: int
    falls: int
    duty: float

    @property
    def toggles(self) -> int:
        """Return all transitions."""
        return self.rises + self.falls


def count_activity(waveform: Path, gates: Gates, start: int, end: int) -> dict[int, Activity]:
    """Return the activity of every net of a netlist, by its bit, from ``start`` to ``end`` in the waveform's steps.

    A change from or to x or z is no transition, and time at neither 0 nor 1 counts as 0.
    """
    bits = {place: bit for bit, place in gates.names.items()}
    found: dict[int, Activity] = {}
    for variable in Waveform(str(waveform)).all_vars():
        name, width = variable.full_name.removeprefix(SCOPE), variable.bitwidth or 1
        places = {index: bits[name, index] for index in range(width) if (name, index) in bits}
        if places:
            changes = [(time, value) for time, value in variable.signal if time < end]
            found |= {bit: count_changes(_of_bit(changes, width, i), start, end) for i, bit in places.items()}
    missing = gates.names.keys() - found.keys()
    assert not missing, f"the waveform lacks {len(missing)} nets"
    return found


def count_changes(changes: Iterable[tuple[int, int | None]], start: int, end: int) -> Activity:
    """Return the activity of a bit from its values (time, 0 or 1 or None for neither) in order of time."""
    rises = falls = high = 0
    last: int | None = None
    since = start
    for time, value in changes:
        if value == last:
            continue
        if time >= start:
            rises += (last, value) == (0, 1)
            falls += (last, value) == (1, 0)
            high += (time - since) * (last == 1)
            since = time
        last = value
    high += (end - since) * (last == 1)
    return Activity(rises, falls, high / (end - start))


def _of_bit(changes: list[tuple[int, int | str]], width: int, index: int) -> Iterable[tuple[int, int | None]]:
    """Yield the values of one bit of a variable; those that hold an x or z come as digits, the highest first."""
    for time, value in changes:
        if isinstance(value, int):
            yield time, value >> index & 1
        else:
            digit = value.rjust(width, value[0] if value[0] in "xz" else "0")[width - 1 - index]
            yield time, int(digit) if digit in "01" else None
