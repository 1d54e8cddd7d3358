"""Simulation models of a library's cells, from the functions in its Liberty."""

import re
from pathlib import Path

from ppa.library import Library
from ppa.synthesis import run_yosys


def cell_models(library: Library, work: Path, *, delays: bool) -> Path:
    """Write Verilog models of a library's cells to ``work`` and return the file.

    Functions and flip-flops are the Liberty's; cells without a function are left out. delays: each output Y follows
    its function after the module's parameters Y_RISE and Y_FALL, in ps; shorter pulses do not pass. Raises PpaError.
    """
    plain, models = work / "functions.v", work / "cells.v"
    read = f"read_liberty -ignore_miss_func -ignore_miss_dir {library.liberty}"
    run_yosys([read, "proc", "opt_clean", f"write_verilog -noattr {plain}"], work)
    text = plain.read_text()
    if delays:
        text = re.sub(r"(?ms)^module .*?^endmodule", _delayed, text)
    models.write_text(f"`timescale 1ps/1ps\n{text}")
    return models


def _delayed(module: re.Match[str]) -> str:
    """Return a cell's model with delays at its outputs."""
    head, semicolon, body = module[0].partition(";\n")
    for output in re.findall(r"(?m)^  output (\w+);", body):
        delay = f"#({output}_RISE, {output}_FALL)"
        body = re.sub(rf"(?m)^  assign {output} = ", f"  assign {delay} {output} = ", body)
        head, semicolon = head + semicolon + f"  parameter {output}_RISE = 0, {output}_FALL = 0", ";\n"
    return head + semicolon + body
