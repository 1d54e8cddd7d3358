"""A file is there whole or not at all."""

from pathlib import Path

import pytest

from golden.files import BUILD, replacing, write_text


def test_written_whole_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file.txt"
    write_text(path, "first\n")
    write_text(path, "second\n")
    assert path.read_text() == "second\n"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(path.parent.iterdir()) == [path]


def test_old_file_stays_until_the_end(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    write_text(path, "old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert temporary.parent == path.parent
        assert path.read_text() == "old"
    assert path.read_text() == "new"


def interrupt(path: Path) -> None:
    with replacing(path) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt


@pytest.mark.parametrize("old", [None, "old"])
def test_interrupted_writing_leaves_nothing_new(tmp_path: Path, old: str | None) -> None:
    path = tmp_path / "file.txt"
    if old is not None:
        path.write_text(old)
    with pytest.raises(KeyboardInterrupt):
        interrupt(path)
    assert [file.read_text() for file in tmp_path.iterdir()] == ([] if old is None else [old])


def test_build_folder_is_the_repositorys() -> None:
    assert BUILD.name == "build"
    assert (BUILD.parent / "golden" / "files.py").exists()
