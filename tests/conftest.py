"""Print the seed of the run, so that a failure can be repeated."""

import os

from tb.bench import pick_seed


def pytest_report_header() -> str:
    """Fix one seed for the whole run."""
    os.environ["SEED"] = str(pick_seed())
    return f"repeat with: make test SEED={os.environ['SEED']}"
