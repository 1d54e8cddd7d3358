"""Whole networks on the accelerator: every byte of every operation, bus errors, stops, resets, one after the other."""

import json
import random
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from golden.contract import DESCRIPTOR, ERRORS, TARGETS, TRANSFER, VECTOR
from golden.errors import LayerError
from golden.frontend import import_module
from golden.networks.integer import QuantizedNetwork
from golden.program.commands import Command, list_bytes
from golden.program.plan import Program, compile_network
from golden.program.reference import tensors
from golden.program.system import SystemConfig
from golden.ptq.network import quantize_network
from golden.ptq.options import PtqOptions
from golden.registers import registers
from golden.schedule import CoreConfig
from tb.bench import RUNS, Bench, covered, pick_seed, run
from tb.benches import WHOLE
from tb.network import runner
from tb.network.runner import Simulation, network_sources, parameters, run_network, written_output
from tb.network.test_robustness import LONGEST
from tb.simulators import ROOT
from tests.golden.frontend.models import MODELS, build
from tests.tb.shipped import plain_when_shipped

SLVERR, ILLEGAL = 2, 1
UNITS = registers()["ERROR"].fields["source"].values

# simulator, accelerator, memory that waits, models
CASES = [
    (
        "verilator",
        SystemConfig(),
        False,
        ["cifar_resnet_b", "mobilenet_v2_two_means", "vgg", "mnist"],
    ),
    (
        "verilator",
        SystemConfig(CoreConfig(8, 8), activation_words=1024, weight_rows=1024, parameter_words=256, data_width=64),
        True,
        ["cifar_resnet_a", "densenet", "squeeze", "oddities"],
    ),
    ("verilator", SystemConfig(CoreConfig(16, 8), data_width=256), True, ["resnet", "mobilenet_v2", "pre_activation"]),
    ("icarus", SystemConfig(CoreConfig(4, 8, rq_lanes=2), data_width=64), True, ["squeeze"]),
]


def test_every_model_is_run() -> None:
    assert {name for *_, names in CASES for name in names} == MODELS.keys()


@cache
def quantized(name: str) -> tuple[QuantizedNetwork, Tensor]:
    """Return a small network rounded to nearest, and a picture, uint8 (C, H, W)."""
    graph = import_module(*build(name))
    generator = torch.Generator().manual_seed(3)
    pictures = torch.randint(0, 256, (4, *graph.shape), dtype=torch.uint8, generator=generator)
    return quantize_network(graph, pictures, PtqOptions(compensated=False)), pictures[0]


