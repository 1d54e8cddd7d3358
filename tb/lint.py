"""Lint the design with both simulators, all warnings on, and with Yosys: ``python -m tb.lint``."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from tb.bench import GENERATED, rtl_sources
from tb.formal.solver import prepare
from tb.simulators import ROOT, SIMULATORS, SimulatorError, activate
from tb.yosys import TOP, complaints

Thing = TypeVar("Thing")


def modules() -> list[Path]:
    """Return the Verilog files of the design and of the benches; each holds the module of its name."""
    return [*rtl_sources(), *sorted((ROOT / "tb").glob("*/*.v"))]


def command(sim: str, module: Path) -> list[str]:
    """Return the command that lints one module as the top, with the design and its own folder beside it."""
    if sim == "icarus":
        sources = sorted({*rtl_sources(), *module.parent.glob("*.v")})
        return ["iverilog", "-Wall", "-g2005", f"-I{GENERATED}", "-tnull", "-s", module.stem, *map(str, sources)]
    folders = [f"-I{folder}" for folder in (GENERATED, ROOT / "rtl", module.parent)]
    return ["verilator", "--lint-only", "-Wall", "--quiet", *folders, "--top-module", module.stem, str(module)]


def said(command: list[str]) -> str:
    """Run a linter and return its complaints, empty when there are none."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    text = "\n".join(line for line in lines if not line.startswith("- "))  # what Verilator tells of itself
    return text or (f"{command[0]}: exit code {done.returncode}" if done.returncode else "")


def lint(what: str, things: Sequence[Thing], complaints: Callable[[str, Thing], str]) -> int:
    """Print both simulators' complaints about some things, then how many there are; return their number.

    Exits with 2 when a simulator is not there.
    """
    failed = 0
    for sim in SIMULATORS:
        try:
            activate(sim)
        except SimulatorError as error:
            print(f"lint: {error}", file=sys.stderr)
            sys.exit(2)
        for thing in things:
            if text := complaints(sim, thing):
                print(text)
                failed += 1
    print(f"lint: {len(things)} {what}, {failed} with warnings")
    return failed


def main() -> None:
    """Lint with every tool and exit 1 if one says anything."""
    prepare()
    failed = lint("modules", modules(), lambda sim, module: said(command(sim, module)))
    synthesis = complaints(list(rtl_sources()), GENERATED)
    print("\n".join([*synthesis, f"lint: {TOP} under Yosys, {len(synthesis)} sets of lanes with warnings"]))
    sys.exit(1 if failed or synthesis else 0)


if __name__ == "__main__":
    main()
