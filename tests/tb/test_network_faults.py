"""Faults put into the top and what it wires: a small network, alone or behind one that fails, must see each."""

from functools import cache
from pathlib import Path

import pytest

from golden.compile import Words
from golden.networks.graph import INPUT, Add, MaxPool
from golden.program.plan import Program, compile_network
from golden.program.reference import tensors
from golden.program.system import SystemConfig
from golden.schedule import CoreConfig
from tb.memory import PAGE
from tb.network.runner import written_output
from tb.simulators import ROOT
from tests.tb.faults import Fault
from tests.tb.networks import Builder
from tests.tb.test_network import ILLEGAL, SLVERR, Steps, changed, simulate

SYSTEM = SystemConfig(CoreConfig(8, 4), 96, 1024, 64, 64)
BEAT = SYSTEM.data_width // 8
SEED = 1  # a fault is seen always or never
LONGEST = 12_000  # cycles of a network

# what breaks: what fails before the network that must be right, and the fault
FAULTS = {
    "token not waited for": ("", Fault("unit_queue.v", "(wanted & ~tokens) == {UNITS{1'b0}}", "1'b1")),
    "tokens of the other direction": ("", Fault("tokens.v", "given[g*UNITS+t]", "given[t*UNITS+g]")),
    "bank bit": (
        "",
        Fault(
            "activation_buffer.v",
            "vector_bank = bank_of(vector_read_address)",
            "vector_bank = bank_of(vector_read_address >> 1)",
        ),
    ),
    "burst over 4 KiB": ("", Fault("burst_walker.v", "beat | INSIDE", "beat + INSIDE")),
    "strobes": ("", Fault("store_unit.v", "{DATA_WIDTH/8{1'b0}} : packed_strobe", "{DATA_WIDTH/8{1'b0}} : 8'hFF")),
    "done while units work": ("", Fault("run_control.v", "if (ended && idle && quiet)", "if (ended && quiet)")),
    "interrupt not cleared": (
        "",
        Fault("register_file.v", "(is_done && !starting && !(write_status", "(is_done && !(1'b0 && write_status"),
    ),
    "refused load dropped": ("load", Fault("aslog.v", "layer_error != 0, load_error,", "layer_error != 0, 1'b0,")),
    "refused store dropped": ("store", Fault("aslog.v", ".fail({1'b0, store_error,", ".fail({1'b0, 1'b0,")),
    "illegal opcode dropped": ("opcode", Fault("aslog.v", "fetch_error || illegal}", "fetch_error}")),
    "illegal command dropped": (
        "vector",
        Fault("aslog.v", ".fail({1'b0, store_error, vector_error,", ".fail({1'b0, store_error, 1'b0,"),
    ),
    "address of another unit": ("load", Fault("aslog.v", "64'd0, load_error_address,", "64'd0, fetch_error_address,")),
    "tokens survive a failure": (
        "store",
        Fault("aslog.v", ".clear(clear || begin_list), .given", ".clear(rst), .given"),
    ),
    "commands survive a failure": (
        "vector",
        Fault("aslog.v", ".clk(clk), .clear(clear), .in_valid", ".clk(clk), .clear(rst), .in_valid"),
    ),
}


@cache
def network() -> tuple[Program, dict[str, Words]]:
    """Return a program whose tensors go to memory and back and whose weights cross 4 KiB, and all its tensors."""
    b = Builder((3, 6, 6), 5)
    pooled = b.add(MaxPool((2, 2), 2), b.conv(INPUT, 12))
    b.conv(b.add(Add(), pooled, b.conv(pooled, 12)), 20)
    quantized, picture = b.quantized("faults")
    program = compile_network(quantized, picture, SYSTEM)
    return program, tensors(quantized, program.lowered, picture)


def fail(steps: Steps, kind: str) -> None:
    """Add a network that fails."""
    commands = steps.program.commands
    if kind in ("load", "store"):
        command = [command for command in commands if command.unit == kind][2]
        span = (command.reads if kind == "load" else command.writes)[0]
        place = {"error_address": span.start} if kind == "load" else {}
        steps.add(steps.failing(kind, SLVERR, error_command=command.number, **place), bad=span.start)
    elif kind == "fetch":
        place = {"error_address": steps.program.list_address + 640}
        steps.add(steps.failing("fetch", SLVERR, **place), bad=place["error_address"])
    elif kind == "opcode":
        steps.add(steps.failing("fetch", ILLEGAL), steps.put(commands, {64 * 9: b"\x0f"}))
    else:
        vectors, number = changed(commands, "vector", {"shift": 63})
        steps.add(steps.failing("vector", ILLEGAL, error_command=number), steps.put(vectors))


def differs(kinds: list[str], sources: tuple[Path, ...], folder: Path) -> str:
    """Run networks that fail, each followed by one that must be right, and return what is not as it must be."""
    program, expected_tensors = network()
    right = expected_tensors[program.lowered.output]
    steps = Steps(program)
    for kind in kinds:
        if kind:
            fail(steps, kind)
        steps.good()
    try:
        results = simulate(steps, folder, SEED, 0, sources, LONGEST)
    except AssertionError as error:
        return str(error)
    for index, (expected, result) in enumerate(zip(steps.expected, results, strict=True)):
        found = {name: result["found"].get(name) for name in expected or {}}
        if found != expected:
            return f"step {index}: {found}, expected {expected}"
        if expected["done"] and (written_output(program, result["memory"]) != right).any():
            return f"step {index}: the output"
    return ""


@pytest.mark.parametrize("name", FAULTS)
def test_network_sees_the_fault(name: str, tmp_path: Path) -> None:
    kind, fault = FAULTS[name]
    assert differs([kind], fault.sources(tmp_path), tmp_path / "run")


def test_the_network_has_what_the_faults_need() -> None:
    program, _ = network()
    loads = [command.reads[0] for command in program.commands if command.unit == "load"]
    assert any(span.start // PAGE != (span.stop - 1) // PAGE for span in loads)
    stores = [command.writes[0] for command in program.commands if command.unit == "store"]
    assert any(load.overlaps(store) for load in loads for store in stores)
    assert any(span.start % BEAT for span in stores)
    assert {command.unit for command in program.commands} == {"load", "layer", "vector", "store"}


def test_nothing_differs_without_a_fault(tmp_path: Path) -> None:
    kinds = sorted({kind for kind, _ in FAULTS.values()})
    assert differs(kinds, tuple(sorted((ROOT / "rtl").glob("*.v"))), tmp_path / "run") == ""
