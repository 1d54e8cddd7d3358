"""Quantized layers of real networks with the activations of real pictures that reach them."""

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from golden.errors import LayerError
from golden.layer import QuantizedLayer
from golden.networks import SUFFIX, network_module
from golden.networks.integer import integer_outputs
from golden.networks.store import load_network, load_samples, save_network, source_hash
from golden.ptq.network import quantize_network
from golden.ptq.options import PtqOptions

QUICK = PtqOptions(compensated=False)
"""Rounds to nearest: a network's layers are there in seconds; ``golden.commands.accuracy`` uses every step."""


@dataclass(frozen=True)
class RealLayer:
    """A quantized layer of a network with input bytes of one picture, uint8 (1, IC, H, W)."""

    network: str
    name: str
    kind: str
    layer: QuantizedLayer
    input: Tensor


def load_network_cached(net: str, cache_dir: Path) -> Path:
    """Return the file of a quantized network; it is written where golden's sources or weights have changed.

    Raises LayerError for an unknown network.
    """
    module = network_module(net, f", or the {SUFFIX} file of a quantized network")
    path = cache_dir / f"{net}-{source_hash()}.safetensors"
    if not path.exists():
        network = quantize_network(module.graph(), module.calibration_pictures(), QUICK)
        save_network(network, module.sample_pictures(), path)
    return path


def load_layers(net: str, names: list[str] | None, cache_dir: Path, seed: int = 0) -> list[RealLayer]:
    """Return layers of a network in order of evaluation, quantizing the network where the cache lacks it.

    net: one of NETWORKS, or the path of a network file; names: layers wanted, or None for one of each
    kind (the module's REPRESENTATIVES), of a file for all; seed: chooses the sample picture whose
    activations reach the layers. Raises LayerError for an unknown name, or a file that is not whole.
    """
    stored = net.endswith(SUFFIX)
    path = Path(net) if stored else load_network_cached(net, cache_dir)
    network = load_network(path)
    if names is None:
        names = list(network.layers) if stored else network_module(net).REPRESENTATIVES
    unknown = set(names) - network.layers.keys()
    if unknown:
        raise LayerError(f"{net} has no layer {sorted(unknown)[0]!r}: expected some of {', '.join(network.layers)}")
    pictures = load_samples(path)
    index = seed % len(pictures)
    return [
        RealLayer(network.graph.name, node.name, node.kind, network.layers[node.name], x)
        for node, x, _ in integer_outputs(network, pictures[index : index + 1])
        if node.name in names
    ]
