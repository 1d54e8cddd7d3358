"""From a folder of pictures and an ONNX file to results and network file; bad input is one line and status 2."""

import json
import shutil
from pathlib import Path

import pytest
from safetensors.torch import save

from golden.networks.loading import load_layers
from golden.networks.store import load_preparation
from tests.golden.commands.command import run

MEAN, STD = "0.5,0.4,0.3", "0.2,0.25,0.3"


def test_from_onnx_file_to_network_file(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = ("--data", folder / "data", "--calibration", 5, "--mean", MEAN, "--std", STD, "--crop", 0.9)
    for out in ("one", "two"):
        assert run(monkeypatch, "accuracy", folder / "colours.onnx", *options, "--out", tmp_path / out) == 0
    one, two = tmp_path / "one" / "colours.safetensors", tmp_path / "two" / "colours.safetensors"
    assert one.read_bytes() == two.read_bytes()
    assert (
        run(monkeypatch, "accuracy", folder / "colours.onnx", *options, "--seed", 1, "--out", tmp_path / "three") == 0
    )
    assert (tmp_path / "three" / "colours.safetensors").read_bytes() != one.read_bytes()
    record = json.loads((tmp_path / "one" / "colours.json").read_text())
    (measure,) = record["measures"]
    assert record["calibration_pictures"] == 5
    assert record["scored_pictures"] == measure["decisions"] == 35
    assert measure["reference"]["value"] == 1.0
    assert measure["quantized"]["value"] == 1.0
    assert measure["lost"]["low"] <= measure["lost"]["value"] <= measure["lost"]["high"]
    assert load_preparation(one).crop == 0.9
    assert len(load_layers(str(one), None, tmp_path)) == 1
    assert run(monkeypatch, "accuracy", one, "--data", folder / "data", "--out", tmp_path / "again") == 2
    assert run(monkeypatch, "accuracy", one, *options[:4], "--out", tmp_path / "again") == 0
    again = json.loads((tmp_path / "again" / "colours.json").read_text())
    assert again["measures"] == [{key: measure[key] for key in ("name", "decisions", "quantized")}]


def test_a_single_calibration_picture(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = ("--data", folder / "data", "--calibration", 1, "--out", tmp_path)
    assert run(monkeypatch, "accuracy", folder / "colours.onnx", *options) == 0
    record = json.loads((tmp_path / "colours.json").read_text())
    assert record["measures"][0]["quantized"]["value"] > 0.9


@pytest.mark.parametrize(
    ("net", "data", "extra", "message"),
    [
        ("nothing", "data", (), "dlib_face, an .onnx file, or the .safetensors file of a quantized network\n"),
        ("missing.onnx", "data", (), "missing.onnx: No such file or directory"),
        ("missing.safetensors", "data", (), "missing.safetensors: no such file"),
        ("colours.onnx", None, (), "has no data of its own"),
        ("efficientnet_lite0", None, (), "has no data of its own"),
        ("colours.onnx", "missing", (), "is no folder: expected pictures"),
        ("colours.onnx", "empty", (), "holds no pictures"),
        ("colours.onnx", "damaged", ("--calibration", 1), "is not a whole picture"),
        ("colours.onnx", "data", ("--calibration", 40), "40 calibration pictures"),
        ("colours.onnx", "data", ("--calibration", 0), "'--calibration': Input should be greater than or equal to 1\n"),
        (
            "colours.onnx",
            "data",
            ("--calibration", -1),
            "'--calibration': Input should be greater than or equal to 1\n",
        ),
        ("colours.onnx", "one", (), "one holds too few pictures: expected at least one to calibrate and another"),
        ("colours.onnx", "data/0/0.png", (), "0.png is no folder"),
        ("colours.onnx", "data", ("--seed", "text"), "'--seed': Input should be a valid integer"),
        ("colours.onnx", "data", ("--seed", -1), "'--seed': Input should be greater than or equal to 0\n"),
        ("colours.onnx", "data", ("--seed", 1 << 63), "'--seed': Input should be less than or equal to"),
        ("net.onnx", "data", (), "net.onnx is not a whole ONNX file"),
        ("onnx.safetensors", "data", (), "onnx.safetensors is not a whole quantized network file"),
        ("folder.safetensors", "data", (), "folder.safetensors: no such file; expected a quantized network"),
        ("resnet_fashion", "data", ("--mean", "0.5", "--std", "1"), "has its own mean, std and crop"),
        ("colours.onnx", "data", ("--mean", "nan,0,0", "--std", "1,1,1"), "expected one finite number of each"),
        ("colours.onnx", "data", ("--mean", "0,0,0", "--std", "1,inf,1"), "expected one finite number of each"),
        (
            "colours.onnx",
            "data",
            ("--mean", "1,1", "--std", "1,1", "--calibration", 5),
            "mean of 2 channels for pictures of 3",
        ),
        ("colours.onnx", "data", ("--mean", "1,x"), "'1,x', expected numbers"),
        ("colours.onnx", "data", ("--mean", "1"), "expected one finite number of each per channel"),
        (
            "colours.onnx",
            "data",
            ("--mean", "1", "--std", "1", "--calibration", 5),
            "mean of 1 channels for pictures of 3",
        ),
        ("colours.onnx", "data", ("--crop", "2"), "crop 2.0, expected more than 0"),
    ],
)
def test_bad_input_is_one_line(
    net: str,
    data: str | None,
    extra: tuple[object, ...],
    message: str,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (folder / "empty").mkdir(exist_ok=True)
    (folder / "damaged").mkdir(exist_ok=True)
    (folder / "folder.safetensors").mkdir(exist_ok=True)
    (folder / "net.onnx").write_bytes(save({}))
    shutil.copy(folder / "colours.onnx", folder / "onnx.safetensors")
    (folder / "one").mkdir(exist_ok=True)
    shutil.copy(folder / "data" / "0" / "0.png", folder / "one")
    for number in range(3):
        (folder / "damaged" / f"{number}.jpg").write_bytes(b"no picture")
    monkeypatch.chdir(folder)
    chosen = () if data is None else ("--data", data)
    assert run(monkeypatch, "accuracy", net, *chosen, "--out", tmp_path, *extra) == 2
    said = capsys.readouterr().err
    assert message in said.replace("\n\n", "\n")
    assert "Traceback" not in said
    if said.startswith("error"):
        assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
