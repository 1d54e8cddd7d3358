"""Choose and print the seed of the run, so that a failure can be repeated."""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # pytest has a process for each core: more threads only wait for each other

import hypothesis
import pytest

from tb.bench import pick_seed

hypothesis.settings.register_profile("gate", deadline=None)  # a busy machine is no fault
hypothesis.settings.load_profile("gate")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Fix one seed for the whole run, hypothesis included, before the processes that share it begin."""
    os.environ["SEED"] = str(pick_seed())
    config.option.hypothesis_seed = os.environ["SEED"]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Print the line that tells how to repeat the run, in the process that has a terminal; -q leaves out headers."""
    if reporter := session.config.pluginmanager.get_plugin("terminalreporter"):
        reporter.write_line(f"repeat with: make test SEED={os.environ['SEED']}")
