"""Build a simulation model of a bench and run its cocotb tests: the one way every bench takes."""

import hashlib
import os
import random
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import cocotb
import cocotb_tools.config
from cocotb_tools.runner import Icarus, Verilator

from golden.files import write_text
from golden.header import verilog_header
from tb.runtime import OPTIMIZE, Runtime
from tb.simulators import BUILD, ROOT, activate, make_options, require_fst_headers

GENERATED = BUILD / "gen"
MODELS = BUILD / "models"
RUNS = BUILD / "runs"
KEEP_RUNTIME = ("-o", "Vtop.mk")  # a new makefile is no reason to compile it again
TIMESCALE = ("1ns", "1ps")
# one thread: two simulate slower, README.md has the figures
VERILATOR_OPTIONS = ("-O3", "--x-assign", "fast", "--x-initial", "fast", "--no-assert", "-Wno-fatal")
COVERAGE_OPTIONS = ("--coverage-line", "--coverage-toggle")
REWRITE = {"COCOTB_REWRITE_ASSERTION_FILES": "test_*.py"}  # pytest's hook on all of torch takes seconds at each run
LOG_TAIL = 30


Waves = Literal["", "vcd", "fst"]


class BenchError(Exception):
    """A model that does not build, a run that left no results, or a seed that is no number."""


def coverage_wanted() -> bool:
    """Return whether models shall collect line and toggle coverage: HDL_COVERAGE=1, as `make cov` sets it."""
    return os.environ.get("HDL_COVERAGE") == "1"


def covered(*modules: str) -> tuple[str, ...]:
    """Return the modules, or none of them when models shall not collect coverage."""
    return modules if coverage_wanted() else ()


def pick_seed() -> int:
    """Return the SEED of the environment, or a random one. Raises BenchError when SEED is not a number."""
    text = os.environ.get("SEED", "").strip()
    if text and not text.isdecimal():
        raise BenchError(f"SEED={text}: expected a number")
    return int(text) if text else random.getrandbits(31)


def rtl_sources() -> tuple[Path, ...]:
    """Return every Verilog file of the design."""
    return tuple(sorted((ROOT / "rtl").glob("*.v")))


@dataclass(frozen=True)
class Bench:
    """A Verilog top with its sources and parameters, on one simulator.

    waves: format of the waveform that $dumpvars in the top writes, empty for none; Icarus always writes VCD.
    covered: modules of which Verilator collects line and toggle coverage.
    """

    toplevel: str
    sources: tuple[Path, ...] = field(default_factory=rtl_sources)
    parameters: dict[str, int] = field(default_factory=dict)
    sim: str = "verilator"
    waves: Waves = ""
    covered: tuple[str, ...] = ()


@dataclass(frozen=True)
class TestResult:
    """The outcome of one cocotb test."""

    __test__ = False

    name: str
    passed: bool
    seconds: float
    message: str


class _VerilatorRunner(Verilator):
    """cocotb's runner, with only the top's own signals public: --public-flat-rw on the whole design is slow."""

    fst = False
    runtime: Runtime

    def _set_env_test(self) -> None:
        super()._set_env_test()
        _add_root(self.env)

    def _build_command(self) -> list[list[str]]:
        verilate, make = super()._build_command()
        verilate.remove("--public-flat-rw")
        if self.fst:
            verilate.insert(verilate.index("--trace") + 1, "--trace-fst")
        return [verilate, [*make, *KEEP_RUNTIME, *self.runtime.options(), *make_options()]]


class _IcarusRunner(Icarus):
    """cocotb's runner, which lets $dumpvars write VCD."""

    def _set_env_test(self) -> None:
        super()._set_env_test()
        _add_root(self.env)

    def _test_command(self) -> list[list[str]]:
        return [["-vcd" if word == "-none" else word for word in command] for command in super()._test_command()]


def build(bench: Bench) -> Path:
    """Return the folder of the compiled model, building it when no model of exactly these inputs exists.

    Built in a temporary folder and moved into place, so an interrupted build leaves nothing behind.
    Raises BenchError with the compiler's words, SimulatorError when a tool is missing.
    """
    version = activate(bench.sim)
    if bench.waves == "fst" and bench.sim == "verilator":
        require_fst_headers()
    header = verilog_header()
    header_file = GENERATED / "aslog_defs.vh"
    if not header_file.exists() or header_file.read_text() != header:
        write_text(header_file, header)
    model = MODELS / f"{bench.toplevel}-{bench.sim}-{_fingerprint(bench, version, header)}"
    if model.exists():
        return model
    MODELS.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{bench.toplevel}-", dir=MODELS))
    try:
        _compile(bench, fresh)
        fresh.chmod(0o755)
        with suppress(OSError):  # another process may have put the same model there meanwhile
            fresh.rename(model)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return model


