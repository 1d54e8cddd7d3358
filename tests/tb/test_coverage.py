"""Merging of functional and code coverage, and thresholds that fail with the names of what is missing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from golden.contract import M_WIDTH
from golden.ladder import LEGAL_METADATA
from tb.coverage import code, functional
from tb.coverage.__main__ import app
from tb.simulators import ROOT

EXPORT = """import sys
from pathlib import Path
import numpy as np
from tb.coverage.points import export, sample_arithmetic, sample_bce, sample_layer, sample_requantization
{body}
export(Path(sys.argv[1]))
"""
LAYER = {
    "mode": "dense",
    "kernel": (3, 3),
    "stride": 1,
    "pads": (1, 1, 1, 1),
    "padding_sides": ["top", "left"],
    "stripe_remainder": True,
    "single_stripe": False,
    "ic_remainder": False,
    "oc_remainder": False,
    "back_pressure": False,
    "error": "none",
}
ALL = "[functional]\ndefault = {0}\n[line]\ndefault = 0\n[toggle]\ndefault = 0\n"


def export(path: Path, body: str) -> dict[str, functional.Point]:
    """Sample in a process of its own, as every simulation does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", EXPORT.format(body=body), str(path)]
    subprocess.run(command, cwd=ROOT, check=True)
    return {point.name: point for point in functional.points(path)}


def dat(path: Path, *entries: tuple[str, int, str, str, int]) -> Path:
    """Write a coverage.dat of (file, line, page, comment, count)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["# SystemC::Coverage-3"]
    for file, line, page, comment, count in entries:
        keys = {"f": str(ROOT / file), "l": str(line), "n": "1", "page": page, "o": comment, "h": f"TOP.{line}"}
        packed = "".join(f"\x01{key}\x02{value}" for key, value in keys.items())
        lines.append(f"C '{packed}' {count}")
    path.write_text("\n".join(lines) + "\n")
    return path


def test_arithmetic_bins(tmp_path: Path) -> None:
    points = export(tmp_path / "a.xml", "sample_arithmetic([0, 8, 1, 9], 0, np.array([[0], [5]]))")
    assert points["product.zero"].missing == ()
    assert points["product.sign"].missing == ()
    assert len(points["product.rung"].missing) == points["product.rung"].bins - 1
    assert points["weight.code_metadata"].bins == 16 * len(LEGAL_METADATA)


def test_requantization_bins(tmp_path: Path) -> None:
    body = (
        f"sample_requantization([-3, 3, 1, -1000, 1000, 0], [{1 << (M_WIDTH - 1)}] * 6, [4, 4, 5, 3, 3, 6], 0, 0, 255)"
    )
    points = export(tmp_path / "a.xml", body)
    assert points["requantization.rounding"].missing == ()
    assert points["requantization.clamp"].missing == ()
    assert points["requantization.saturation"].missing == ()
    assert points["requantization.total"].missing == ()


def test_layer_bins(tmp_path: Path) -> None:
    points = export(tmp_path / "a.xml", f"sample_layer({LAYER!r})")
    assert points["layer.mode"].missing == ("depthwise", "packed")
    assert points["layer.padding"].missing == ("none", "bottom", "right")
    refused = export(tmp_path / "b.xml", f"sample_layer({LAYER | {'error': 'shape'}!r})")
    assert "shape" not in refused["layer.error"].missing
    assert len(refused["layer.mode"].missing) == 3


def test_layer_outside_the_contract(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        export(tmp_path / "a.xml", f"sample_layer({LAYER | {'mode': 'sparse'}!r})")


def test_functional_merge_joins_runs(tmp_path: Path) -> None:
    export(tmp_path / "a.xml", "sample_bce([0])")
    export(tmp_path / "b.xml", "sample_bce([0b0001, 0b1011])")
    functional.merge([tmp_path / "a.xml", tmp_path / "b.xml"], tmp_path / "merged.xml")
    merged = {point.name: point for point in functional.points(tmp_path / "merged.xml")}
    assert merged["bce.zero"].missing == ()
    assert len(merged["bce.coefficient"].missing) == 12


def test_code_merge_joins_instances_and_runs(tmp_path: Path) -> None:
    first = dat(
        tmp_path / "a.dat",
        ("rtl/ae.v", 5, "v_line/ae", "block", 0),
        ("rtl/ae.v", 6, "v_toggle/ae", "x[0]:0->1", 0),
        ("tb/ae/tb_ae.v", 5, "v_line/tb_ae", "block", 0),
    )
    second = dat(tmp_path / "b.dat", ("rtl/ae.v", 5, "v_line/ae__W4", "block", 3))
    coverage = code.by_file(code.read([first, second], ROOT), ["rtl/ae.v", "rtl/bce.v"])
    assert [(entry.file, entry.kind, entry.percent) for entry in coverage] == [
        ("rtl/ae.v", "line", 100.0),
        ("rtl/ae.v", "toggle", 0.0),
        ("rtl/bce.v", "line", 0.0),
        ("rtl/bce.v", "toggle", 0.0),
    ]
    assert [str(point) for point in coverage[1].missing] == ["rtl/ae.v:6 x[0]:0->1"]


def report(tmp_path: Path, thresholds: str) -> tuple[int, str]:
    """Run the command and return its exit code and output."""
    (tmp_path / "thresholds.toml").write_text(thresholds)
    options = ["--runs", tmp_path / "runs", "--out", tmp_path / "out", "--thresholds", tmp_path / "thresholds.toml"]
    done = CliRunner().invoke(app, ["report", *map(str, options)])
    return done.exit_code, done.output


def test_report_passes_and_fails_at_its_threshold(tmp_path: Path) -> None:
    export(tmp_path / "runs" / "a" / "functional.xml", "sample_bce([0])")
    dat(tmp_path / "runs" / "a" / "coverage.dat", ("rtl/ae.v", 6, "v_toggle/ae", "x[0]:0->1", 0))
    assert report(tmp_path, ALL.format(0))[0] == 0
    code_low, output = report(tmp_path, ALL.format(0).replace("[line]", '"bce.zero" = 100\n[line]'))
    assert code_low == 1
    assert "functional bce.zero: 1 missing\n    False\n" in output
    rows = {row["name"]: row for row in json.loads((tmp_path / "out" / "report.json").read_text())}
    assert rows["bce.zero"]["missing"] == ["False"]
    assert not rows["bce.zero"]["passed"]
    assert (tmp_path / "out" / "report.txt").read_text() == output
    assert report(tmp_path, ALL.format(0).replace("[toggle]", '[toggle]\n"rtl/ae.v" = 1'))[0] == 1


def test_report_refuses_what_it_cannot_judge(tmp_path: Path) -> None:
    assert report(tmp_path, ALL.format(0))[0] == 2
    export(tmp_path / "runs" / "functional.xml", "")
    dat(tmp_path / "runs" / "coverage.dat", ("rtl/ae.v", 6, "v_toggle/ae", "x[0]:0->1", 0))
    status, output = report(tmp_path, ALL.format(0).replace("[line]", '"no.such" = 5\n[line]'))
    assert (status, "no.such, which does not exist" in output) == (2, True)
    assert report(tmp_path, "[functional]\ndefault = 1\n")[0] == 2
    assert report(tmp_path, "[functional\n")[0] == 2
