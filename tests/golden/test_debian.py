"""Debian packages are unpacked once, and what stands in the way is said in one line."""

from pathlib import Path

import pytest

from golden.debian import DebianError, unpack

FETCH = 'touch "$2_1_all.deb"'
EXTRACT = 'mkdir -p "$3/usr" && basename "$2" > "$3/usr/name"'


def programs(folder: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> None:
    """Put programs in the place of those on PATH; in their names stands _ for -."""
    folder.mkdir()
    for name, script in scripts.items():
        program = folder / name.replace("_", "-")
        program.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_unpacks_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs(tmp_path / "bin", monkeypatch, apt_get=FETCH, dpkg_deb=EXTRACT)
    folder = unpack("some-package", tmp_path / "out")
    assert folder == tmp_path / "out" / "some-package"
    assert (folder / "usr/name").read_text() == "some-package_1_all.deb\n"
    programs(tmp_path / "none", monkeypatch)
    assert unpack("some-package", tmp_path / "out") == folder
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["some-package"]


@pytest.mark.parametrize(
    ("scripts", "message"),
    [
        ({}, "there is no apt-get to fetch it; unpack the Debian package p there"),
        ({"apt_get": FETCH}, "there is no dpkg-deb"),
        ({"apt_get": "echo warning >&2; echo 'E: no such package' >&2; exit 100", "dpkg_deb": EXTRACT},
         "'apt-get download p' failed: E: no such package"),
        ({"apt_get": FETCH, "dpkg_deb": "exit 2"}, "failed: no message"),
    ],
)  # fmt: skip
def test_refusals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scripts: dict[str, str], message: str) -> None:
    programs(tmp_path / "bin", monkeypatch, **scripts)
    with pytest.raises(DebianError, match=message) as refused:
        unpack("p", tmp_path / "out")
    assert str(refused.value).startswith(f"p is missing under {tmp_path / 'out'}")
    assert not list((tmp_path / "out").glob("*"))
