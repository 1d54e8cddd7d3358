"""What a network loses with each variant: networks are quantized two at a time, each in a process of one thread.

One thread gives the same network every time: the order of float sums does not depend on the machine.
"""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import torch
from rich.progress import Progress
from torch import Tensor

from golden.commands.subject import Request, Subject, find_subject, outputs
from golden.data.preparation import Preparation
from golden.networks.graph import logits
from golden.networks.integer import QuantizedNetwork, integer_logits
from golden.ptq.network import quantize_network
from golden.ptq.options import PtqOptions
from ppa.processes import PROCESSES
from ppa.progress import Show
from ppa.variants import Variant

Losses = dict[str, float]
"""What a quantized network loses: of its first measure, with its interval, and the error of its outputs."""
UNSEEN = Progress(disable=True)


def measure_losses(
    net: str, data: Path | None, seed: int, variants: Iterable[Variant], show: Show
) -> tuple[dict[Variant, Losses], QuantizedNetwork]:
    """Return what each variant loses, and the network of the contract's own, which must be among them."""
    found: dict[Variant, Losses] = {}
    own: list[QuantizedNetwork] = []
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=_one_thread) as pool:
        futures = {pool.submit(_losses, net, data, seed, variant): variant for variant in dict.fromkeys(variants)}
        for number, future in enumerate(as_completed(futures), 1):
            variant = futures[future]
            found[variant], network = future.result()
            own += [network] if network else []
            show(f"accuracy {number} of {len(futures)}: {variant.name}")
    (contract,) = own
    return found, contract


def losses_of(subject: Subject, network: QuantizedNetwork, reference: Tensor) -> Losses:
    """Return what a quantized network loses against the float one's outputs, float (N, values).

    error: squared difference of the outputs, less their mean, as part of float's square.
    """
    found = outputs("", network.graph, lambda x: integer_logits(network, x), subject.task.scored, UNSEEN)
    first, second = (values.double() - values.double().mean(1, keepdim=True) for values in (reference, found))
    lost = subject.task.measures(reference, found)[0].lost
    error = float((first - second).square().sum() / first.square().sum())
    return {"lost": lost.value, "lost_low": lost.low, "lost_high": lost.high, "error": error}


def _one_thread() -> None:
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)


@cache
def _float(net: str, data: Path | None, seed: int) -> tuple[Subject, Tensor]:
    """Return the network and the outputs of its float self, once for a process."""
    subject = find_subject(Request(net, data, None, seed, Preparation()))
    assert subject.graph is not None
    graph = subject.graph
    return subject, outputs("", graph, lambda x: logits(graph, x), subject.task.scored, UNSEEN)


def _losses(net: str, data: Path | None, seed: int, variant: Variant) -> tuple[Losses, QuantizedNetwork | None]:
    subject, reference = _float(net, data, seed)
    assert subject.graph is not None
    with variant.in_force():
        network = quantize_network(subject.graph, subject.task.calibration, PtqOptions(seed=seed), lambda *_: None)
        return losses_of(subject, network, reference), network if variant == Variant() else None
