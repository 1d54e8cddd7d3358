"""The ablation has every grid and every step of the pipeline, scored on the same pictures."""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from golden.ptq.options import STEPS, PtqOptions
from tests.golden.commands.command import run


def test_steps_are_the_switches_of_the_pipeline() -> None:
    assert set(STEPS) == {field.name for field in fields(PtqOptions) if isinstance(field.default, bool)}
    assert PtqOptions(**dict.fromkeys(STEPS, True)) == PtqOptions()


def test_rows(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--data", folder / "data", "--calibration", 6, "--out", tmp_path)
    assert run(monkeypatch, "ablation", folder / "colours.onnx", *options) == 0
    record = json.loads((tmp_path / "colours.json").read_text())
    labels = [row["label"] for row in record["rows"]]
    assert len(set(labels)) == len(labels) == 5 + len(STEPS)
    for row in record["rows"]:
        (measure,) = row["measures"]
        assert measure["decisions"] == record["scored_pictures"] == 34
        assert measure["reference"]["value"] == 1.0
    assert record["rows"][-1]["measures"][0]["quantized"]["value"] == 1.0
    shown = capsys.readouterr().out
    assert all(label in shown for label in labels)


def test_a_network_file_is_quantized_already(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--data", folder / "data", "--calibration", 6, "--out", tmp_path)
    assert run(monkeypatch, "accuracy", folder / "colours.onnx", *options) == 0
    capsys.readouterr()
    assert run(monkeypatch, "ablation", tmp_path / "colours.safetensors", *options) == 2
    assert "is quantized already: expected a float network" in capsys.readouterr().err
