import itertools
import json
from pathlib import Path

import pytest
import torch

import golden.integer
import golden.quantize
from golden.contract import M_WIDTH
from golden.ladder import LEGAL_METADATA, magnitude_list
from golden.ptq.compensate import LISTS
from ppa.blocks import BLOCKS
from ppa.explore import best, draw, lane_rows, structure_rows, table_rows
from ppa.gate_simulation import simulate
from ppa.stimulus import Stimulus
from ppa.variants import CODES, MULTIPLIERS, Variant
from tests.ppa.test_block_stimulus import CLOCK, block_ports


def products(variant: Variant) -> Stimulus:
    """Return products of all codes of all lists with some activations."""
    stream = [
        (x, code, word, magnitude_list(word >> 1, word & 1)[code & 7] * x * (-1 if code & 8 else 1))
        for x, code, word in itertools.product((0, 1, 85, 170, 255), range(16), variant.lists)
    ]
    x, code, meta, product = map(list, zip(*stream, strict=True))
    return Stimulus("all codes", {"x": x, "code": code, "meta": meta}, {"product": list(product)}, 1.0)


@pytest.mark.parametrize("variant", CODES, ids=lambda variant: variant.name)
def test_element_computes_every_code_of_its_lists(variant: Variant, tmp_path: Path) -> None:
    gates = block_ports(variant.element, tmp_path)
    none = tmp_path / "none.v"
    none.write_text("")
    stimulus = products(variant)
    assert simulate(gates, gates.verilog, none, stimulus, CLOCK, tmp_path).compared == stimulus.cycles


def test_quantizer_keeps_to_a_variant_and_forgets_it() -> None:
    before, ratio = list(LEGAL_METADATA), torch.tensor([0.0125])
    usual = [int(value) for value in golden.quantize.encode_ratio(ratio)]
    wide = Variant(n2_max=3, parity=False, m_width=M_WIDTH + 2)
    with wide.in_force():
        assert wide.lists == [0, 2, 4, 6]
        assert {*LEGAL_METADATA} == {0, 2, 4, 6}
        multiplier, shift = (int(value) for value in golden.quantize.encode_ratio(ratio))
        assert (multiplier + 2) // 4 == usual[0]
        assert shift == usual[1]
        total = torch.tensor([20000])
        finer = golden.integer.requantize(total, torch.tensor([multiplier]), torch.tensor([shift]), 0, 0, 255)
    assert before == LEGAL_METADATA
    assert [int(value) for value in golden.quantize.encode_ratio(ratio)] == usual
    coarse = golden.integer.requantize(total, torch.tensor(usual[:1]), torch.tensor(usual[1:]), 0, 0, 255)
    assert (int(finer), int(coarse)) == (250, 249)  # of 0.0125 * 20000


def test_quantizer_works_with_a_single_list() -> None:
    with Variant(n2_max=0, parity=False).in_force():
        assert len(LEGAL_METADATA) >= LISTS
        assert set(LEGAL_METADATA) == {0}


def test_default_is_among_the_variants() -> None:
    assert Variant() in CODES
    assert Variant() in MULTIPLIERS
    assert len({variant.element.name for variant in CODES}) == len(CODES)
    assert Variant().element == BLOCKS["ae"][0]


def point(area: float, error: float) -> dict[str, float]:
    numbers = {"area": area, "error": error, "lost": 0.01, "lost_low": 0.0, "lost_high": 0.02}
    return numbers | {"n2_max": 3, "parity": True, "m_width": 16}


def test_best_are_not_beaten(tmp_path: Path) -> None:
    points = [point(1, 3), point(2, 2), point(2, 3), point(3, 2), point(4, 1)]
    assert best(points) == [True, True, False, False, True]
    lanes = [{"rq_lanes": 8, "area": 2.0, "cycles": 10}, {"rq_lanes": 4, "area": 1.0, "cycles": 10}]
    structures = [
        {"what": what, "area": area, "energy_j": 1e-12, "glitch_energy_j": energy, "period_ps": 2500.0, "compared": 9}
        for what, area, energy in (("the design", 1.0, 2e-12), ("another", 2.0, 2e-12))
    ]
    result = {"code": points, "multiplier": points[:1], "lanes": lanes, "structures": structures}
    result |= {"library": "tiny", "net": "none"}
    assert [row[-1] for row in table_rows(result)] == ["yes", "yes", "", "", "yes", "yes"]
    assert [row[-1] for row in lane_rows(result)] == ["", "yes"]
    assert structure_rows(result)[0] == ("the design", "1.0", "1.000", "2.000", "2.50", "9", "yes")
    assert structure_rows(result)[1][-1] == ""
    draw(json.loads(json.dumps(result)), tmp_path / "explore.svg")
    text = (tmp_path / "explore.svg").read_text()
    assert "n2 to 3" in text
    assert "8 lanes" in text
    assert "another" in text
