"""Every module bench on both simulators."""

import pytest

from tb.bench import RUNS, pick_seed, rtl_sources, run
from tb.benches import MODULE_BENCHES, PARTS, ModuleBench
from tb.simulators import ROOT, SIMULATORS


@pytest.mark.parametrize("sim", SIMULATORS)
@pytest.mark.parametrize("module", MODULE_BENCHES, ids=lambda module: module.label)
def test_bench(module: ModuleBench, sim: str) -> None:
    seed = pick_seed()
    results = run(module.bench(sim), module.test_module, None, seed, [], {}, RUNS / f"{module.label}-{sim}", quiet=True)
    failed = [f"{result.name}: {result.message}" for result in results if not result.passed]
    assert not failed, f"SEED={seed} {failed}"


def test_every_bench_folder_is_listed() -> None:
    folders = {path.parent.name for path in (ROOT / "tb").glob("*/test_*.py")} - {"core", "network"}
    assert folders == {module.name for module in MODULE_BENCHES}


def test_every_module_is_in_a_bench() -> None:
    whole = {"core", "network"}
    benches = {module.name for module in MODULE_BENCHES} | whole
    assert {source.stem for source in rtl_sources()} == benches - whole | PARTS.keys()
    assert set(PARTS.values()) <= benches
