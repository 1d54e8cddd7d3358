from concurrent.futures import ThreadPoolExecutor

import pytest

from ppa.progress import steps


def test_every_step_is_a_line_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with steps("work") as show, ThreadPoolExecutor(2) as pool:
        list(pool.map(show, ("first", "second")))
    shown = capsys.readouterr()
    assert sorted(line.split()[-1] for line in shown.err.splitlines()) == ["first", "second"]
    assert shown.out == ""
