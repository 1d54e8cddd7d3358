"""What holds for every file of the RTL: its name, its contract comment, a comment at each parameter and port."""

import re
from pathlib import Path

import pytest

from tb.bench import rtl_sources

LONGEST_LINE = 120


@pytest.mark.parametrize("source", rtl_sources(), ids=lambda source: source.stem)
def test_style(source: Path) -> None:
    text = source.read_text()
    lines = text.splitlines()
    assert re.findall(r"^module (\w+)", text, re.MULTILINE) == [source.stem]
    assert text.startswith(f"// {source.stem}: ")
    assert "`default_nettype none" in lines
    assert lines[-1] == "`default_nettype wire"
    assert [line for line in lines if len(line) > LONGEST_LINE or line != line.rstrip()] == []
    header = text[text.index("\nmodule ") : text.index("\n);")].splitlines()
    declared = [line for line in header if re.match(r" *(parameter|input|output) ", line)]
    assert declared != []
    assert [line for line in declared if "//" not in line] == []
