"""External programs, no more at a time than there are cores for them."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import BoundedSemaphore

PROCESSES = 2
SLOTS = BoundedSemaphore(PROCESSES)


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program when one of the slots is free; the time limit of ``subprocess.run`` begins then."""
    with SLOTS:
        return subprocess.run(
            list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=seconds
        )
