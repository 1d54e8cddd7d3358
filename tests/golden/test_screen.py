"""Tables keep their columns when they go to a file or a pipe."""

import pytest

from golden.screen import WIDTH, screen


def test_off_a_terminal_tables_are_wide(capsys: pytest.CaptureFixture[str]) -> None:
    assert screen().width == WIDTH
    screen().print("x" * (WIDTH - 1))
    assert capsys.readouterr().out == "x" * (WIDTH - 1) + "\n"