@pytest.mark.parametrize(("sim", "system", "stall", "models"), CASES, ids=lambda value: str(value)[:40])
def test_networks(
    sim: str, system: SystemConfig, stall: bool, models: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain_when_shipped(system, monkeypatch)
    for name in models:
        network, picture = quantized(name)
        program = compile_network(network, picture, system)
        folder = RUNS / f"network-{sim}-{system.core.oc_lanes}x{system.core.ic_lanes}"
        outcome = run_network(network, picture, program, sim, pick_seed(), folder, stall)
        assert outcome.good, f"{name}: {outcome.problem()}"
        expected = tensors(network, program.lowered, picture)
        assert outcome.compared == sum(
            expected[work.output].size for work in program.lowered.works if not is_part(work)
        )
        assert (outcome.output == expected[program.lowered.output]).all()
        counters, layers = outcome.counters, [event for event in outcome.events if event.unit == "layer"]
        for name in runner.COUNTS:
            assert counters[f"layer_{name}"] == sum(event.counts[name] for event in layers), f"{name} of {counters}"
        stored = sum(command.moved for command in program.commands if command.unit == "store")
        assert counters["write_bytes"] == stored
        assert counters["read_bytes"] >= sum(command.moved for command in program.commands) - stored > 0


def is_part(work: Any) -> bool:
    """Return whether an operation writes only a part of its output; the parts are compared one by one."""
    return getattr(work, "first", 0) > 0


@pytest.mark.parametrize(
    ("system", "reason"),
    [
        (SystemConfig(activation_words=64), "words for one row of its output, expected at most ACTIVATION_WORDS = 64"),
        (SystemConfig(weight_rows=64), "weight rows for 16 channels, expected at most WEIGHT_ROWS = 64"),
    ],
)
def test_refused_before_simulation(system: SystemConfig, reason: str) -> None:
    with pytest.raises(LayerError, match=reason):
        compile_network(*quantized("cifar_resnet_a"), system)


# failures

SMALL = SystemConfig(CoreConfig(8, 8), activation_words=1024, weight_rows=1024, parameter_words=256, data_width=64)


class Steps:
    """Steps for the bench: networks that must be right, or fail as said; lists of commands beside the program's own."""

    def __init__(self, program: Program) -> None:
        self.program, self.steps, self.expected = program, [], []  # type: ignore[var-annotated]
        self.image = list(program.image)
        self.end = program.memory_bytes

    def add(self, expected: dict[str, int] | None, commands: int = -1, bad: int = -1, **times: int) -> None:
        """Add a step. expected: of status and error registers, None when nothing is known of them; bad: address."""
        beat = self.program.system.data_width // 8
        place = self.program.list_address if commands < 0 else commands
        times = {"stop": -1, "reset": -1} | times
        self.steps.append({"list": place, "bad": bad // beat if bad >= 0 else -1} | times)
        self.expected.append(expected)

    def good(self, commands: int = -1) -> None:
        """Add a network that must be right."""
        self.add({"done": 1, "failed": 0, "source": 0, "code": 0}, commands)

    def failing(self, source: str, code: int, **fields: int) -> dict[str, int]:
        """Return what a failure must leave in the registers."""
        return {"done": 0, "failed": 1, "source": UNITS[source], "code": code} | fields

    def put(self, commands: list[Command], patch: dict[int, bytes] | None = None) -> int:
        """Put another list into memory, some of its bytes changed, and return its address."""
        data = bytearray(list_bytes(commands))
        for place, new in (patch or {}).items():
            data[place : place + len(new)] = new
        self.image.append((self.end, bytes(data)))
        address, self.end = self.end, self.end + len(data)
        return address


def changed(commands: list[Command], unit: str, fields: dict[str, int]) -> tuple[list[Command], int]:
    """Return commands with the last of a unit changed, and its number."""
    place = max(index for index, command in enumerate(commands) if command.unit == unit)
    record = {"load": TRANSFER, "layer": DESCRIPTOR, "vector": VECTOR}[unit]
    payload = record.pack(**(record.unpack(commands[place].payload) | fields))
    return [*commands[:place], replace(commands[place], payload=payload), *commands[place + 1 :]], commands[
        place
    ].number


def failures(steps: Steps, rng: random.Random) -> None:
    """Add failures of every kind, each followed by a network that must be right."""
    program, commands = steps.program, steps.program.commands
    stores = [command for command in commands if command.unit == "store"]
    stored = [span for command in stores for span in command.writes]
    loads = [c for c in commands if c.unit == "load" and not any(span.overlaps(c.reads[0]) for span in stored)]
    for unit, own in (("load", loads), ("store", stores)):
        for command in (own[0], rng.choice(own), own[-1]):
            span = (command.reads if unit == "load" else command.writes)[0]
            steps.add(steps.failing(unit, SLVERR, error_command=command.number), bad=span.start)
            steps.good()
    steps.add(steps.failing("fetch", SLVERR), bad=program.list_address + 64 * rng.randrange(len(commands)))
    steps.good()
    steps.add(steps.failing("fetch", ILLEGAL), steps.put(commands, {64 * (len(commands) // 2): b"\x0f"}))
    steps.good()
    loads_changed, number = changed(commands, "load", {"target": len(TARGETS)})
    steps.add(steps.failing("load", ILLEGAL, error_command=number), steps.put(loads_changed))
    steps.good()
    layers, number = changed(commands, "layer", {"stride": 3})
    steps.add(steps.failing("layer", ERRORS["stride"], error_command=number), steps.put(layers))
    steps.good()
    vectors, number = changed(commands, "vector", {"shift": 63})
    steps.add(steps.failing("vector", ILLEGAL, error_command=number), steps.put(vectors))
    steps.good()
    for high in (0xAAA00000, 0x55500000):  # the memory looks at lower bits only
        place, beat = high | program.list_address, program.list_address + 64 * rng.randrange(len(commands))
        steps.add(steps.failing("fetch", SLVERR, error_address=high | beat), place, beat)
        steps.good(place)
    for _ in range(6):
        steps.add(steps.failing("stopped", 0), stop=rng.randrange(100, 6000))
        steps.good()
        steps.add(None, reset=rng.randrange(1, 6000))
        steps.good()
    for _ in range(10):
        steps.good()


@pytest.mark.parametrize("stall", [0, 1])
def test_failures_leave_it_usable(stall: int) -> None:
    seed = pick_seed()
    network, picture = quantized("mobilenet_v2")
    program = compile_network(network, picture, SMALL)
    steps = Steps(program)
    failures(steps, random.Random(seed))
    folder = (RUNS / f"network-failures-{stall}").resolve()
    results = simulate(steps, folder, seed, stall)
    assert len(results) == len(steps.steps)
    right = tensors(network, program.lowered, picture)[program.lowered.output]
    good = 0
    for index, (what, expected, result) in enumerate(zip(steps.steps, steps.expected, results, strict=True)):
        found = {name: result["found"].get(name) for name in expected or {}}
        assert found == (expected or {}), f"SEED={seed} step {index} {what}"
        if expected is not None and expected["done"]:
            assert (written_output(program, result["memory"]) == right).all(), f"SEED={seed} step {index}"
            good += 1
    assert good > len(results) // 3


def simulate(
    steps: Steps, folder: Path, seed: int, stall: int, faulty: tuple[Path, ...] = (), longest: int = LONGEST
) -> list[dict[str, Any]]:
    """Run the steps and return what each gave. faulty: RTL that takes the design's place, on Icarus."""
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    program = replace(steps.program, image=steps.image, memory_bytes=steps.end)
    beats = runner.write_image(program, images / "memory.bin")
    ports = runner.ports(program, beats, bool(stall), range(0))
    job = {"steps": steps.steps, "ports": ports, "images": str(images), "longest": longest}
    (images / "job.json").write_text(json.dumps(job))
    own = parameters(program.system, steps.end)
    bench = Bench("tb_network", network_sources(), own, "verilator", covered=covered(*WHOLE))
    if faulty:
        wrappers = sorted((ROOT / "tb" / "network").glob("*.v"))
        bench = Bench("tb_network", (*faulty, *wrappers), own, "icarus")
    env = {"NETWORK_JOB": str(images / "job.json")}
    run_dir, plusargs = folder / "run", [f"+images={images}/"]
    results = run(bench, "tb.network.test_robustness", None, seed, plusargs, env, run_dir, quiet=True)
    assert all(result.passed for result in results), results
    found: list[dict[str, Any]] = json.loads((run_dir / "results.json").read_text())
    return found


def test_waveform_of_some_cycles(tmp_path: Path) -> None:
    program = compile_network(*quantized("squeeze"), SMALL)
    simulation = Simulation(program, "icarus", 1, tmp_path)
    result = simulation.run(dump=range(500, 600))
    assert not result["ended"]
    assert 600 <= result["cycles"] < 700
    text = (simulation.images / "dump.vcd").read_text()
    assert "u_aslog" in text
    assert len(text) > 1000


def test_no_wrong_byte_is_missed(tmp_path: Path) -> None:
    """A byte that the golden model has otherwise is found, and a word that was never written."""
    network, picture = quantized("squeeze")
    program = compile_network(network, picture, SMALL)
    other = picture.clone()
    other[0, 0, 0] ^= 1
    outcome = run_network(network, other, program, "verilator", 1, tmp_path)
    assert outcome.ended
    assert 0 < outcome.wrong < outcome.compared
    assert outcome.first is not None
    assert outcome.first.operation == program.lowered.works[0].name
