"""Lint the Verilog of the compared blocks, of baselines and variants, all warnings on: ``python -m ppa.lint``."""

import sys
import tempfile
from pathlib import Path

from ppa.blocks import BLOCKS, Block
from ppa.lanes import RQ_CHOICES, array_block
from ppa.structures import STRUCTURES
from ppa.synthesis import block_header
from ppa.variants import CODES, MULTIPLIERS
from tb.lint import lint, said

WAIVED = {
    "aslog_core": "WIDTHTRUNC",  # a parameter of the command line has 32 bits; tb.lint has the core without them
    "array_multiplier": "UNDRIVEN",  # a bias that is narrower than its field leaves bits of the record that none reads
    "ae_variant": "UNSIGNED",  # with n2 up to 0 the decoder compares with nothing below
}
"""Verilator's warning that a top may have, and why."""


def blocks() -> list[Block]:
    """Return every block that is synthesized; of those that differ in their names only, one."""
    found = [block for group in BLOCKS.values() for block in group]
    found += [part.block for structure in STRUCTURES for part in structure.parts]
    found += [variant.element for variant in CODES] + [variant.requantizer for variant in MULTIPLIERS]
    found += [array_block(lanes) for lanes in RQ_CHOICES]
    return list({(b.top, b.sources, str(b.parameters), str(b.constants)): b for b in found}.values())


def command(sim: str, block: Block, header: Path) -> list[str]:
    """Return the command that lints a block with its header's folder."""
    option = "-G" if sim == "verilator" else f"-P{block.top}."
    chosen = [f"{option}{name}={value}" for name, value in block.parameters.items()]
    sources = [f"-I{header}", *chosen, *map(str, block.sources)]
    if sim == "icarus":
        return ["iverilog", "-Wall", "-g2005", "-tnull", "-s", block.top, *sources]
    waived = [f"-Wno-{WAIVED[block.top]}"] if block.top in WAIVED else []
    return ["verilator", "--lint-only", "-Wall", *waived, "--quiet", "--top-module", block.top, *sources]


def complaints(sim: str, block: Block) -> str:
    """Return what a simulator complains about in a block, empty when there is nothing."""
    with tempfile.TemporaryDirectory() as name:
        header = Path(name)
        (header / "aslog_defs.vh").write_text(block_header(block))
        return said(command(sim, block, header))


def main() -> None:
    """Lint all blocks with both simulators and exit 1 if one says anything."""
    sys.exit(1 if lint("blocks of ppa", blocks(), complaints) else 0)


if __name__ == "__main__":
    main()
