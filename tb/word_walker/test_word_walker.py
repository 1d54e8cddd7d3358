"""The words of transfers over the whole range of their fields: places in memory and buffer, ends of lines, clear."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import cocotb
import numpy as np

from golden.contract import TRANSFER
from tb.compare import Comparison, generator
from tb.signals import cycle, sample, start_clock

TRANSFERS = 240
MOST_WORDS = 60  # of a transfer that are walked
OUTPUTS = ("active", "address", "buffer_address", "line_last", "last")


def words(fields: dict[str, int], word_log: int) -> Iterator[list[int]]:
    """Yield OUTPUTS of each word; addresses count modulo their width."""
    for line in range(fields["lines"]):
        for word in range(fields["words"]):
            address = fields["address"] + line * fields["pitch"] + (word << word_log)
            place = fields["base"] + line * fields["line_step"] + word * fields["step"]
            line_last = word == fields["words"] - 1
            last = line_last and line == fields["lines"] - 1
            yield [1, address % (1 << 32), place % (1 << 24), int(line_last), int(last)]


def transfer(rng: np.random.Generator) -> dict[str, int]:
    """Return a transfer with every field over its range; lines of few words as often as long ones."""
    fields = {name: int(rng.integers(1 << width)) for name, width in TRANSFER.widths.items()}
    for name in ("lines", "words"):
        fields[name] = int(rng.integers(1, 1 << int(rng.integers(1, TRANSFER.widths[name] + 1))))
    return fields


@cocotb.test()
async def test_transfers(dut: Any) -> None:
    """Words taken at once or at random; transfers that are long are given up, some while a word is taken."""
    comparison, rng = Comparison(), generator()
    start_clock(dut, clear=1, start=0, transfer=0, word_log=0, next=0)
    await cycle(dut)
    ended = 0
    for _ in range(TRANSFERS):
        fields, log, eager = transfer(rng), int(rng.integers(8)), int(rng.integers(2))
        await cycle(dut, clear=0, start=1, transfer=TRANSFER.pack(**fields), word_log=log, next=0)
        for number, expected in enumerate(islice(words(fields, log), MOST_WORDS)):
            following = 0
            while not following:
                following = eager or int(rng.integers(2))
                await cycle(dut, start=0, next=following)
                comparison.equal(f"{fields} word {number} {OUTPUTS}", sample(dut, OUTPUTS), expected)
        if fields["lines"] * fields["words"] > MOST_WORDS:
            await cycle(dut, clear=1, next=int(rng.integers(2)))
        else:
            ended += 1
        await cycle(dut, clear=0, start=0, next=0)
        comparison.equal(f"{fields} active at the end", sample(dut, ("active",)), [0])
    assert ended > TRANSFERS // 20, f"{ended} transfers came to their end"
    comparison.done(minimum=5 * TRANSFERS)
