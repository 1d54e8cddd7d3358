"""A hundred networks back to back, dozens of them after a reset in the middle of another: nothing is left behind."""

import json
import random
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from golden.compile import Words
from golden.errors import LayerError
from golden.program.plan import Program, compile_network
from golden.program.reference import tensors
from tb.bench import RUNS, Bench, covered, pick_seed, run
from tb.benches import WHOLE
from tb.network.runner import compare_written, network_sources, parameters, ports
from tb.network.test_sequence import BUS, WRITTEN
from tests.tb.memories import memory_after, poisoned
from tests.tb.networks import random_network
from tests.tb.test_network import SMALL, quantized

NAMED = ("squeeze", "vgg", "pre_activation", "mobilenet_v2")
RANDOM = 10
NETWORKS, RESETS = 100, 40
BEAT = SMALL.data_width // 8


@dataclass(frozen=True)
class Compiled:
    """A network's program, and what its tensors must be."""

    program: Program
    expected: dict[str, Words]

    @property
    def size(self) -> int:
        """Return the bytes of memory, whole beats."""
        return -(-self.program.memory_bytes // BEAT) * BEAT

    @property
    def cycles(self) -> int:
        """Return an estimate of its cycles."""
        return sum(command.cycles for command in self.program.commands)


@cache
def networks(seed: int) -> list[Compiled]:
    """Return the networks of the test."""
    made = [quantized(name) for name in NAMED]
    found: list[Compiled] = []
    while len(found) < len(NAMED) + RANDOM:
        if not made:
            seed += 1
            made.append(random_network(seed).quantized(f"seed{seed}"))
        network, picture = made.pop(0)
        try:
            program = compile_network(network, picture, SMALL)
        except LayerError:
            continue
        found.append(Compiled(program, tensors(network, program.lowered, picture)))
    return found


def step(compiled: Compiled, image: bytes, path: Path, chance: random.Random) -> dict[str, Any]:
    """Put an image into a file and return the step that runs it."""
    words = np.frombuffer(image, dtype=np.uint8).reshape(-1, BEAT)
    path.write_bytes(words[:, ::-1].tobytes())
    what = ports(compiled.program, len(words), bool(chance.randrange(2)), range(0))
    return {
        "image": str(path),
        "list_address": compiled.program.list_address,
        "ports": what | {"save_from": 0, "save_to": len(words) - 1},
        "reset": -1,
        "at": "",
    }


def memory(path: Path) -> Words:
    """Return the bytes that $writememh wrote."""
    lines = [line for line in path.read_text().split() if not line.startswith(("//", "@"))]
    return np.frombuffer(b"".join(bytes.fromhex(line)[::-1] for line in lines), dtype=np.uint8)


def test_a_hundred_networks_without_residue(tmp_path: Path) -> None:
    seed = pick_seed()
    chance = random.Random(seed)
    choice = networks(seed)
    steps: list[dict[str, Any]] = []
    plan: list[tuple[Compiled, bytes]] = []
    cuts = 0
    before_reset = {*chance.sample(range(NETWORKS), RESETS)}
    for number in range(NETWORKS):
        for cut in [True, False] if number in before_reset else [False]:
            compiled = chance.choice(choice) if number >= len(choice) or cut else choice[number]
            image = poisoned(compiled.program, compiled.size, chance)
            steps.append(step(compiled, image, tmp_path / f"{len(steps)}.bin", chance))
            plan.append((compiled, image))
            if cut:
                cuts += 1  # every other one in a transfer, each kind in turn, early enough that one follows
                at = BUS[cuts // 2 % len(BUS)] if cuts % 2 else ""
                steps[-1] |= {"reset": chance.randrange(1, max(compiled.cycles // (4 if at else 1), 2)), "at": at}
    images = tmp_path / "images"
    images.mkdir()
    (images / "job.json").write_text(json.dumps({"steps": steps, "images": str(images)}))
    most = max(compiled.program.memory_bytes for compiled in choice)
    bench = Bench("tb_network", network_sources(), parameters(SMALL, most), "verilator", covered=covered(*WHOLE))
    folder = (RUNS / "network-sequence").resolve()
    env = {"NETWORK_JOB": str(images / "job.json")}
    results = run(bench, "tb.network.test_sequence", None, seed, [f"+images={images}/"], env, folder, quiet=True)
    assert all(result.passed for result in results), f"SEED={seed} {results}"
    found = json.loads((folder / "results.json").read_text())
    own = tmp_path / "own"
    own.mkdir()
    written, right, open_channels, start = [(images / name).read_bytes() for name in WRITTEN], 0, Counter[str](), [0, 0]
    for number, (what, (compiled, image), result) in enumerate(zip(steps, plan, found, strict=True)):
        parts = [data[a:b] for data, a, b in zip(written, start, result["written"], strict=True)]
        start = result["written"]
        if what["reset"] >= 0:
            open_channels.update(result["open"])
            continue
        message = f"SEED={seed} step {number}"
        assert (result["done"], result["failed"], result["busy"]) == (1, 0, 0), message
        for name, part in zip(WRITTEN, parts, strict=True):
            (own / name).write_bytes(part)
        compared, wrong, first = compare_written(compiled.program, compiled.expected, own)
        assert compared > 0, message
        assert not wrong, f"{message}: {wrong} bytes wrong, the first in {first}"
        after, known = memory_after(compiled.program, image, compiled.expected)
        assert not ((memory(folder / f"{number}.hex") != after) & known).any(), f"{message}: bytes of memory"
        right += 1
    assert right == NETWORKS
    assert all(open_channels[signal] for signal in BUS), f"resets met {open_channels}"
