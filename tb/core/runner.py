"""Run quantized layers through the core in simulation and compare every output with the golden model."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from golden.compile import CoreConfig, LayerProgram, compile_layer, hex_lines, output_tensor
from golden.contract import ACT_WIDTH, CODE_WIDTH
from golden.integer import LayerTrace, run_layer
from golden.layer import QuantizedLayer
from tb.bench import Bench, BenchError, coverage_wanted, rtl_sources, run
from tb.simulators import ROOT

TIMEOUT_FACTOR = 4
TIMEOUT_SLACK = 20_000


@dataclass(frozen=True)
class Job:
    """A layer with its input, int64 (1, IC, H, W); ``descriptor`` replaces the compiled one to test errors."""

    name: str
    layer: QuantizedLayer
    x: Tensor
    stall: bool = False
    descriptor: int | None = None


@dataclass(frozen=True)
class Mismatch:
    """The first wrong output of a layer with the golden values on its way; got is None when never written."""

    channel: int
    row: int
    column: int
    expected: int
    got: int | None
    accumulator: int
    window: int
    bce: int
    total: int

    def __str__(self) -> str:
        """Return one line for the report."""
        got = "nothing" if self.got is None else self.got
        return (
            f"output channel {self.channel}, row {self.row}, column {self.column}: expected {self.expected}, got {got} "
            f"(golden: sum {self.accumulator}, window sum {self.window}, BCE {self.bce}, total {self.total})"
        )


@dataclass(frozen=True)
class Outcome:
    """What a layer's run gave; ``error`` is the core's status."""

    name: str
    mode: str
    macs: int
    compared: int
    mismatched: int
    first: Mismatch | None
    error: int
    counters: dict[str, int]
    utilization: float
    simulated: int
    seconds: float


def run_jobs(
    jobs: list[Job], config: CoreConfig, sim: str, seed: int, run_dir: Path, waves: bool = False
) -> list[Outcome]:
    """Run layers one after the other in one simulation. Raises BenchError when the simulation itself fails."""
    images = run_dir.with_name(run_dir.name + ".images")
    shutil.rmtree(images, ignore_errors=True)
    programs = [compile_layer(job.layer, job.x, config, seed) for job in jobs]
    for index, program in enumerate(programs):
        _write_images(program, images / f"layer_{index}")
    entries = [_entry(job, program, config) for job, program in zip(jobs, programs, strict=True)]
    (images / "jobs.json").write_text(json.dumps(entries))
    parameters = {"OC_LANES": config.oc_lanes, "IC_LANES": config.ic_lanes, "STRIPE": config.stripe}
    bench = Bench(
        "tb_core", (*rtl_sources(), ROOT / "tb/core/tb_core.v"), parameters, sim, waves, coverage=coverage_wanted()
    )
    env = {"CORE_JOBS": str(images / "jobs.json")}
    for index in range(len(jobs)):
        (images / f"layer_{index}").mkdir(exist_ok=True)
    results = run(bench, "tb.core.test_core", None, seed, [f"+images={images}/"], env, run_dir, quiet=True)
    failed = [result for result in results if not result.passed]
    if failed:
        raise BenchError(f"{failed[0].name}: {failed[0].message}; see {run_dir / 'sim.log'}")
    ran: list[dict[str, Any]] = json.loads((run_dir / "results.json").read_text())
    return [
        _outcome(job, program, result, config, images / f"layer_{index}/output.hex")
        for index, (job, program, result) in enumerate(zip(jobs, programs, ran, strict=True))
    ]


def _write_images(program: LayerProgram, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "activations.hex").write_text(hex_lines(program.activations, ACT_WIDTH))
    (folder / "weights.hex").write_text(hex_lines(program.weights, CODE_WIDTH))
    (folder / "parameters.hex").write_text("".join(f"{word:x}\n" for word in program.parameters))


def _entry(job: Job, program: LayerProgram, config: CoreConfig) -> dict[str, Any]:
    loads = max(len(program.activations), len(program.weights))
    # every MAC alone in a lane, every weight row once per stripe: more than any legal layer takes
    rows = len(program.weights) * (1 + program.output_words // max(1, config.stripe // 2))
    return {
        "name": job.name,
        "descriptor": str(program.descriptor if job.descriptor is None else job.descriptor),
        "activation_count": len(program.activations),
        "weight_count": len(program.weights),
        "parameter_count": len(program.parameters),
        "output_count": program.output_words,
        "stall": int(job.stall),
        "timeout": TIMEOUT_FACTOR * (loads + rows + program.macs) + TIMEOUT_SLACK,
    }


def _outcome(job: Job, program: LayerProgram, result: dict[str, Any], config: CoreConfig, file: Path) -> Outcome:
    trace = run_layer(job.layer, job.x)
    cycles = result["counters"]["cycles"]
    compared, mismatched, first = 0, 0, None
    if result["error"] == 0:
        compared, mismatched, first = compare(trace, file, config.oc_lanes)
    return Outcome(
        name=job.name,
        mode=program.mode,
        macs=program.macs,
        compared=compared,
        mismatched=mismatched,
        first=first,
        error=result["error"],
        counters=result["counters"],
        utilization=program.macs / (cycles * config.oc_lanes * config.ic_lanes),
        simulated=result["simulated"],
        seconds=result["seconds"],
    )


def compare(trace: LayerTrace, file: Path, oc_lanes: int) -> tuple[int, int, Mismatch | None]:
    """Return outputs compared, outputs wrong and the first wrong one; bytes never written count as wrong."""
    expected = trace.output[0].numpy()
    lines = [line for line in file.read_text().split() if not line.startswith(("//", "0x", "@"))]
    text = "".join(line.rjust(2 * oc_lanes, "0") for line in lines)
    written = np.array(
        [digits.isalnum() and "x" not in digits for digits in (text[i : i + 2] for i in range(0, len(text), 2))]
    )
    values = np.frombuffer(bytes.fromhex(text.replace("x", "0").replace("X", "0")), dtype=np.uint8)
    got = output_tensor(values.reshape(-1, oc_lanes)[:, ::-1], *expected.shape)
    known = output_tensor(written.astype(np.uint8).reshape(-1, oc_lanes)[:, ::-1], *expected.shape)
    wrong = np.argwhere((got != expected) | (known == 0))
    if not len(wrong):
        return expected.size, 0, None
    c, y, x = (int(v) for v in wrong[0])
    window = trace.window[0, c if trace.window.shape[1] > 1 else 0, y, x]
    first = Mismatch(
        c,
        y,
        x,
        int(expected[c, y, x]),
        int(got[c, y, x]) if known[c, y, x] else None,
        int(trace.accumulator[0, c, y, x]),
        int(window),
        int(trace.bce[0, c, y, x]),
        int(trace.total[0, c, y, x]),
    )
    return expected.size, len(wrong), first
