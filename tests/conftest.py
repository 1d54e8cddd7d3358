"""Choose and print the seed of the run, so that a failure can be repeated."""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # pytest has a process for each core: more threads only wait for each other

from tb.bench import pick_seed


def pytest_configure() -> None:
    """Fix one seed for the whole run, before the processes that share it begin."""
    os.environ["SEED"] = str(pick_seed())


def pytest_report_header() -> str:
    """Return the line that tells how to repeat the run."""
    return f"repeat with: make test SEED={os.environ['SEED']}"
