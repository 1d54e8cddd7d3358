"""Measured and predicted figures of a network's operations, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from golden.contract import UNITS
from golden.program.lowering import LayerWork
from golden.program.plan import Program
from golden.program.timing import Interval, ends, schedule
from tb.network.runner import Done, NetworkOutcome

OPS_PER_MAC = 2
ROOF_CHANNELS = 2
"""Data channels of the bus, one for each direction."""


@dataclass(frozen=True)
class Row:
    """Figures of one operation.

    cycles: from the end of the operation before it (of the start) to its own end, so that they add up; stalls: cycles
    of the layer unit by cause; moved: bytes on the bus, without the list of commands.
    """

    name: str
    kind: str
    macs: int
    cycles: int
    predicted_cycles: int
    moved: int
    predicted_moved: int
    utilization: float
    stalls: dict[str, int]

    @property
    def intensity(self) -> float:
        """Return operations per byte."""
        return OPS_PER_MAC * self.macs / self.moved if self.moved else float("inf")


def measured(program: Program, done: Sequence[Done]) -> list[Interval]:
    """Return when each command ran: a unit's commands end in their order. Raises ValueError when one is missing."""
    own = {unit: iter([event for event in done if event.unit == unit]) for unit in UNITS}
    events = [next(own[command.unit], None) for command in program.commands]
    if None in events:
        raise ValueError("a command never ended")
    return [Interval(event.first, event.last) for event in events if event is not None]


def rows(program: Program, outcome: NetworkOutcome) -> list[Row]:
    """Return the figures of every operation, in order."""
    works, commands = program.lowered.works, program.commands
    intervals = measured(program, outcome.events)
    real = ends(commands, intervals, len(works))
    planned = ends(commands, schedule(commands), len(works))
    array = program.system.core.oc_lanes * program.system.core.ic_lanes
    beat = program.system.data_width // 8
    found = []
    for number, work in enumerate(works):
        own = [event for event in outcome.events if event.number == number]
        layers = [event for event in own if event.unit == "layer"]
        counts = {name: sum(event.counts[name] for event in layers) for name in ("weights", "drain", "window")}
        counts["other"] = sum(event.counts["setup"] + event.counts["tail"] for event in layers)
        cycles = real[number] - (real[number - 1] if number else 0)
        counts["idle"] = cycles - sum(event.last - event.first for event in layers)
        shape = program.lowered.shapes[work.output]
        macs = work.layer.codes.numel() * shape[1] * shape[2] if isinstance(work, LayerWork) else 0
        found.append(
            Row(
                name=work.name,
                kind=work.mode if isinstance(work, LayerWork) else f"vector {work.mode}",
                macs=macs,
                cycles=cycles,
                predicted_cycles=planned[number] - (planned[number - 1] if number else 0),
                moved=sum(event.beats for event in own) * beat,
                predicted_moved=sum(command.moved for command in commands if command.number == number),
                utilization=macs / (array * cycles) if cycles else 0.0,
                stalls=counts,
            )
        )
    return found


def compulsory_bytes(program: Program) -> int:
    """Return the bytes that any order must move: each weight once, input and output once, and what never fits on chip.

    An activation that is larger than the buffer counts once out and once in. A weight is half a byte.
    """
    shapes, works = program.lowered.shapes, program.lowered.works
    size = {name: shape[0] * shape[1] * shape[2] for name, shape in shapes.items()}
    room = program.system.activation_words * program.system.core.ic_lanes
    weights = sum(-(-work.layer.codes.numel() // 2) for work in works if isinstance(work, LayerWork))
    between = {work.output for work in works} - {program.lowered.output}
    spilled = sum(2 * size[name] for name in between if size[name] > room)
    return weights + size["input"] + size[program.lowered.output] + spilled


def totals(program: Program, outcome: NetworkOutcome, table: Sequence[Row]) -> dict[str, Any]:
    """Return the figures of the whole run; bytes from the accelerator's own counters."""
    macs, cycles = sum(row.macs for row in table), outcome.counters["cycles"]
    moved = outcome.counters["read_bytes"] + outcome.counters["write_bytes"]
    array = program.system.core.oc_lanes * program.system.core.ic_lanes
    planned = max(interval.last for interval in schedule(program.commands))
    return {
        "macs": macs,
        "cycles": cycles,
        "predicted_cycles": planned,
        "utilization": macs / (array * cycles),
        "bytes": moved,
        "predicted_bytes": sum(command.moved for command in program.commands) + program.list_bytes,
        "ops_per_byte": OPS_PER_MAC * macs / moved,
        "ops_per_cycle": OPS_PER_MAC * macs / cycles,
        "compulsory_bytes": compulsory_bytes(program),
        "bytes_over_compulsory": moved / compulsory_bytes(program),
        "roof_ops_per_cycle": OPS_PER_MAC * array,
        "roof_bytes_per_cycle": ROOF_CHANNELS * program.system.data_width // 8,
        "commands": len(program.commands),
    }
