from dataclasses import replace
from pathlib import Path

import pytest

from ppa.blocks import OUR_TRIPLE
from ppa.lint import WAIVED, blocks, complaints
from tb.simulators import ROOT, SIMULATORS, activate


def test_every_file_is_in_a_block() -> None:
    linted = {path for block in blocks() for path in block.sources}
    folders = ("designs", "baselines", "variants/*")
    files = {path for folder in folders for path in (ROOT / "ppa").glob(f"{folder}/*.v")}
    assert files
    assert files <= linted


@pytest.mark.parametrize("top", WAIVED)
def test_waiver_hides_something(top: str, monkeypatch: pytest.MonkeyPatch) -> None:
    activate("verilator")
    warning = WAIVED[top]
    monkeypatch.delitem(WAIVED, top)
    assert any(f"Warning-{warning}" in complaints("verilator", block) for block in blocks() if block.top == top)


@pytest.mark.parametrize("sim", SIMULATORS)
def test_warning_is_told(sim: str, tmp_path: Path) -> None:
    activate(sim)
    (source,) = OUR_TRIPLE.sources
    copy = tmp_path / source.name
    text = source.read_text()
    block = replace(OUR_TRIPLE, sources=(copy,))
    copy.write_text(text)
    assert complaints(sim, block) == ""
    copy.write_text(text.replace("endmodule", "    wire beyond = x[99];\nendmodule"))
    assert "warning" in complaints(sim, block).lower()
