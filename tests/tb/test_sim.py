"""The command behind `make sim`: real layers on both simulators, its report and files, and refusals in one line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from golden.networks import network_module
from tb.simulators import BUILD, ROOT

KEYS = {"compared", "mismatched", "cycles", "macs", "utilization", "seed"}


def sim(*options: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command from a folder."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    command = [sys.executable, "-m", "tb.core", *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False)


@pytest.mark.parametrize(("simulator", "lanes"), [("verilator", "16"), ("icarus", "4")])
def test_layers_of_the_embedded_network(simulator: str, lanes: str, tmp_path: Path) -> None:
    names = network_module("resnet_fashion").REPRESENTATIVES
    files = [BUILD / "sim" / "resnet_fashion" / f"{name}.{simulator}.json" for name in names]
    for file in files:
        file.unlink(missing_ok=True)
    lane_options = ("--oc-lanes", lanes, "--ic-lanes", lanes)
    done = sim("--net", "resnet_fashion", "--sim", simulator, *lane_options, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    for name, file in zip(names, files, strict=True):
        record = json.loads(file.read_text())
        assert record.keys() >= KEYS
        assert record["compared"] > 0
        assert record["mismatched"] == 0
        assert f" {name} " in done.stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--net", "vgg"), "unknown network 'vgg': expected"),
        (("--net", "resnet_fashion", "--layer", "block9"), "has no layer 'block9': expected some of stem"),
        (("--sim", "vcs"), "unknown simulator 'vcs': expected one of verilator, icarus"),
        (("--oc-lanes", "12"), "OC_LANES = 12, expected 4, 8, 16, 32 or 64"),
        (("--seed", "many"), "valid integer"),
        (("--seed", "-1"), "greater than or equal to 0"),
    ],
)
def test_refusals_are_one_line(options: tuple[str, ...], says: str) -> None:
    done = sim(*options)
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
