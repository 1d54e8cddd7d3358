"""The command line: one line and exit status 2 for wrong input, and the same cache from every folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from golden import __main__ as command
from golden.errors import LayerError
from golden.files import BUILD
from golden.networks import NETWORKS

NET = "resnet_fashion"
ROOT = BUILD.parent


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    """Run the command in this process and return its exit status."""
    monkeypatch.setattr(sys, "argv", ["golden", *map(str, arguments)])
    with pytest.raises(SystemExit) as stopped:
        command.main()
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def test_wrong_input_from_another_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "golden", "layers", "vgg"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    said = (
        f"error: unknown network 'vgg': expected one of {', '.join(NETWORKS)}, or the .safetensors file of a quantized"
    )
    assert done.stderr == f"{said} network\n"
    assert list(tmp_path.iterdir()) == []


def test_commands_share_the_repositorys_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "layers", NET) == 0
    said = capsys.readouterr()
    assert f"{NET}: the quantized network is in {BUILD / 'golden'}\n" in said.err
    assert "block2.conv0" in said.out
    assert "1x1" in said.out
    assert run(monkeypatch, "quantize", NET) == 0
    assert "of 64 pictures the same first class" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    assert list((BUILD / "golden").glob(f"{NET}-*.safetensors"))


def test_a_file_where_none_is_taken(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "benchmark", "net.safetensors") == 2
    said = capsys.readouterr().err
    assert said == f"error: unknown network 'net.safetensors': expected one of {', '.join(NETWORKS)}\n"


@pytest.mark.parametrize("arguments", [["quantize"], ["nonsense"], ["layers", NET, "--cash", "x"]])
def test_usage(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    assert run(monkeypatch, *arguments) == 2


def test_cache_that_is_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(net: str, cache: Path) -> None:
        (cache / net).mkdir(parents=True)

    monkeypatch.setattr(command, "load_network_cached", fail)
    (tmp_path / "file").write_text("")
    assert run(monkeypatch, "quantize", NET, "--cache", tmp_path / "file") == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1


def test_damaged_file_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "layers", NET, "--cache", tmp_path) == 0
    (stored,) = tmp_path.iterdir()
    stored.write_bytes(stored.read_bytes()[:1000])
    capsys.readouterr()
    assert run(monkeypatch, "layers", NET, "--cache", tmp_path) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert str(tmp_path) in error
    assert error.count("\n") == 1


def test_error_of_a_layer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(net: str, cache: Path) -> None:
        raise LayerError(f"{net}: no such layer")

    monkeypatch.setattr(command, "load_network_cached", refuse)
    assert run(monkeypatch, "layers", NET) == 2
    assert capsys.readouterr().err == f"error: {NET}: no such layer\n"
