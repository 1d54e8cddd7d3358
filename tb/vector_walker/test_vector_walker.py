"""The walk of a vector command, item by item, against its definition: windows, rings, sources, long axes, clear."""

from collections.abc import Iterator
from typing import Any

import cocotb

from golden.contract import GLUE_STRIDE_MAX, VECTOR, VECTOR_MODES
from tb.compare import Comparison, generator
from tb.signals import cycle, sample, start_clock
from tb.vector_unit.jobs import ADDRESS_END, DIMENSION_MAX, Fields, JobMaker

COMMANDS = 220
MOST_ITEMS = 300  # of a short command
VECTORS_MAX = (1 << VECTOR.widths["vectors"]) - 1
FLAGS = ("active", "reads", "first", "second", "last", "ending")
FLAG_NAMES = str(FLAGS)
LOOPS = ("out_height", "out_width", "vectors", "kernel_height", "kernel_width")
Item = tuple[list[int], int | None]  # FLAGS and the address, None when nothing is read


def seen(size: int, kernel: int, start: int) -> range:
    """Return the positions inside 0..size-1 of a window that begins at ``start``."""
    return range(max(start, 0), max(min(start + kernel, size), max(start, 0)))


def axis(fields: Fields, along: str, before: str) -> list[range]:
    """Return for each output along ``height`` or ``width`` the positions that it sees."""
    starts = (number * fields["stride"] - fields[f"pad_{before}"] for number in range(fields[f"out_{along}"]))
    return [seen(fields[along], fields[f"kernel_{along}"], start) for start in starts]


def items(fields: Fields) -> Iterator[Item]:
    """Yield what the walker must show, in order."""
    two, pixel, pixels = fields["sources"] == 2, 0, fields["out_height"] * fields["out_width"]
    columns_of = axis(fields, "width", "left")
    for rows in axis(fields, "height", "top"):
        for columns in columns_of:
            for vector in range(fields["vectors"]):
                ending = int(pixel == pixels - 1 and vector == fields["vectors"] - 1)
                reads: list[int | None] = [
                    fields["base_a"] + y * fields["row_a"] + x * fields["pitch_a"] + vector
                    for y in rows
                    for x in columns
                ]
                for number, linear in enumerate(reads or [None]):
                    last = int(not two and number == max(len(reads), 1) - 1)
                    address = None
                    if linear is not None:
                        address = linear - (fields["ring_words"] if linear >= fields["ring_end"] else 0)
                    yield [1, int(linear is not None), int(number == 0), 0, last, ending], address
                if two:
                    yield [1, 1, 0, 1, 1, ending], fields["base_b"] + pixel * fields["pitch_b"] + vector
            pixel += 1


def size(maker: JobMaker, most: int) -> int:
    """Return a size of 1..most, small ones as often as large ones."""
    return min(maker.below(1 << maker.below(most.bit_length() + 1)) + 1, most)


def short(maker: JobMaker) -> Fields:
    """Return shapes and windows over their whole range that make few items."""
    while True:
        two = maker.below(3) == 0
        fields = {name: size(maker, DIMENSION_MAX) for name in ("height", "width")}
        fields |= {f"out_{name}": size(maker, 64) for name in ("height", "width")}
        fields |= {f"kernel_{name}": 1 if two else size(maker, DIMENSION_MAX) for name in ("height", "width")}
        fields |= {name: size(maker, DIMENSION_MAX + 1) - 1 for name in ("pad_top", "pad_left")}
        fields |= {"sources": 1 + two, "stride": maker.below(GLUE_STRIDE_MAX + 1, 1), "vectors": size(maker, 64)}
        rows, columns = (
            sum(max(len(positions), 1) for positions in axis(fields, *way))
            for way in (("height", "top"), ("width", "left"))
        )
        words = fields["height"] * fields["width"] * fields["vectors"]
        if rows * columns * fields["vectors"] <= MOST_ITEMS and words < ADDRESS_END // 8:
            return fields


def long(maker: JobMaker, loop: str) -> Fields:
    """Return shapes of which one loop runs more than half as often as it may, so that its highest bit is needed."""
    most = VECTORS_MAX - 3 if loop == "vectors" else DIMENSION_MAX
    fields = dict.fromkeys((*LOOPS, "height", "width", "sources", "stride"), 1) | {"pad_top": 0, "pad_left": 0}
    fields[loop] = fields[loop.removeprefix("out_").removeprefix("kernel_")] = maker.below(most, most // 2 + 2)
    return fields


def placed(maker: JobMaker, fields: Fields) -> Fields:
    """Return the command with a place for its pictures."""
    shape = (fields["vectors"], fields["height"], fields["width"])
    place = maker.layout(shape, (fields["out_height"], fields["out_width"]))
    return {"mode": VECTOR_MODES["sum"]} | fields | maker.constants(fields["sources"], 1) | place


async def walk(dut: Any, maker: JobMaker, comparison: Comparison, fields: Fields, cut: int | None) -> None:
    """Start a command and compare its items, taken at once or at random, up to item ``cut`` or its end."""
    eager, name = maker.below(2), str(fields)
    await cycle(dut, start=1, take=0, command=VECTOR.pack(**fields))
    for number, (flags, address) in enumerate(items(fields)):
        take = clear = 0
        while not take and not clear:
            take, clear = eager or maker.below(2), int(number == cut)
            await cycle(dut, start=0, take=take, clear=clear)
            what = f"{name} item {number}"
            comparison.equal(f"{what} {FLAG_NAMES}", sample(dut, FLAGS), flags)
            if address is not None:
                comparison.equal(f"{what} address", sample(dut, ("address",)), [address])
        if clear:
            break
    await cycle(dut, start=0, take=maker.below(2), clear=0)
    comparison.equal(f"{fields} active at the end", sample(dut, ("active",)), [0])


async def begin(dut: Any) -> tuple[JobMaker, Comparison]:
    """Begin with nothing to walk."""
    start_clock(dut, clear=1, start=0, take=0, command=0)
    await cycle(dut)
    await cycle(dut, clear=0)
    return JobMaker(generator(), 1), Comparison()


@cocotb.test()
async def test_short(dut: Any) -> None:
    """Windows in, over and outside small and large pictures."""
    maker, comparison = await begin(dut)
    for _ in range(COMMANDS):
        cut = maker.below(30, 1) if maker.below(6) == 0 else None
        await walk(dut, maker, comparison, placed(maker, short(maker)), cut)
    comparison.done(20 * COMMANDS)


@cocotb.test()
async def test_long(dut: Any) -> None:
    """Each loop to more than half of what it may: outputs, words of a pixel, pixels of a window."""
    maker, comparison = await begin(dut)
    for loop in LOOPS:
        await walk(dut, maker, comparison, placed(maker, long(maker, loop)), None)
    comparison.done(VECTORS_MAX)
