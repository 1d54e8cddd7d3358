"""Run quantized layers through the core in simulation and compare every output with the golden model."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from golden.compile import LayerProgram, compile_layer, hex_lines, output_tensor
from golden.contract import ACT_WIDTH, CODE_WIDTH, ERRORS, KERNEL_MAX
from golden.integer import LayerTrace, run_layer
from golden.schedule import CoreConfig
from tb.bench import Bench, BenchError, Waves, coverage_wanted, covered, rtl_sources, run
from tb.benches import WHOLE
from tb.core.diagnose import Diagnosis, Place, diagnose, in_core_order, watch
from tb.core.job import Job
from tb.core.sampling import sample
from tb.core.waves import write_save_file
from tb.coverage.points import FUNCTIONAL_FILE, export
from tb.simulators import ROOT

TIMEOUT_FACTOR = 4
TIMEOUT_SLACK = 2_000
BEFORE, AFTER = 100, 20  # cycles of the waveform around a difference
FOREVER = (1 << 32) - 1
ERROR_NAMES = {value: name for name, value in ERRORS.items()}


@dataclass(frozen=True)
class Mismatch:
    """The first wrong output of a layer, in the core's order; got is None when it was never written."""

    place: Place
    expected: int
    got: int | None
    diagnosis: Diagnosis | None = None

    def __str__(self) -> str:
        """Return one line for the report."""
        got = "nothing" if self.got is None else self.got
        where = f"output channel {self.place.channel}, row {self.place.row}, column {self.place.column}"
        return f"{where}: expected {self.expected}, got {got}; {self.diagnosis or 'no stage differs when run again'}"


@dataclass(frozen=True)
class Outcome:
    """What a layer's run gave; ``error`` is the core's status by name, ``ended`` false when it hung.

    ``waveform``: of the whole layer when waves were asked for, else of the cycles around the first difference.
    """

    name: str
    mode: str
    stripe: int
    macs: int
    compared: int
    mismatched: int
    first: Mismatch | None
    ended: bool
    error: str
    error_index: int
    counters: dict[str, int]
    utilization: float
    simulated: int
    seconds: float
    waveform: Path | None = None

    @property
    def good(self) -> bool:
        """Return whether outputs were compared, all of them right, and each written once."""
        compared = self.ended and self.error == "none" and self.compared > 0
        return compared and self.mismatched == 0 and self.counters["rewritten"] == 0

    def problem(self) -> str:
        """Return what went wrong, for the report."""
        if self.error != "none":
            return f"the core stopped with error {self.error} (channel {self.error_index})"
        hung = "" if self.ended else f"the core hung, its last activity was in cycle {self.counters['active']}; "
        if self.counters["rewritten"]:
            hung += f"{self.counters['rewritten']} output words written more than once; "
        if self.first is None:
            return f"{hung}{self.compared} outputs compared, none wrong"
        return f"{hung}{self.mismatched} of {self.compared} outputs wrong, the first at {self.first}"


@dataclass(frozen=True)
class _Options:
    """Inputs of the bench for one layer beyond the layer itself: half-open ranges of events and of cycles."""

    compute: range = field(default_factory=lambda: range(0))
    drain: range = field(default_factory=lambda: range(0))
    dump: range = field(default_factory=lambda: range(0))


@dataclass(frozen=True)
class _Run:
    """One simulation after the other: the bench, the folder of images and log, where waveforms go."""

    bench: Bench
    config: CoreConfig
    folder: Path
    waves_dir: Path
    seed: int

    def simulate(self, jobs: Sequence[Job], programs: Sequence[LayerProgram], options: Sequence[_Options]) -> Any:
        """Run layers one after the other; return their results. Raises BenchError when the simulation fails."""
        images = self.folder / "images"
        shutil.rmtree(images, ignore_errors=True)
        entries = []
        for index, (job, program, option) in enumerate(zip(jobs, programs, options, strict=True)):
            _write_images(program, job, images / f"layer_{index}")
            entries.append(_entry(job, program, self.config, option))
        (images / "jobs.json").write_text(json.dumps(entries))
        env = {"CORE_JOBS": str(images / "jobs.json")}
        run_dir = self.folder / "run"
        results = run(
            self.bench, "tb.core.test_core", None, self.seed, [f"+images={images}/"], env, run_dir, quiet=True
        )
        failed = [result for result in results if not result.passed]
        if failed:
            raise BenchError(f"{failed[0].name}: {failed[0].message}; see {run_dir / 'sim.log'}")
        return json.loads((run_dir / "results.json").read_text())

    def layer_folder(self, index: int) -> Path:
        """Return where a layer's images, probes and waveform lie."""
        return self.folder / "images" / f"layer_{index}"


