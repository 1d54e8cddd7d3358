"""The machine that ships, without coverage."""

import pytest

from golden.program.system import SystemConfig
from golden.schedule import CoreConfig


def plain_when_shipped(config: CoreConfig | SystemConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the default configuration run on the model of `make sim` and `make net`, which has no coverage.

    In the gate it is there already; smaller machines and the modules' benches reach the thresholds.
    """
    if config == type(config)():
        monkeypatch.setenv("HDL_COVERAGE", "0")
