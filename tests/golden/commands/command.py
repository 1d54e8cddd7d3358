"""Running the command line in this process."""

import sys

import pytest

from golden.__main__ import main


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Run the command line and return its exit status."""
    monkeypatch.setattr(sys, "argv", ["golden", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)
