"""How long the integer golden takes beside the same network in float32: ``python -m golden benchmark``."""

from collections.abc import Callable
from time import perf_counter

import torch
from rich.table import Table
from torch import Tensor

from golden.networks.graph import Graph, last_output, real_outputs
from golden.networks.integer import QuantizedNetwork, integer_logits
from golden.screen import screen


def timed(evaluate: Callable[[Tensor], Tensor], x: Tensor) -> float:
    """Return the seconds one evaluation takes."""
    start = perf_counter()
    evaluate(x)
    return perf_counter() - start


def measure_speed(graph: Graph, network: QuantizedNetwork, pictures: Tensor, repeats: int) -> None:
    """Print seconds a picture of float32 PyTorch, in both memory layouts, and of the integer golden, and their ratio.

    pictures: uint8 (N, C, H, W). The evaluations take turns, after one that does not count; each has its shortest.
    """
    real = graph.input.dequantize(pictures).float()
    contenders: dict[str, tuple[Callable[[Tensor], Tensor], Tensor]] = {
        "float32": (lambda x: last_output(graph, real_outputs(graph, x)), real),
        "integer": (lambda x: integer_logits(network, x), pictures),
    }
    contenders["float32, channels last"] = (
        contenders["float32"][0],
        real.contiguous(memory_format=torch.channels_last),
    )
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(repeats + 1):
        for name, (evaluate, x) in contenders.items():
            took = timed(evaluate, x)
            if turn:
                seconds[name].append(took)
    shortest = {name: min(times) / len(pictures) for name, times in seconds.items()}
    reference = min(value for name, value in shortest.items() if name != "integer")
    table = Table("evaluation", "ms a picture", title=f"{graph.name}, {len(pictures)} pictures, {repeats} turns")
    for name, value in shortest.items():
        table.add_row(name, f"{value * 1000:.2f}")
    screen().print(table)
    print(f"integer takes {shortest['integer'] / reference:.2f} times the faster float32")
