"""When each command begins and ends, as predicted: units work in order, tokens and full queues make them wait."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from golden.contract import UNITS
from golden.program.commands import QUEUE, Command, dependencies
from golden.program.system import BANKS

BEGIN = 60
"""Cycles from the start of a network to its first command: the first reading of the list."""
HAND_OUT = 1
"""Cycles from a command of the list to the next."""
HAND_OVER = 1
"""Cycles from a command's last to the first of one that waited for it."""


@dataclass(frozen=True)
class Interval:
    """Cycles from ``first`` to ``last`` of a command in its unit."""

    first: int
    last: int


def schedule(commands: Sequence[Command]) -> list[Interval]:
    """Return when each command runs, by the cycles that its unit takes for it.

    The layer unit reads a word in nearly every cycle, so that the vector unit finds one of BANKS taken: beside a layer
    it gets on in BANKS - 1 of BANKS cycles. Who runs beside whom is taken from the schedule without this.
    """
    needs: dict[int, list[int]] = {}
    for earlier, later in dependencies(commands):
        needs.setdefault(later, []).append(earlier)
    cycles = [command.cycles for command in commands]
    intervals = _in_order(commands, needs, cycles)
    layers = [interval for command, interval in zip(commands, intervals, strict=True) if command.unit == "layer"]
    for index, command in enumerate(commands):
        if command.unit == "vector":
            cycles[index] += _shared(intervals[index], layers) // (BANKS - 1)
    return _in_order(commands, needs, cycles)


def _shared(interval: Interval, layers: Sequence[Interval]) -> int:
    """Return the cycles of an interval in which one of the layers, which are in order, runs."""
    start = bisect_right(layers, interval.first, key=lambda layer: layer.last)
    stop = bisect_left(layers, interval.last, key=lambda layer: layer.first)
    return sum(min(interval.last, layer.last) - max(interval.first, layer.first) for layer in layers[start:stop])


def _in_order(commands: Sequence[Command], needs: Mapping[int, Sequence[int]], cycles: Sequence[int]) -> list[Interval]:
    """Return when each command runs when it takes so many cycles. needs: the commands that it waits for."""
    intervals: list[Interval] = []
    begun: dict[str, list[int]] = {unit: [] for unit in UNITS}  # of each unit's commands
    free = dict.fromkeys(UNITS, 0)
    handed = BEGIN
    for index, command in enumerate(commands):
        own = begun[command.unit]
        if len(own) >= QUEUE:  # its place in the queue is free when this one leaves it
            handed = max(handed, own[-QUEUE])
        handed += HAND_OUT
        waits = [free[command.unit], *(intervals[earlier].last + HAND_OVER for earlier in needs.get(index, ()))]
        first = max(handed, *waits)
        own.append(first)
        intervals.append(Interval(first, first + cycles[index]))
        free[command.unit] = intervals[-1].last + HAND_OVER
    return intervals


def ends(commands: Sequence[Command], intervals: Sequence[Interval], operations: int) -> list[int]:
    """Return for each operation the cycle in which all its commands, and those of operations before, are done."""
    latest = [0] * operations
    for command, interval in zip(commands, intervals, strict=True):
        latest[command.number] = max(latest[command.number], interval.last)
    for number in range(1, operations):
        latest[number] = max(latest[number], latest[number - 1])
    return latest
