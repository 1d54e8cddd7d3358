import os

from hypothesis import core, settings


def test_hypothesis_has_the_seed_of_the_run() -> None:
    assert str(core.global_force_seed) == os.environ["SEED"]


def test_slow_machine_is_no_fault() -> None:
    assert settings().deadline is None
