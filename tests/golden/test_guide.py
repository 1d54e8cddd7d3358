"""The user's guide does what it says."""

import re
from pathlib import Path

import pytest
import torch

from golden.api import load
from golden.files import BUILD

GUIDE = BUILD.parent / "docs" / "quantize.md"


def test_ten_lines_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names: dict[str, torch.Tensor] = {}
    exec(code, names)
    assert len([line for line in code.splitlines() if line]) <= 11
    assert names["scores"].shape == (64, 10)
    assert list(load(tmp_path / "build" / "mine.safetensors").layers) == ["0", "5"]
