"""Every module bench on both simulators."""

import os
import random
from pathlib import Path

import pytest

from tb.bench import RUNS, Bench, rtl_sources, run
from tb.simulators import ROOT, SIMULATORS

BENCHES = sorted(path.parent for path in (ROOT / "tb").glob("*/tb_*.v") if path.parent.name != "core")


@pytest.mark.parametrize("sim", SIMULATORS)
@pytest.mark.parametrize("folder", BENCHES, ids=lambda path: path.name)
def test_bench(folder: Path, sim: str) -> None:
    seed = int(os.environ.get("SEED", random.getrandbits(31)))
    print(f"SEED={seed}")
    name = folder.name
    bench = Bench(f"tb_{name}", sources=(*rtl_sources(), folder / f"tb_{name}.v"), sim=sim)
    results = run(bench, f"tb.{name}.test_{name}", None, seed, [], {}, RUNS / f"{name}-{sim}", quiet=True)
    assert results
    assert [result for result in results if not result.passed] == [], f"SEED={seed}"
