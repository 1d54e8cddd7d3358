"""A copy of the RTL with a fault in it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tb.simulators import ROOT


@dataclass(frozen=True)
class Fault:
    """A text of a file of the RTL, which it holds once, and what replaces it."""

    file: str
    text: str
    replacement: str

    def sources(self, folder: Path) -> tuple[Path, ...]:
        """Copy the RTL with the fault into a folder and return its files."""
        rtl = Path(shutil.copytree(ROOT / "rtl", folder / "rtl"))
        source = (rtl / self.file).read_text()
        assert source.count(self.text) == 1, f"{self.file} holds {self.text!r} {source.count(self.text)} times"
        (rtl / self.file).write_text(source.replace(self.text, self.replacement))
        return tuple(sorted(rtl.glob("*.v")))
