"""Run a compiled network on the accelerator in simulation and compare all that it writes with the golden model."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
from torch import Tensor

from golden.compile import Words
from golden.contract import UNITS
from golden.networks.integer import QuantizedNetwork
from golden.program.commands import QUEUE, Command
from golden.program.emit import Written, picture_of
from golden.program.lowering import VectorWork
from golden.program.plan import Program
from golden.program.reference import tensors
from golden.program.system import BANKS, SystemConfig
from tb.bench import Bench, BenchError, covered, rtl_sources, run
from tb.benches import WHOLE
from tb.simulators import ROOT

LEAST_BEATS = 1 << 15  # small networks share a model
TIMEOUT_FACTOR, TIMEOUT_SLACK = 4, 100_000
POLL_SECONDS = 0.5
COUNTS = ("busy", "setup", "weights", "drain", "window", "tail")
UNIT_NAMES = {place: name for name, place in UNITS.items()}


Progress = Callable[[int, int], None]
"""Told the number of the operation in the layer unit and the cycle."""


@dataclass(frozen=True)
class Done:
    """A command that a unit has done: cycles from first to last, beats on the bus, a layer's counters."""

    unit: str
    number: int
    first: int
    last: int
    beats: int
    counts: dict[str, int]


@dataclass(frozen=True)
class Difference:
    """The first wrong byte that a unit wrote; got is None when it was never written."""

    operation: str
    tensor: str
    channel: int
    row: int
    column: int
    expected: int
    got: int | None

    def __str__(self) -> str:
        """Return one line for the report."""
        got = "nothing" if self.got is None else self.got
        where = f"channel {self.channel}, row {self.row}, column {self.column}"
        return f"{self.operation} ({self.tensor}): {where}: expected {self.expected}, got {got}"


@dataclass(frozen=True)
class NetworkOutcome:
    """What a network's run gave. compared, wrong: bytes; output: the network's last tensor, uint8 (C, H, W)."""

    ended: bool
    error: dict[str, int]
    cycles: int
    seconds: float
    counters: dict[str, int]
    events: list[Done]
    compared: int
    wrong: int
    first: Difference | None
    output: Words
    commands: int
    failed: bool = False

    @property
    def good(self) -> bool:
        """Return whether the network came to its end and every byte of every operation was compared and right."""
        return self.ended and not self.failed and self.compared > 0 and self.wrong == 0

    def problem(self) -> str:
        """Return what went wrong, for the report."""
        if not self.ended:
            where = f"the last command that ended was {self.events[-1]}" if self.events else "no command ended"
            return f"no end after {self.cycles} cycles; {where}"
        if self.failed:
            return f"the accelerator reports {self.error}"
        return f"{self.wrong} of {self.compared} bytes wrong, the first in {self.first}"


def network_sources() -> tuple[Path, ...]:
    """Return the Verilog of the accelerator and of its bench."""
    return (*rtl_sources(), *sorted((ROOT / "tb" / "network").glob("*.v")))


