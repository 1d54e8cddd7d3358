"""Commands of every kind against the golden's glue, with random grants, their cycles, refused ones, and clear."""

from collections.abc import Iterator
from typing import Any

import cocotb

from golden.contract import GLUE_SHIFT_MAX, VECTOR
from golden.vector_cycles import vector_cycles
from tb.compare import Comparison, generator
from tb.signals import cycle, sample, start_clock
from tb.vector_unit.jobs import KINDS, Fields, Job, JobMaker

ROUNDS = 8  # of all kinds
REFUSED_WAIT = 12
REQUESTS = ("read_valid", "read_address", "write_valid", "write_address", "write_data")
STATE = ("command_ready", "done", "error", "busy")


class Buffer:
    """The activation buffer with other clients on it: grants at random, holds a word until the next grant."""

    def __init__(self, dut: Any, maker: JobMaker, comparison: Comparison) -> None:
        """``eager``: everything is granted at once."""
        self.dut, self.rng, self.comparison = dut, maker.rng, comparison
        self.eager, self.waited = False, [0, 0]
        self.memory: dict[int, int] = {}
        self.data = 0
        self.waiting: list[list[int] | None] = [None, None]

    def forget(self) -> None:
        """Expect nothing of a request that waits: it may be withdrawn."""
        self.waiting = [None, None]

    async def cycle(self, **inputs: int) -> tuple[int, int] | None:
        """Begin a cycle and return the address and word that are written in it, None for no write."""
        readies = [1, 1] if self.eager else self.rng.integers(0, 2, 2).tolist()
        inputs = {"command_valid": 0, "clear": 0, "rst": 0} | inputs
        await cycle(self.dut, read_ready=readies[0], write_ready=readies[1], read_data=self.data, **inputs)
        valid = sample(self.dut, ("read_valid", "write_valid"))
        seen = [
            sample(self.dut, names) if v else [] for v, names in zip(valid, (REQUESTS[1:2], REQUESTS[3:]), strict=True)
        ]
        for port, before in enumerate(self.waiting):
            if before is not None:
                self.comparison.equal(f"request {port} while it waits", seen[port], before)
                self.waited[port] += 1
            self.waiting[port] = seen[port] if valid[port] and not readies[port] else None
        if valid[0] and readies[0]:
            assert seen[0][0] in self.memory, f"reads address {seen[0][0]}, which is not the command's"
            self.data = self.memory[seen[0][0]]
        if not (valid[1] and readies[1]):
            return None
        lanes = int(self.dut.write_lanes.value)
        assert lanes == (1 << len(self.dut.write_lanes)) - 1, f"writes the lanes {lanes:b}"
        return seen[1][0], seen[1][1]

    async def run(self, job: Job, cut: int | None) -> None:
        """Run a command, the unit being idle, and compare its words and cycles; or its first ``cut`` cycles only."""
        self.memory = job.memory
        await self.cycle(command_valid=1, command=job.command)
        self.comparison.equal(f"{job.kind} {STATE} when taken", sample(self.dut, STATE[:1]), [1])
        cycles, writes = 0, 0
        while cut is None or cycles < cut:
            written = await self.cycle(command=self.rng.integers(1 << 32).item())
            cycles += 1
            if written is not None:
                assert writes < len(job.expected), f"{job.kind}: a word too many"
                what = f"{job.kind} {job.fields} word {writes}"
                self.comparison.equal(f"{what}: address", written[0], job.expected[writes][0])
                self.comparison.equal(f"{what}: data", hex(written[1]), hex(job.expected[writes][1]))
                writes += 1
            ready, done, error, busy = sample(self.dut, STATE)
            if done:
                self.comparison.equal(f"{job.kind} words", writes, len(job.expected))
                self.comparison.equal(f"{job.kind} {STATE} at the end", [ready, error, busy], [1, 0, 0])
                if self.eager:
                    self.comparison.equal(f"{job.kind} {job.fields} cycles", cycles, vector_cycles(job.fields))
                return
            self.comparison.equal(f"{job.kind} {STATE} while it runs", [ready, error, busy], [0, 0, 1])


def illegal(fields: Fields) -> Iterator[Fields]:
    """Yield commands with one thing wrong."""
    sizes = ("kernel_height", "kernel_width", "stride", "height", "width", "out_height", "out_width", "vectors")
    for name in (*sizes, "sources"):
        yield fields | {name: 0}
    for wrong in (
        {"sources": 3},
        {"mode": 2},
        {"mode": 3},
        {"mode": 1, "sources": 2},
        {"sources": 2, "kernel_height": 2},
        {"sources": 2, "kernel_width": 2},
        {"shift": GLUE_SHIFT_MAX + 1},
        {"shift": (1 << VECTOR.widths["shift"]) - 1},
        {"clamp_low": 8, "clamp_high": 7},
    ):
        yield fields | wrong


async def begin(dut: Any) -> tuple[JobMaker, Buffer, Comparison]:
    """Reset the unit."""
    comparison = Comparison()
    maker = JobMaker(generator(), int(dut.IC_LANES.value))
    buffer = Buffer(dut, maker, comparison)
    start_clock(dut, rst=1, clear=0, command_valid=0, command=0, read_ready=0, write_ready=0, read_data=0)
    await cycle(dut, rst=1)
    await cycle(dut, rst=1)
    comparison.equal(f"{STATE} in reset", sample(dut, STATE), [0, 0, 0, 0])
    return maker, buffer, comparison


@cocotb.test()
async def test_commands(dut: Any) -> None:
    """Every kind, back to back or with pauses, granted at once or at random; some are given up in the middle."""
    maker, buffer, comparison = await begin(dut)
    for number in range(ROUNDS * len(KINDS)):
        job = maker.job(KINDS[number % len(KINDS)])
        buffer.eager = bool(maker.below(2))
        cut = maker.below(40, 1) if maker.below(5) == 0 else None
        cut = cut if cut is None or cut < vector_cycles(job.fields) else None
        await buffer.run(job, cut)
        if cut is not None:
            which = maker.below(2)
            await buffer.cycle(clear=which, rst=1 - which, command_valid=1, command=job.command)
            comparison.equal("command_ready in clear", sample(dut, ("command_ready",)), [0])
            buffer.forget()
        for _ in range(maker.pick(0, 0, 9)):
            assert await buffer.cycle() is None, "a write of an idle unit"
            names = (*STATE, "read_valid", "write_valid")
            comparison.equal(f"{names} when idle", sample(dut, names), [1, 0, 0, 0, 0, 0])
    cocotb.log.info("waited for %d reads and %d writes", *buffer.waited)
    assert min(buffer.waited) > 0
    comparison.done(1000)


@cocotb.test()
async def test_refused(dut: Any) -> None:
    """A command that is not legal gives an error, reads and writes nothing, and waits for clear."""
    maker, buffer, comparison = await begin(dut)
    buffer.eager = True
    fields = maker.job("scale").fields
    for wrong in illegal(fields | {"clamp_low": 7, "clamp_high": 7}):
        await buffer.cycle(command_valid=1, command=VECTOR.pack(**wrong))
        errors = []
        for _ in range(REFUSED_WAIT):
            await buffer.cycle(command_valid=1, command=VECTOR.pack(**fields))
            names = ("read_valid", "write_valid", "done", "command_ready")
            comparison.equal(f"{names} of {wrong}", sample(dut, names), [0] * len(names))
            errors += sample(dut, ("error",))
        comparison.equal(f"errors of {wrong}", sum(errors), 1)
        await buffer.cycle(clear=1)
        await buffer.run(maker.job("scale"), None)
    comparison.done(100)
