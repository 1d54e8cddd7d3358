"""A whole network on the accelerator with cocotbext-axi around it: every byte of memory, and refused beats."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from golden.program.commands import Command, Span
from golden.program.plan import Program
from golden.registers import registers
from tb.bench import RUNS, Bench, covered, pick_seed, rtl_sources, run
from tb.benches import WHOLE
from tb.memory import DECERR, SLVERR
from tb.network.runner import parameters
from tests.tb.memories import memory_after, poisoned
from tests.tb.test_network_faults import SYSTEM, network

BEAT = SYSTEM.data_width // 8
UNITS = registers()["ERROR"].fields["source"].values
REFUSED = 2  # runs with a refused beat of each kind
COMMAND_BYTES = 64


def beats(span: Span) -> Iterator[int]:
    """Yield the addresses of the beats of a span of memory."""
    for line in range(span.lines):
        start, stop = span.start + line * span.pitch, span.stop + line * span.pitch
        yield from range(start // BEAT * BEAT, stop, BEAT)


def first_users(commands: list[Command], unit: str) -> dict[int, int]:
    """Return for each beat that a unit moves the number of the first command that does."""
    found: dict[int, int] = {}
    for command in commands:
        if command.unit == unit:
            for span in command.reads if unit == "load" else command.writes:
                if span.space == "memory":
                    found |= {beat: command.number for beat in beats(span) if beat not in found}
    return found


def runs(program: Program, chance: random.Random) -> list[tuple[dict[str, dict[int, int]], dict[str, int] | None]]:
    """Return runs with refused reads and writes, each with what the registers must say; None: it must be right."""
    good: tuple[dict[str, dict[int, int]], dict[str, int] | None] = ({"reads": {}, "writes": {}}, None)
    made = [good]
    for number in range(REFUSED):
        for unit in ("load", "store", "fetch"):
            response = SLVERR if (number + len(unit)) % 2 else DECERR
            told = {"done": 0, "failed": 1, "busy": 0, "source": UNITS[unit], "code": response}
            if unit == "fetch":
                place = chance.randrange(len(program.commands) * COMMAND_BYTES // BEAT) * BEAT
                beat = program.list_address + place
                told |= {"error_address": beat}
            else:
                users = first_users(program.commands, unit)
                beat = chance.choice(sorted(users))
                told |= {"error_command": users[beat]} | ({"error_address": beat} if unit == "load" else {})
            refused: dict[str, dict[int, int]] = {"reads": {}, "writes": {}}
            refused["writes" if unit == "store" else "reads"] = {beat: response}
            made += [(refused, told), good]
    return made


def test_every_byte_and_refused_beats(tmp_path: Path) -> None:
    seed = pick_seed()
    chance = random.Random(seed)
    program, expected_tensors = network()
    size = 1 << (program.memory_bytes - 1).bit_length()
    image = poisoned(program, size, chance)
    right, known = memory_after(program, image, expected_tensors)
    made = runs(program, chance)
    (tmp_path / "image.bin").write_bytes(image)
    job = {
        "image": str(tmp_path / "image.bin"),
        "list_address": program.list_address,
        "runs": [what for what, _ in made],
    }
    (tmp_path / "job.json").write_text(json.dumps(job))
    own = {name: value for name, value in parameters(SYSTEM, size).items() if name != "BEATS"}
    bench = Bench("aslog", rtl_sources(), own, "verilator", covered=covered(*WHOLE))
    folder = (RUNS / "network-axi").resolve()
    env = {"NETWORK_JOB": str(tmp_path / "job.json")}
    results = run(bench, "tb.network.test_axi", None, seed, [], env, folder, quiet=True)
    assert all(result.passed for result in results), f"SEED={seed} {results}"
    assert known.sum() > program.memory_bytes // 2
    for number, (what, told) in enumerate(made):
        found = json.loads((folder / f"{number}.json").read_text())
        expected = {"done": 1, "failed": 0, "busy": 0, "source": 0, "code": 0} if told is None else told
        assert {name: found[name] for name in expected} == expected, f"SEED={seed} run {number} {what}"
        if UNITS["store"] == expected["source"]:
            (beat,) = what["writes"]
            assert found["error_address"] <= beat < found["error_address"] + 64 * BEAT, f"SEED={seed} run {number}"
        if told is None:
            got = np.frombuffer((folder / f"{number}.bin").read_bytes(), dtype=np.uint8)
            wrong = np.flatnonzero((got != right) & known)
            assert not len(wrong), f"SEED={seed} run {number}: {len(wrong)} bytes wrong, the first at {wrong[0]:#x}"
