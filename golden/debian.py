"""Files of Debian packages: fetched by apt-get and unpacked, never installed, so that no root is needed."""

import shutil
import subprocess
import tempfile
from pathlib import Path


class DebianError(ValueError):
    """A package that cannot be fetched or unpacked; the message says which, why, and what would be right."""


def unpack(package: str, folder: Path) -> Path:
    """Return the folder ``<folder>/<package>`` of a package's files, downloaded and unpacked once.

    Raises DebianError.
    """
    unpacked = folder / package
    if unpacked.is_dir():
        return unpacked
    reason = f"{package} is missing under {folder}"
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            raise DebianError(
                f"{reason} and there is no {program} to fetch it; unpack the Debian package {package} there"
            )
    folder.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{package}.", dir=folder))
    try:
        _run(["apt-get", "download", package], fresh, reason)
        (archive,) = fresh.glob("*.deb")
        _run(["dpkg-deb", "--extract", str(archive), "files"], fresh, reason)
        if not unpacked.is_dir():
            (fresh / "files").rename(unpacked)
    finally:
        shutil.rmtree(fresh)
    return unpacked


def _run(command: list[str], folder: Path, reason: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip() or "no message").splitlines()[-1]
        raise DebianError(f"{reason}; '{' '.join(command)}' failed: {last}")