def run_jobs(
    jobs: Sequence[Job],
    config: CoreConfig,
    sim: str,
    seed: int,
    run_dir: Path,
    waves: bool = False,
    waves_dir: Path | None = None,
) -> list[Outcome]:
    """Run layers through the core one after the other and compare their outputs.

    ``waves``: run each again for a waveform, FST with Verilator, VCD with Icarus. A layer that goes wrong is run again
    twice: with probes, to find the first stage that differs, and for a VCD waveform around it. Waveforms
    <name>.<sim>.<format> with their save files go to ``waves_dir``, run_dir when not given. Raises BenchError when a
    simulation itself fails.
    """
    bench = Bench("tb_core", core_sources(), _parameters(config), sim, covered=covered(*WHOLE))
    programs = [compile_layer(job.layer, job.x, config, seed, job.place) for job in jobs]
    shutil.rmtree(run_dir, ignore_errors=True)
    first_run = _Run(bench, config, run_dir, waves_dir or run_dir, seed)
    # a short waveform is VCD, which needs no package beyond the simulator
    again = replace(first_run, bench=replace(bench, waves="vcd", covered=()), folder=run_dir / "again")
    full_format: Waves = "fst" if sim == "verilator" else "vcd"
    full = replace(again, bench=replace(again.bench, waves=full_format))
    results = first_run.simulate(jobs, programs, [_Options() for _ in jobs])
    outcomes = []
    for index, (job, program, result) in enumerate(zip(jobs, programs, results, strict=True)):
        trace = run_layer(job.layer, job.x)
        outcome = _outcome(program, result, trace, config, first_run.layer_folder(index), job.name)
        refused = job.illegal and outcome.ended and outcome.error != "none"
        if outcome.good or refused:
            if coverage_wanted():
                sample(job, program, trace, config, outcome.error)
            if waves:
                outcome = replace(outcome, waveform=_waveform(job, program, full, range(FOREVER)))
        else:
            outcome = _explain(outcome, job, program, trace, config, again)
        outcomes.append(outcome)
    if coverage_wanted():
        export(first_run.folder / FUNCTIONAL_FILE)
    return outcomes


def core_sources() -> tuple[Path, ...]:
    """Return the Verilog of the core and of its bench."""
    return (*rtl_sources(), *sorted((ROOT / "tb" / "core").glob("*.v")))


def _parameters(config: CoreConfig) -> dict[str, int]:
    return {
        "OC_LANES": config.oc_lanes,
        "IC_LANES": config.ic_lanes,
        "STRIPE": config.stripe,
        "RQ_LANES": config.drained_lanes,
    }


def _write_images(program: LayerProgram, job: Job, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "activations.hex").write_text(hex_lines(program.activations, ACT_WIDTH))
    (folder / "weights.hex").write_text(hex_lines(program.weights, CODE_WIDTH))
    words = program.parameters if job.parameters is None else job.parameters
    (folder / "parameters.hex").write_text("".join(f"{word:x}\n" for word in words))