def run(
    bench: Bench,
    test_module: str,
    test_filter: str | None,
    seed: int,
    plusargs: list[str],
    env: dict[str, str],
    run_dir: Path,
    quiet: bool,
) -> list[TestResult]:
    """Run the cocotb tests of a module whose names match ``test_filter`` and return their results.

    ``run_dir`` is emptied first; it gets results.xml, the log (``quiet`` keeps it off the terminal) and coverage.
    Raises BenchError when no test was executed.
    """
    model = build(bench)
    shutil.rmtree(run_dir, ignore_errors=True)
    run_dir.mkdir(parents=True)
    runner = _runner(bench.sim, waves=False)
    log = run_dir / "sim.log"
    results = run_dir / "results.xml"
    with suppress(SystemExit, RuntimeError):  # the results file tells, or its absence
        runner.test(
            test_module=test_module,
            test_filter=test_filter,
            hdl_toplevel=bench.toplevel,
            hdl_toplevel_lang="verilog",
            build_dir=model,
            test_dir=run_dir,
            results_xml=str(results),
            seed=seed,
            plusargs=plusargs,
            extra_env=REWRITE | env,
            log_file=log if quiet else None,
        )
    parsed = parse_results(results, log)
    if not parsed:
        raise BenchError(f"{test_module}: no test was executed (filter {test_filter!r}); see {run_dir}")
    return parsed


def parse_results(results: Path, log: Path) -> list[TestResult]:
    """Return the executed tests of a results.xml; BenchError with the end of the log when there is no file."""
    if not results.exists():
        raise BenchError(f"the simulation ended without results; the end of {log}:\n{_tail(log)}")
    parsed = []
    for case in ElementTree.parse(results).getroot().iter("testcase"):
        if case.find("skipped") is not None:
            continue
        problem = case.find("failure")
        problem = case.find("error") if problem is None else problem
        message = "" if problem is None else problem.get("message") or (problem.text or "").strip() or "failed"
        name = f"{case.get('classname')}.{case.get('name')}"
        parsed.append(TestResult(name, problem is None, float(case.get("time") or 0), message))
    return parsed


def _runner(sim: str, waves: bool) -> _VerilatorRunner | _IcarusRunner:
    os.environ["WAVES"] = str(int(waves))  # cocotb's runner lets it override its argument
    return _VerilatorRunner() if sim == "verilator" else _IcarusRunner()


def _options(bench: Bench) -> list[str]:
    if bench.sim == "icarus":
        return []
    return [*VERILATOR_OPTIONS, *(COVERAGE_OPTIONS if bench.covered else ())]


def _fingerprint(bench: Bench, version: str, header: str) -> str:
    """Return a hash of everything a compiled model depends on."""
    digest = hashlib.sha256()
    parts = [version, header, str(bench.parameters), bench.waves, str(_options(bench)), OPTIMIZE]
    parts += [str(TIMESCALE), _control_file(bench), cocotb.__version__, str(cocotb_tools.config.libs_dir)]
    for part in (*parts, *(f"{source}\n{source.read_text()}" for source in bench.sources)):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:16]


def _compile(bench: Bench, folder: Path) -> None:
    sources = list(bench.sources)
    runtime = Runtime(activate(bench.sim), bench.waves, bool(bench.covered))
    if bench.sim == "verilator":
        runtime.copy_to(folder)
        control = folder / "control.vlt"
        control.write_text(_control_file(bench))
        sources.insert(0, control)
    waves = bench.waves != "" and bench.sim == "verilator"  # the runner's own dump of Icarus is not wanted
    runner = _runner(bench.sim, waves)
    if isinstance(runner, _VerilatorRunner):
        runner.fst, runner.runtime = bench.waves == "fst", runtime
    log = folder / "build.log"
    try:
        runner.build(
            sources=sources,
            includes=[GENERATED],
            parameters=bench.parameters,
            build_args=_options(bench),
            hdl_toplevel=bench.toplevel,
            build_dir=folder,
            timescale=TIMESCALE,
            waves=waves,
            always=True,
            log_file=log,
        )
    except RuntimeError as error:
        raise BenchError(f"{bench.toplevel} does not build with {bench.sim}:\n{_tail(log)}") from error
    if bench.sim == "verilator":
        runtime.keep(folder)


def _control_file(bench: Bench) -> str:
    """Return Verilator's control file: cocotb sees the top's own signals, and which files are not covered."""
    lines = ["`verilator_config", f'public_flat_rw -module "{bench.toplevel}" -var "*"']
    off = [source for source in bench.sources if bench.covered and source.stem not in bench.covered]
    return "\n".join([*lines, *(f'coverage_off -file "{source}"' for source in off), ""])


def _add_root(environment: dict[str, str]) -> None:
    environment["PYTHONPATH"] = f"{ROOT}{os.pathsep}{environment['PYTHONPATH']}"


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else ["no log"]
    return "\n".join(lines[-LOG_TAIL:])
