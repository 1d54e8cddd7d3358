import pytest

from golden.program.system import SystemConfig
from ppa.assumptions import ASSUMPTIONS
from ppa.document import text
from ppa.projection import Measured, Memories, figures, measured_of, project, projection, projection_rows
from ppa.reference import Process

PROCESS = Process(nand2_area=24.0, nand2_f=12.5e-15, fo4_s=99e-12, supply_v=1.8)
MEASURED = Measured(3e6, 5e6, 4e6, 10e-9, 20e-12, 1.5, PROCESS)
NONE = Memories(0, 0.0, 0.0)
SAME = {
    "nand2_um2": 24.0, "utilization": 1.0, "nand2_ff": 12.5, "supply_v": 1.8, "fo4_ps": 99.0, "wire_energy": 1.0,
    "wire_delay": 1.0, "clock_tree": 1.0, "leakage": 1.0, "other_logic": 0.0, "other_activity": 0.0,
    "bitcell_um2": 1.0, "ports": 1.0, "memory_efficiency": 1.0, "buffer_pj": 1.0, "accumulator_pj": 1.0,
}  # fmt: skip
"""The measured process itself, with nothing added."""
LIKELY = {name: of.mid for name, of in ASSUMPTIONS.items()}


def test_same_node_is_the_measurement() -> None:
    found = figures(MEASURED, NONE, 256, SAME)
    assert found["area, mm2"] == pytest.approx(5.0)
    assert found["clock, MHz"] == pytest.approx(100.0)
    assert found["GOPS"] == pytest.approx(51.2)
    assert found["GOPS/mm2"] == pytest.approx(51.2 / 5)
    assert found["pJ per MAC, logic"] == pytest.approx(30.0)  # with glitches
    assert found["TOPS/W"] == pytest.approx(2 / 30)


def test_scaling() -> None:
    found, base = (figures(MEASURED, NONE, 256, SAME | change) for change in ({"supply_v": 0.9, "fo4_ps": 49.5}, {}))
    assert found["TOPS/W"] == pytest.approx(4 * base["TOPS/W"])
    assert found["GOPS"] == pytest.approx(2 * base["GOPS"])
    assert figures(MEASURED, NONE, 256, SAME | {"nand2_um2": 12.0})["GOPS/mm2"] == pytest.approx(2 * base["GOPS/mm2"])
    assert figures(MEASURED, NONE, 256, SAME | {"other_activity": 1.0})["pJ per MAC, logic"] == pytest.approx(40.0)


def test_memories_are_of_the_accelerator() -> None:
    memories = Memories.of(SystemConfig())
    assert memories.bits == 8192 * 128 + 8192 * 64 + 2048 * 64 + 2 * 32 * (16 * (26 + 14) + 24)
    found = figures(MEASURED, Memories(2_000_000, 256.0, 0.0), 256, SAME)
    assert found["memories, mm2"] == pytest.approx(2.0)
    assert found["pJ per MAC, memories"] == pytest.approx(1.0)


def test_ranges_hold_each_assumption_and_all_at_once() -> None:
    found, ends = project(MEASURED, Memories.of(SystemConfig()), 256)
    ratio = found["GOPS/mm2"]
    assert ratio.mid == figures(MEASURED, Memories.of(SystemConfig()), 256, LIKELY)["GOPS/mm2"]
    assert ratio.lowest < ratio.low < min(end for of in ends.values() for end in of[:2]) < ratio.mid
    assert ratio.mid < max(end for of in ends.values() for end in of[:2]) < ratio.high < ratio.highest


@pytest.mark.parametrize("name", ASSUMPTIONS)
def test_assumption_counts(name: str) -> None:
    of = ASSUMPTIONS[name]
    assert of.low < of.high
    assert of.low <= of.mid <= of.high
    memories = Memories.of(SystemConfig())
    assert figures(MEASURED, memories, 256, LIKELY | {name: of.low}) != figures(
        MEASURED, memories, 256, LIKELY | {name: of.high}
    )


def power(energy: float, *, glitches: bool) -> dict[str, object]:
    return {"energy_per_op_j": energy, "glitches": glitches}


def test_projection_stands_apart() -> None:
    groups = {
        "array": [{"design": "ours", "area": 3e6, "power": [power(20e-12, glitches=False)]}],
        "lane": [{"design": "ours", "power": [power(1.0, glitches=False), power(1.5, glitches=True)]}],
        "core": [{"area": 5e6, "period_ps": 10000.0}],
        "shares": [{"block": "array", "area": 3e6}, {"block": "core", "area": 4e6}],
    }
    process = {"nand2_area": 24.0, "nand2_f": 12.5e-15, "fo4_s": 99e-12, "supply_v": 1.8}
    assert measured_of({"groups": groups, "process": process}) == MEASURED
    projected = projection({"groups": groups, "process": process})
    assert projected is not None
    assert [row[4] for row in projection_rows(projected)][:4] == ["336.3", "12.2", "0.8", "269.04"]
    empty = {"commit": "", "library": "", "liberty": "", "tools": {}, "seconds": 0.0, "groups": {}}
    page = text(empty | {"projection": projected})
    assert page.index("aim |") < page.index("### Projection") < page.index("336.3")
    assert all(of.reason in page for of in ASSUMPTIONS.values())


@pytest.mark.parametrize("missing", ["array", "core", "shares"])
def test_no_projection_without_its_measurements(missing: str) -> None:
    groups = {
        "array": [{"design": "ours", "area": 1.0}],
        "core": [{"area": 1.0, "period_ps": 1.0}],
        "shares": [{"block": "core", "area": 1.0}],
        missing: [],
    }
    assert projection({"groups": groups, "process": {}}) is None
