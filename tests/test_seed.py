import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import core, settings


def test_hypothesis_has_the_seed_of_the_run() -> None:
    assert str(core.global_force_seed) == os.environ["SEED"]


def test_slow_machine_is_no_fault() -> None:
    assert settings().deadline is None


@pytest.mark.parametrize("processes", [0, 1])
def test_seed_is_printed_once(processes: int) -> None:
    own = f"{__file__}::{test_slow_machine_is_no_fault.__name__}"
    command = [sys.executable, "-m", "pytest", "--numprocesses", str(processes), own]
    environment = {name: value for name, value in os.environ.items() if "PYTEST" not in name} | {"SEED": "1234567"}
    root = Path(__file__).parents[1]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.count("repeat with: make test SEED=1234567") == 1
