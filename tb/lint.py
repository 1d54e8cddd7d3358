"""Lint the design with both simulators, all warnings on: ``python -m tb.lint``."""

import subprocess
import sys

from golden.files import write_text
from golden.header import verilog_header
from tb.bench import GENERATED, rtl_sources
from tb.simulators import SIMULATORS, SimulatorError, activate


def commands(sim: str) -> list[list[str]]:
    """Return the lint commands of a simulator, one per module."""
    sources = [str(path) for path in rtl_sources()]
    include = f"-I{GENERATED}"
    modules = [path.stem for path in rtl_sources()]
    if sim == "icarus":
        return [["iverilog", "-Wall", "-g2005", include, "-tnull", "-s", module, *sources] for module in modules]
    rtl = f"-I{rtl_sources()[0].parent}"
    lint = ["verilator", "--lint-only", "-Wall", "--quiet", include, rtl]
    return [[*lint, "--top-module", path.stem, str(path)] for path in rtl_sources()]


def main() -> None:
    """Run every command; print what the simulators say and exit 1 if they say anything."""
    write_text(GENERATED / "aslog_defs.vh", verilog_header())
    failed = 0
    for sim in SIMULATORS:
        try:
            activate(sim)
        except SimulatorError as error:
            sys.exit(f"lint: {error}")
        for command in commands(sim):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            said = "\n".join(line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("- "))
            if said or done.returncode:
                print(said)
                failed += 1
    print(f"lint: {len(rtl_sources())} modules, {failed} with warnings")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
