"""Read the design with Yosys and list what a synthesis would stumble over: ``python -m tb.yosys COMMAND...``."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

TOP = "aslog"
LANES = (
    {"OC_LANES": 4, "IC_LANES": 4},
    {"OC_LANES": 8, "IC_LANES": 4, "RQ_LANES": 2},
    {"OC_LANES": 4, "IC_LANES": 8},
)
BUFFERS = {"STRIPE": 8, "ACTIVATION_WORDS": 64, "WEIGHT_ROWS": 64, "PARAMETER_WORDS": 64}
LATCHES = r"t:$dlatch t:$adlatch t:$dlatchsr t:$sr"
DIVIDERS = r"t:$div t:$mod t:$divfloor t:$modfloor"
ERROR_LINES = 5  # an error and what it is about stand at the end


def passes(sources: Sequence[Path], include: Path, parameters: dict[str, int]) -> list[str]:
    """Return the Yosys commands that read the core with these parameters and fail on what it must not hold."""
    chosen = " ".join(f"-chparam {name} {value}" for name, value in parameters.items())
    return [
        f"read_verilog -I{include} {' '.join(map(str, sources))}",
        f"hierarchy -check -top {TOP} {chosen}",
        "proc",
        f"select -assert-none {LATCHES}",
        "flatten",  # loops may cross modules
        "opt",
        "check -assert",  # loops, several drivers, wires without any
        f"select -assert-none {DIVIDERS}",
    ]


def complaints(sources: Sequence[Path], include: Path) -> list[str]:
    """Return what Yosys warns of or fails at, one text per set of lanes that is not clean."""
    found = []
    for lanes in LANES:
        command = [sys.executable, "-m", "tb.yosys", *passes(sources, include, lanes | BUFFERS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = (done.stdout + done.stderr).splitlines()
        said = [line for line in lines if line.startswith("Warning")]
        if done.returncode:
            said += lines[-ERROR_LINES:]
        if said:
            found.append("\n  ".join([f"{TOP} with {lanes}:", *said]))
    return found


def main() -> None:
    """Run the commands given. Yosys ends the process at its first error, so that each design takes a process."""
    from pyosys import libyosys

    design = libyosys.Design()
    for command in sys.argv[1:]:
        libyosys.run_pass(command, design)


if __name__ == "__main__":
    main()