def parameters(system: SystemConfig, memory_bytes: int) -> dict[str, int]:
    """Return the bench's parameters; the memory is a power of two."""
    beats = max(-(-memory_bytes * 8 // system.data_width), LEAST_BEATS)
    core = system.core
    return {
        "OC_LANES": core.oc_lanes,
        "IC_LANES": core.ic_lanes,
        "STRIPE": core.stripe,
        "RQ_LANES": core.drained_lanes,
        "ACTIVATION_WORDS": system.activation_words,
        "WEIGHT_ROWS": system.weight_rows,
        "PARAMETER_WORDS": system.parameter_words,
        "DATA_WIDTH": system.data_width,
        "BANKS": BANKS,
        "QUEUE": QUEUE,
        "BEATS": 1 << (beats - 1).bit_length(),
    }


def write_image(program: Program, path: Path) -> int:
    """Write the memory image for $fread and return its beats."""
    size, beat = program.memory_bytes, program.system.data_width // 8
    memory = np.zeros(-(-size // beat) * beat, dtype=np.uint8)
    for address, data in program.image:
        memory[address : address + len(data)] = np.frombuffer(data, dtype=np.uint8)
    path.write_bytes(memory.reshape(-1, beat)[:, ::-1].tobytes())
    return len(memory) // beat


@dataclass(frozen=True)
class Simulation:
    """A program on the accelerator in simulation: ``folder`` gets the images, what the units wrote, and the log."""

    program: Program
    sim: str
    seed: int
    folder: Path

    def run(self, stall: bool = False, dump: range = range(0), progress: Progress | None = None) -> dict[str, Any]:
        """Simulate once and return status and counters.

        stall: the memory waits at random; dump: cycles of a waveform, after which the run ends; progress: told the
        operation and the cycle now and then. Raises BenchError when the simulation itself fails.
        """
        shutil.rmtree(self.folder, ignore_errors=True)
        images = self.images
        images.mkdir(parents=True)
        beats = write_image(self.program, images / "memory.bin")
        (images / "job.json").write_text(json.dumps(self._job(beats, stall, dump)))
        traced = "fst" if self.sim == "verilator" else "vcd"
        bench = Bench(
            "tb_network",
            network_sources(),
            parameters(self.program.system, self.program.memory_bytes),
            self.sim,
            waves=traced if len(dump) else "",  # type: ignore[arg-type]
            covered=() if len(dump) else covered(*WHOLE),
        )
        env = {"NETWORK_JOB": str(images / "job.json")}
        run_dir, plusargs = self.folder / "run", [f"+images={images}/"]
        with _watched(run_dir / "progress.json", progress):
            results = run(bench, "tb.network.test_network", None, self.seed, plusargs, env, run_dir, quiet=True)
        failed = [result for result in results if not result.passed]
        if failed:
            raise BenchError(f"{failed[0].name}: {failed[0].message}; see {run_dir / 'sim.log'}")
        result: dict[str, Any] = json.loads((run_dir / "results.json").read_text())
        return result

    @property
    def images(self) -> Path:
        """Return the folder of the memory image, of what the units wrote, and of the waveform."""
        return self.folder / "images"

    def _job(self, beats: int, stall: bool, dump: range) -> dict[str, Any]:
        timeout = TIMEOUT_FACTOR * sum(command.cycles for command in self.program.commands) + TIMEOUT_SLACK
        return {
            "list_address": self.program.list_address,
            "timeout": timeout,
            "ports": ports(self.program, beats, stall, dump),
        }


def ports(program: Program, beats: int, stall: bool, dump: range) -> dict[str, int]:
    """Return the inputs of the bench that stay. beats: of the memory image."""
    beat = program.system.data_width // 8
    return {
        "stall": int(stall),
        "bad_enable": 0,
        "bad": 0,
        "image_beats": beats,
        "save_from": program.output // beat,
        "save_to": (program.output + _output_bytes(program) - 1) // beat,
        "dump": int(len(dump) > 0),
        "dump_from": dump.start,
        "dump_to": dump.stop,
    }


def _output_bytes(program: Program) -> int:
    shape = program.lowered.shapes[program.lowered.output]
    return program.system.vectors(shape[0]) * shape[1] * shape[2] * program.system.core.ic_lanes


@contextmanager
def _watched(path: Path, progress: Progress | None) -> Iterator[None]:
    """Tell ``progress`` what a simulation writes into a file: operation and cycle."""
    stop = Event()

    def watch() -> None:
        while progress is not None and not stop.wait(POLL_SECONDS):
            with suppress(OSError, ValueError):  # not there yet, or half written
                progress(*json.loads(path.read_text()))

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def run_network(
    network: QuantizedNetwork,
    picture: Tensor,
    program: Program,
    sim: str,
    seed: int,
    run_dir: Path,
    stall: bool = False,
    progress: Progress | None = None,
) -> NetworkOutcome:
    """Run a program and compare. picture: uint8 (C, H, W). Raises BenchError when the simulation itself fails."""
    simulation = Simulation(program, sim, seed, run_dir.resolve())
    result = simulation.run(stall, progress=progress)
    return _outcome(network, picture, program, result, simulation.images)


def _outcome(
    network: QuantizedNetwork, picture: Tensor, program: Program, result: dict[str, Any], images: Path
) -> NetworkOutcome:
    expected = tensors(network, program.lowered, picture)
    compared, wrong, first = compare_written(program, expected, images)
    return NetworkOutcome(
        ended=result["ended"],
        error=result.get("error", {}),
        cycles=result["cycles"],
        seconds=result["seconds"],
        counters=result.get("counters", {}),
        events=_events(images / "commands.txt"),
        compared=compared,
        wrong=wrong,
        first=first,
        output=written_output(program, (images / "result.hex").read_text()),
        commands=len(program.commands),
        failed=bool(result.get("status", {}).get("failed", 0)),
    )


def _events(path: Path) -> list[Done]:
    rows = [list(map(int, line.split())) for line in path.read_text().splitlines()]
    return [Done(UNIT_NAMES[r[0]], r[1], r[2], r[3], r[4], dict(zip(COUNTS, r[5:], strict=True))) for r in rows]


def written_output(program: Program, text: str) -> Words:
    """Return the network's output, uint8 (C, H, W), from what $writememh wrote of the memory at its place."""
    beat = program.system.data_width // 8
    lines = [line for line in text.split() if not line.startswith(("//", "0x", "@"))]
    data = b"".join(int(line.lower().replace("x", "0"), 16).to_bytes(beat, "little") for line in lines)
    start = program.output % beat
    shape = program.lowered.shapes[program.lowered.output]
    return picture_of(data[start : start + _output_bytes(program)], shape, program.system.core.ic_lanes)


def _records(path: Path, lanes: int) -> tuple[Any, Any, Any]:
    """Return addresses, masks (words, lanes) and bytes (words, lanes) of the words that a unit wrote, in order."""
    record = 12 + max(lanes, 4)
    data = np.fromfile(path, dtype=np.uint8)
    rows = data[: len(data) // record * record].reshape(-1, record)
    addresses = np.ascontiguousarray(rows[:, :4]).view("<u4")[:, 0].astype(np.int64)
    masks = np.unpackbits(rows[:, 4:12], axis=1, bitorder="little")[:, :lanes].astype(bool)
    return addresses, masks, rows[:, 12 : 12 + lanes]


def compare_written(program: Program, expected: dict[str, Words], images: Path) -> tuple[int, int, Difference | None]:
    """Compare every byte that the commands should have written, in order; return compared, wrong, the first wrong.

    expected: of every tensor, uint8 (C, H, W); images: folder with the words that the units wrote.
    """
    lanes = program.system.core.ic_lanes
    streams = {unit: _records(images / f"{unit}.bin", lanes) for unit in ("layer", "vector")}
    place = dict.fromkeys(streams, 0)
    compared = wrong = 0
    first: Difference | None = None
    for index, written in program.written.items():
        command = program.commands[index]
        tensor = expected[written.tensor]
        part = tensor[written.channels.start : written.channels.stop, written.rows.start : written.rows.stop]
        channels, rows, width = part.shape
        pixel = np.arange(rows * width).reshape(rows, width) * written.pitch + written.base
        channel = np.arange(channels)[:, None, None]
        address, lane = pixel + channel // lanes, np.broadcast_to(channel % lanes, part.shape)
        addresses, masks, words = streams[command.unit]
        count = _count(written, command, program)
        block = slice(place[command.unit], place[command.unit] + count)
        place[command.unit] += count
        span = int(address.max()) - written.base + 1
        memory = np.zeros((span, lanes), dtype=np.uint8)
        there = np.zeros((span, lanes), dtype=bool)
        inside = (addresses[block] >= written.base) & (addresses[block] < written.base + span)
        own, mask = addresses[block][inside] - written.base, masks[block][inside]
        for byte in range(lanes):
            chosen = own[mask[:, byte]]
            memory[chosen, byte] = words[block][inside][mask[:, byte], byte]
            there[chosen, byte] = True
        got, known = memory[address - written.base, lane], there[address - written.base, lane]
        bad = (got != part) | ~known
        compared += part.size
        wrong += int(bad.sum())
        if first is None and bad.any():
            c, y, x = (int(index) for index in np.argwhere(bad)[0])
            work = program.lowered.works[command.number]
            first = Difference(
                work.name, written.tensor, c + written.channels.start, y + written.rows.start, x, int(part[c, y, x]),
                int(got[c, y, x]) if known[c, y, x] else None,
            )  # fmt: skip
    return compared, wrong, first


def _count(written: Written, command: Command, program: Program) -> int:
    """Return the writes to the activation buffer of a command."""
    system, pixels, channels = program.system, len(written.rows) * written.width, len(written.channels)
    work, core = program.lowered.works[command.number], system.core
    if isinstance(work, VectorWork):
        return pixels * system.vectors(channels)
    tiles = -(-channels // core.tile_lanes(work.mode))
    return pixels * tiles * core.drain_groups * max(core.oc_lanes // core.ic_lanes, 1)