def _entry(job: Job, program: LayerProgram, config: CoreConfig, options: _Options) -> dict[str, Any]:
    loaded = max(len(program.activations), len(program.weights), len(program.parameters))
    # operands (up to KERNEL_MAX columns each), rows of every stripe, drained outputs: more than any legal layer takes
    taps, tiles = len(program.weights) // config.oc_lanes, -(-program.output_words // program.pixels)
    steps = program.pixels * (taps * KERNEL_MAX + tiles * config.oc_lanes)
    rows = len(program.weights) * (2 + program.pixels // program.stripe)
    return {
        "name": job.name,
        "descriptor": str(program.descriptor if job.descriptor is None else job.descriptor),
        "loaded": loaded,
        "timeout": TIMEOUT_FACTOR * (loaded + steps + rows) + TIMEOUT_SLACK,
        "ports": {
            "activation_count": len(program.activations),
            "weight_count": len(program.weights),
            "parameter_count": len(program.parameters),
            "output_count": program.output_words,
            "stall": int(job.stall),
            "watch_compute_from": options.compute.start,
            "watch_compute_to": options.compute.stop,
            "watch_drain_from": options.drain.start,
            "watch_drain_to": options.drain.stop,
            "dump": int(len(options.dump) > 0),
            "dump_from": options.dump.start,
            "dump_to": options.dump.stop,
        },
    }


def _outcome(
    program: LayerProgram, result: dict[str, Any], trace: LayerTrace, config: CoreConfig, folder: Path, name: str
) -> Outcome:
    cycles = result["counters"]["cycles"]
    compared, mismatched, first = 0, 0, None
    if result["error"] == ERRORS["none"]:
        compared, mismatched, first = compare(trace, folder, config.oc_lanes, config.tile_lanes(program.mode))
    return Outcome(
        name=name,
        mode=program.mode,
        stripe=program.stripe,
        macs=program.macs,
        compared=compared,
        mismatched=mismatched,
        first=first,
        ended=result["ended"],
        error=ERROR_NAMES[result["error"]],
        error_index=result["error_index"],
        counters=result["counters"],
        utilization=program.macs / (cycles * config.oc_lanes * config.ic_lanes),
        simulated=result["simulated"],
        seconds=result["seconds"],
    )


def compare(trace: LayerTrace, folder: Path, oc_lanes: int, tile_lanes: int) -> tuple[int, int, Mismatch | None]:
    """Return outputs compared, outputs wrong and the first wrong one; an output never written is wrong."""
    expected = trace.output[0].numpy()
    words = _hex_words(folder / "output.hex", oc_lanes * ACT_WIDTH)
    masks = _hex_words(folder / "written.hex", oc_lanes)
    got = output_tensor(_fields(words, ACT_WIDTH, oc_lanes), *expected.shape)
    written = output_tensor(_fields(masks, 1, oc_lanes), *expected.shape)
    wrong = np.argwhere((got != expected) | (written == 0))
    if not len(wrong):
        return expected.size, 0, None
    place = in_core_order(wrong, tile_lanes)
    index = (place.channel, place.row, place.column)
    return expected.size, len(wrong), Mismatch(place, int(expected[index]), int(got[index]) if written[index] else None)


def _hex_words(path: Path, width: int) -> list[int]:
    """Return the words of a file that $writememh wrote; unknown digits, of words never written, read as 0."""
    digits = -(-width // 4)
    lines = [line for line in path.read_text().split() if not line.startswith(("//", "0x", "@"))]
    known = str.maketrans("xXzZ", "0000")
    return [int(line.rjust(digits, "0").translate(known), 16) for line in lines]


def _fields(words: list[int], width: int, count: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    size = -(-width * count // 8)
    data = np.frombuffer(b"".join(word.to_bytes(size, "little") for word in words), dtype=np.uint8)
    if width == 1:
        data = np.unpackbits(data, bitorder="little")
    return data.reshape(len(words), -1)[:, :count]


def _explain(
    outcome: Outcome, job: Job, program: LayerProgram, trace: LayerTrace, config: CoreConfig, again: _Run
) -> Outcome:
    """Run a failed layer again for the first stage that differs and for a waveform around it."""
    active = outcome.counters["active"]
    window = range(max(0, active - BEFORE), active + AFTER)
    if outcome.first is not None:
        events = watch(job.layer, trace, config, program.stripe, outcome.first.place)
        again.simulate([job], [program], [_Options(compute=events.compute, drain=events.drain)])
        place, folder = outcome.first.place, again.layer_folder(0)
        found = diagnose(job.layer, job.x, trace, config, program.stripe, place, folder)
        outcome = replace(outcome, first=replace(outcome.first, diagnosis=found))
        if found is not None:
            window = range(max(0, found.cycle - BEFORE), found.last_cycle + AFTER)
    return replace(outcome, waveform=_waveform(job, program, again, window))


def _waveform(job: Job, program: LayerProgram, again: _Run, window: range) -> Path:
    """Run a layer again for a waveform of a window of cycles, and write a save file beside it."""
    again.simulate([job], [program], [_Options(dump=window)])
    dump = again.layer_folder(0) / "dump.vcd"  # whatever its format
    again.waves_dir.mkdir(parents=True, exist_ok=True)
    waveform = dump.rename(again.waves_dir / f"{job.name}.{again.bench.sim}.{again.bench.waves}")
    write_save_file(waveform, job.name)
    return waveform
