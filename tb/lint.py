"""Lint the design with both simulators, all warnings on, and with Yosys: ``python -m tb.lint``."""

import subprocess
import sys
from pathlib import Path

from tb.bench import GENERATED, rtl_sources
from tb.formal.solver import prepare
from tb.simulators import ROOT, SIMULATORS, SimulatorError, activate
from tb.yosys import TOP, complaints


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


def main() -> None:
    """Run every command; print what the simulators and Yosys say and exit 1 if they say anything."""
    prepare()
    failed = 0
    for sim in SIMULATORS:
        try:
            activate(sim)
        except SimulatorError as error:
            print(f"lint: {error}", file=sys.stderr)
            sys.exit(2)
        for module in modules():
            done = subprocess.run(command(sim, module), capture_output=True, text=True, check=False)
            said = "\n".join(line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("- "))
            if said or done.returncode:
                print(said)
                failed += 1
    print(f"lint: {len(modules())} modules, {failed} with warnings")
    synthesis = complaints(list(rtl_sources()), GENERATED)
    print("\n".join([*synthesis, f"lint: {TOP} under Yosys, {len(synthesis)} sets of lanes with warnings"]))
    sys.exit(1 if failed or synthesis else 0)


if __name__ == "__main__":
    main()
