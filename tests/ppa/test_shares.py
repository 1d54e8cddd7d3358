from dataclasses import replace
from pathlib import Path

from golden.contract import (
    ACC_WIDTH,
    BIAS_WIDTH,
    DELTA,
    M_WIDTH,
    META_WIDTH,
    N2_MAX,
    PARAMETER,
    PARITY_MAX,
    SUM_WIDTH,
)
from ppa.blif import STATE, cut_registers
from ppa.blocks import SHARES, Block
from ppa.equivalence import golden_commands
from ppa.shares import share_conclusions
from ppa.synthesis import read_block, run_yosys

LANES = {"OC_LANES": 4, "IC_LANES": 4, "RQ_LANES": 2}
SLOTS = 2

AREAS = {
    "array": 100.0, "array_without_bce": 97.5, "array_per_tensor": 93.0,
    "core": 200.0, "core_without_bce": 190.0, "core_per_tensor": 196.0,
}  # fmt: skip


def test_shares_beside_the_goals() -> None:
    groups = {"shares": [{"block": name, "area": area} for name, area in AREAS.items()]}
    assert [(row[1], row[3]) for row in share_conclusions({"groups": groups})] == [
        ("2.5% (aim)", "6%"), ("5.0%", ""), ("7.0% (missed)", "6%"), ("2.0%", ""),
    ]  # fmt: skip


def test_no_shares_without_their_group() -> None:
    assert share_conclusions({"groups": {}}) == []


def registers(block: Block, folder: Path) -> list[str]:
    """Return the bits of registers that are left of a block of few lanes when what nothing reads is gone."""
    small = replace(block, name=f"{block.name}_small", parameters=LANES)
    blif = folder / f"{block.name}.blif"
    run_yosys([*golden_commands(read_block(small, hierarchy=False)), f"write_blif {blif}"], folder)
    return [name for name in cut_registers(blif)[0] if name.startswith(STATE)]


def test_synthesis_removes_what_a_variant_lacks(tmp_path: Path) -> None:
    whole, without_bce, per_tensor = (registers(block, tmp_path) for block in SHARES[:3])

    def bits(names: list[str], part: str) -> int:
        return sum(part in name for name in names)

    words, lanes = SLOTS * LANES["OC_LANES"], LANES["RQ_LANES"]
    metadata = N2_MAX.bit_length() + PARITY_MAX.bit_length()  # bits that the decoders read
    read = PARAMETER.width - META_WIDTH + metadata
    assert bits(whole, "u_bank.words") == words * read
    assert bits(without_bce, "u_bank.words") == words * (read - DELTA["width"])
    assert bits(per_tensor, "u_bank.words") == words * (BIAS_WIDTH + DELTA["width"])
    assert bits(whole, "partial_1") == lanes * (SUM_WIDTH - 2)  # the three highest bits are the same
    assert bits(whole, "carries_1") == lanes * (SUM_WIDTH - 1)  # the two highest
    assert bits(without_bce, "partial_1") == lanes * ACC_WIDTH
    assert bits(without_bce, "carries_1") == lanes * BIAS_WIDTH
    assert bits(without_bce, "u_window") == 0
    assert bits(whole, "factor") == lanes * M_WIDTH  # M, extended by a sign
    assert bits(per_tensor, "factor") == M_WIDTH
    constants = metadata + M_WIDTH + PARAMETER.widths["shift"]
    copies = (M_WIDTH + PARAMETER.widths["shift"]) * (lanes - 1)
    selects = 2 * words // lanes  # what M and sh are read by
    assert len(whole) - len(per_tensor) == (words - 1) * constants + copies + selects
