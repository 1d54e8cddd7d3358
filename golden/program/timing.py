"""When each command begins and ends, as predicted: units work in order, tokens and full queues make them wait."""

from collections.abc import Sequence
from dataclasses import dataclass

from golden.contract import UNITS
from golden.program.commands import QUEUE, Command, dependencies

BEGIN = 60
"""Cycles from the start of a network to its first command: the first reading of the list."""
HAND_OUT = 1
"""Cycles from a command of the list to the next."""


@dataclass(frozen=True)
class Interval:
    """Cycles from ``first`` to ``last`` of a command in its unit."""

    first: int
    last: int


def schedule(commands: Sequence[Command]) -> list[Interval]:
    """Return when each command runs, by the cycles that its unit takes for it."""
    needs: dict[int, list[int]] = {}
    for earlier, later in dependencies(commands):
        needs.setdefault(later, []).append(earlier)
    intervals: list[Interval] = []
    begun: dict[str, list[int]] = {unit: [] for unit in UNITS}  # of each unit's commands
    free = dict.fromkeys(UNITS, 0)
    handed = BEGIN
    for index, command in enumerate(commands):
        own = begun[command.unit]
        if len(own) >= QUEUE:  # its place in the queue is free when this one leaves it
            handed = max(handed, own[-QUEUE])
        handed += HAND_OUT
        first = max([handed, free[command.unit], *(intervals[earlier].last for earlier in needs.get(index, ()))])
        own.append(first)
        free[command.unit] = first + command.cycles
        intervals.append(Interval(first, first + command.cycles))
    return intervals


def ends(commands: Sequence[Command], intervals: Sequence[Interval], operations: int) -> list[int]:
    """Return for each operation the cycle in which all its commands, and those of operations before, are done."""
    latest = [0] * operations
    for command, interval in zip(commands, intervals, strict=True):
        latest[command.number] = max(latest[command.number], interval.last)
    for number in range(1, operations):
        latest[number] = max(latest[number], latest[number - 1])
    return latest
