"""Random small networks on the whole accelerator: every byte that a unit writes, or a refusal before simulation."""

from contextlib import suppress
from pathlib import Path

import pytest

from golden.errors import LayerError
from golden.networks.graph import (
    INPUT,
    Add,
    AveragePool,
    Concat,
    GlobalAverage,
    MaxPool,
    PadChannels,
    PadPicture,
)
from golden.program.plan import compile_network
from golden.program.system import BANKS, SystemConfig
from golden.schedule import CoreConfig
from tb.bench import pick_seed
from tb.network.runner import run_network
from tests.tb.networks import Builder, random_network

NETWORKS = 6
SQUARE = SystemConfig(CoreConfig(8, 8), 512, 2048, 64, 64)
TALL = SystemConfig(CoreConfig(32, 8), 1024, 8192, 128, 256)
WIDE = SystemConfig(CoreConfig(8, 16), 512, 1024, 64, 128)
TINY = SystemConfig(CoreConfig(4, 4), 256, 1024, 64, 64)


@pytest.fixture(autouse=True)
def without_coverage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build plain models: what these networks cover the others do too."""
    monkeypatch.setenv("HDL_COVERAGE", "0")


def check(builder: Builder, system: SystemConfig, seed: int, folder: Path, sim: str = "verilator") -> None:
    """Run a network, with random waiting of the memory for odd seeds."""
    network, picture = builder.quantized(f"seed{seed}")
    program = compile_network(network, picture, system)
    outcome = run_network(network, picture, program, sim, seed, folder, stall=bool(seed % 2))
    assert outcome.good, f"seed {seed}: {outcome.problem()}"


def everything(seed: int, channels: int) -> Builder:
    """Return a network with each operation once: its parts follow from what the accelerator treats differently."""
    b = Builder((channels, 12, 11), seed)
    stem = b.conv(INPUT, 12, (3, 5), 2, (0, 2, 1, 3))
    again = b.add(Add(), stem, b.conv(INPUT, 12, (3, 5), 2, (0, 2, 1, 3)))
    last = b.add(Concat(), again, b.conv(stem, 4), stem)
    for kernel in (3, 5, 7):
        last = b.depthwise(last, kernel)
    last = b.add(Add("relu"), last, last)
    last = b.add(MaxPool((3, 2), 1, (1, 1, 1, 0)), last)
    last = b.add(PadPicture(1, 0, 2, 1), b.add(PadChannels(4, 5), last))
    last = b.add(AveragePool((2, 3), 2, (1, 0, 0, 2)), last)
    last = b.add(Concat(), b.conv(last, 32), last)
    last = b.add(Add(), b.conv(last, 3), b.conv(last, 3, (1, 1), 1, (0, 0, 0, 0)))
    b.linear(last, 19)
    return b


@pytest.mark.parametrize("channels", [3, 6])
@pytest.mark.parametrize("system", [SQUARE, TALL], ids=["8x8", "32x8"])
def test_each_operation(system: SystemConfig, channels: int, tmp_path: Path) -> None:
    check(everything(channels, channels), system, channels, tmp_path)


def test_flattened_picture_larger_than_a_kernel(tmp_path: Path) -> None:
    b = Builder((3, 10, 9), 1)
    b.linear(b.conv(INPUT, 8), 12)
    check(b, SQUARE, 1, tmp_path)


def test_output_of_a_pool_and_a_global_average(tmp_path: Path) -> None:
    b = Builder((17, 9, 9), 2)
    b.add(GlobalAverage(), b.add(MaxPool((2, 2), 2), b.conv(INPUT, 20)))
    check(b, WIDE, 2, tmp_path)


def test_random_networks(tmp_path: Path) -> None:
    first, right = pick_seed(), 0
    for seed in range(first, first + 5 * NETWORKS):
        with suppress(LayerError):  # about a quarter are refused: weights or flattened pictures that do not fit
            check(random_network(seed), WIDE, seed, tmp_path)
            right += 1
        if right == NETWORKS:
            return
    raise AssertionError(f"SEED={first}: {right} of {5 * NETWORKS} networks ran")


def test_on_icarus(tmp_path: Path) -> None:
    b = Builder((3, 6, 5), 3)
    b.add(Add(), *[b.conv(INPUT, 6, stride=2) for _ in range(2)])
    check(b, TINY, 3, tmp_path, "icarus")


@pytest.mark.parametrize("words", [4 * BANKS + 4, 16 * BANKS - BANKS // 2])
def test_refuses_words_that_do_not_fill_the_banks(words: int) -> None:
    with pytest.raises(LayerError, match=f"ACTIVATION_WORDS = {words}, expected a multiple of {BANKS} from"):
        SystemConfig(activation_words=words)


def test_refuses_before_simulation() -> None:
    b = Builder((40, 20, 20), 4)
    b.conv(INPUT, 8)
    network, picture = b.quantized("large")
    with pytest.raises(LayerError, match="expected at most ACTIVATION_WORDS = 64"):
        compile_network(network, picture, SystemConfig(CoreConfig(8, 8), 64, 2048, 64, 64))
