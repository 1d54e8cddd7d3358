"""The synthesis scripts that are tried for every block, ours and baselines alike."""

from dataclasses import dataclass
from itertools import product

FIRST = "amap"  # the ABC script under which the arithmetic structures are compared
ABC = {  # {M}: what ABC matches
    FIRST: "strash; ifraig; dc2; dch; amap {M}; topo; dnsize",
    "amap2": "strash; ifraig; scorr; dc2; dch; amap {M}; strash; dch; amap {M}; topo; dnsize",
    "deep": "strash; &get -n; &deepsyn -I 4 -J 16; &put; dch; amap {M}; topo; dnsize",
}
TIMED = {
    "map": "strash; dch; map -B 0.9 -D {D}; topo; buffer -p -N 12; upsize -D {D}; dnsize -D {D}",
    "nf": "strash; &get -n; &fraig -x; &dch -f; &nf -D {D}; &put; topo; buffer -p -N 12; upsize -D {D}; dnsize -D {D}",
}
DEEP_CELLS = 2000  # ABC's deep synthesis is tried on blocks of no more cells than this, amap2 on larger ones


@dataclass(frozen=True)
class Script:
    """How Yosys maps arithmetic, and what ABC then does to the gates.

    ``booth``: multipliers by radix-4 Booth. ``ripple``: adders as chains of full adders, else parallel prefix.
    ``full_adders``: full adders are the library's cell, if it has one. ``hierarchy``: modules are mapped one by one
    and flattened afterwards. ``abc``: ABC's commands; {D} is the clock target in picoseconds.
    """

    abc: str
    booth: bool = False
    ripple: bool = False
    full_adders: bool = False
    hierarchy: bool = False
    label: str = ""

    @property
    def name(self) -> str:
        """Return what tells this script from the others."""
        steps = ("booth", "ripple", "full_adders", "hierarchy")
        return "+".join([step for step in steps if getattr(self, step)] + [self.label])

    @property
    def structure(self) -> tuple[bool, bool, bool]:
        """Return what is done to the arithmetic."""
        return self.booth, self.ripple, self.full_adders


def area_scripts(*, multiplies: bool, hierarchy: bool, full_adder: bool, xors: bool = True) -> list[Script]:
    """Return the scripts that make a block small: every arithmetic structure under every ABC script.

    full_adder: the library has one. xors: ABC looks for exclusive ors to match.
    """
    structures = [
        (booth, ripple, full_adders)
        for booth, ripple, full_adders in product((False, True), repeat=3)
        if (multiplies or not booth) and ((ripple and full_adder) or not full_adders)
    ]
    return [
        Script(text.replace("{M}", "-m" if xors else "-m -x"), booth, ripple, full_adders, hierarchy, label)
        for booth, ripple, full_adders in structures
        for label, text in ABC.items()
    ]


def timed_scripts(*, multiplies: bool, hierarchy: bool) -> list[Script]:
    """Return the scripts that keep a clock target."""
    return [
        Script(text, booth, False, False, hierarchy, label)
        for booth in ((False, True) if multiplies else (False,))
        for label, text in TIMED.items()
    ]
