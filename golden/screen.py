"""Where commands print their tables."""

import sys

from rich.console import Console

WIDTH = 200
"""Columns of a table that goes to a file or a pipe."""


def screen() -> Console:
    """Return standard output: as wide as the terminal, or as WIDTH when it is none."""
    return Console(width=None if sys.stdout.isatty() else WIDTH)
