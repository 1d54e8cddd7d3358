"""Verilator's runtime is compiled once for each set of options, its headers too."""

from pathlib import Path

import pytest

from tb import runtime
from tb.bench import Bench, build
from tb.runtime import Runtime
from tb.simulators import activate


def test_options_have_each_their_runtime() -> None:
    some = [Runtime(*key).folder for key in (("a", "", False), ("b", "", False), ("a", "vcd", False), ("a", "", True))]
    assert len(set(some)) == 4


def test_headers_are_included_once_they_are_precompiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "RUNTIMES", tmp_path)
    found = Runtime("version", "", False)
    assert found.options() == ["OPT_FAST=-O1"]
    found.folder.mkdir()
    (found.folder / "runtime.h.gch").touch()
    assert f"-include {found.folder}/runtime.h" in found.options()[0]


def test_a_built_model_leaves_its_runtime() -> None:
    build(Bench("aslog_ram", parameters={"WORDS": 16, "WIDTH": 32, "LANES": 1}))
    kept = Runtime(activate("verilator"), "", False)
    assert "-include" in kept.options()[0]
    model = build(Bench("aslog_ram", parameters={"WORDS": 8, "WIDTH": 32, "LANES": 1}))
    log = (model / "build.log").read_text()
    assert f"-include {kept.folder}/runtime.h" in log
    assert "-o verilated.o" not in log
