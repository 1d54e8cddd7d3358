"""What a long command shows while it works: a spinner on a terminal, else a line for each step."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Show = Callable[[str], None]


@contextmanager
def steps(command: str) -> Iterator[Show]:
    """Give what tells a progress display, or standard error, the step at work. May be called from threads."""
    begin, console = time.monotonic(), Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(command)

        def show(text: str) -> None:
            bar.update(task, description=text)
            if not console.is_terminal:
                sys.stderr.write(f"{time.monotonic() - begin:5.0f} s  {text}\n")  # at once, for threads

        yield show
