"""Verilator's runtime: compiled, and its headers precompiled, once for each set of options instead of in each model."""

import hashlib
import shutil
import subprocess
from pathlib import Path

from golden.files import replacing, write_text
from tb.simulators import BUILD

RUNTIMES = BUILD / "runtimes"
OPTIMIZE = "-O1"  # -O3 -march=native simulates a 16 x 16 array no faster and compiles longer
HEADERS = ("verilated.h", "verilated_dpi.h", "verilated_vpi.h", "verilated_cov.h")
HEADER = "runtime.h"
RULE = f"""{HEADER}.gch: {HEADER}
\t$(CXX) $(OPT_FAST) $(CXXFLAGS) $(CPPFLAGS) -x c++-header -o $@ $<
"""


class Runtime:
    """The runtime for models of one Verilator, waveform format and coverage, in a folder of ``build/runtimes``."""

    def __init__(self, version: str, waves: str, coverage: bool) -> None:
        key = repr((version, OPTIMIZE, waves, coverage)).encode()
        self.folder = RUNTIMES / hashlib.sha256(key).hexdigest()[:16]

    def options(self) -> list[str]:
        """Return the make variables of a model. One of several files (VM_PARALLEL_BUILDS) has a header of its own."""
        if not (self.folder / f"{HEADER}.gch").exists():
            return [f"OPT_FAST={OPTIMIZE}"]
        include = f"$(if $(filter 0,$(VM_PARALLEL_BUILDS)),-include {self.folder / HEADER})"
        return [f"OPT_FAST={OPTIMIZE} {include}"]

    def copy_to(self, model: Path) -> None:
        """Put the objects into a model's folder with their times, by which make sees that they are up to date."""
        _copy_objects(self.folder, model)

    def keep(self, model: Path) -> None:
        """Keep the objects of a built model, and precompile the headers as its makefile compiles."""
        _copy_objects(model, self.folder)
        if (self.folder / f"{HEADER}.gch").exists():
            return
        text = "".join(f'#include "{name}"\n' for name in HEADERS)
        (model / HEADER).write_text(text)
        (model / "header.mk").write_text(RULE)
        make = ["make", "-C", str(model), "-f", "Vtop.mk", "-f", "header.mk", f"OPT_FAST={OPTIMIZE}", f"{HEADER}.gch"]
        done = subprocess.run(make, capture_output=True, text=True, check=False)
        if done.returncode == 0:  # else models compile as before, without
            write_text(self.folder / HEADER, text)
            with replacing(self.folder / f"{HEADER}.gch") as temporary:
                (model / f"{HEADER}.gch").rename(temporary)


def _copy_objects(source: Path, target: Path) -> None:
    for file in source.glob("verilated*.[od]"):
        with replacing(target / file.name) as temporary:
            shutil.copy2(file, temporary)
