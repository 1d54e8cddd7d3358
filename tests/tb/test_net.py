"""The commands behind `make net` and `make roofline`: table, files, and refusals in one line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tb.simulators import BUILD, ROOT


def command(module: str, *options: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a command from a folder."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    line = [sys.executable, "-m", module, *options]
    return subprocess.run(line, capture_output=True, text=True, cwd=cwd, env=environment, check=False)


def test_network_and_roofline(tmp_path: Path) -> None:
    result = BUILD / "net" / "resnet_fashion" / "resnet_fashion.json"
    result.unlink(missing_ok=True)
    done = command("tb.network", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    record = json.loads(result.read_text())
    totals, rows = record["totals"], record["operations"]
    assert record["compared"] > 0
    assert record["wrong"] == 0
    assert totals["bytes"] == totals["predicted_bytes"]
    assert sum(row["moved"] for row in rows) < totals["bytes"]
    assert sum(row["cycles"] for row in rows) == pytest.approx(totals["cycles"], abs=100)
    assert totals["predicted_cycles"] == pytest.approx(totals["cycles"], rel=0.01)
    for row in rows:
        assert row["predicted_cycles"] == pytest.approx(row["cycles"], rel=0.05), row["name"]
    assert all(row["name"] in done.stdout for row in rows)
    drawn = command("tb.roofline", "--folder", str(BUILD / "net"), cwd=tmp_path)
    assert drawn.returncode == 0, drawn.stdout + drawn.stderr
    assert (BUILD / "net" / "roofline.png").read_bytes().startswith(b"\x89PNG")
    assert "resnet_fashion: AE use" in (BUILD / "net" / "roofline.svg").read_text()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--net", "vgg"), "unknown network 'vgg': expected"),
        (("--picture", "nothing.png"), "nothing.png"),
        (("--layer", "block9"), "no operation 'block9': expected one of stem"),
        (("--data-width", "100"), "DATA_WIDTH = 100, expected one of 64, 128, 256"),
        (("--activation-words", "64"), "expected at most ACTIVATION_WORDS = 64"),
        (("--seed", "-1"), "greater than or equal to 0"),
    ],
)
def test_refusals_are_one_line(options: tuple[str, ...], says: str) -> None:
    done = command("tb.network", *options)
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_no_results_to_draw(tmp_path: Path) -> None:
    done = command("tb.roofline", "--folder", str(tmp_path))
    assert done.returncode == 2
    assert "type: make net" in done.stderr
