"""Quantized networks on disk: safetensors, with the scalars as JSON in the file's header."""

import hashlib
import json
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from golden.affine import Affine
from golden.files import replacing
from golden.layer import QuantizedLayer
from golden.networks.graph import Graph
from golden.networks.integer import QuantizedNetwork

TENSORS = ("codes", "metadata", "delta", "bias", "multiplier", "shift")
SCALARS = (
    "groups", "stride", "pad_top", "pad_bottom", "pad_left", "pad_right",
    "zero_in", "zero_out", "clamp_low", "clamp_high",
)  # fmt: skip
NARROW = {"codes": torch.uint8, "metadata": torch.uint8, "delta": torch.uint8, "shift": torch.uint8}


def source_hash() -> str:
    """Return a short hash of the golden package (sources, contract, weights) and of PyTorch's version."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256(torch.__version__.encode())
    for path in sorted(p for p in package.rglob("*") if p.suffix in (".py", ".toml", ".safetensors")):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def save_network(network: QuantizedNetwork, path: Path) -> None:
    """Write a quantized network; the graph itself is not stored."""
    tensors = {
        f"{name}.{field}": getattr(layer, field).to(NARROW.get(field, torch.int32)).contiguous()
        for name, layer in network.layers.items()
        for field in TENSORS
    }
    header = {
        "layers": {name: {f: getattr(layer, f) for f in SCALARS} for name, layer in network.layers.items()},
        "affines": {name: [affine.scale, affine.zero] for name, affine in network.affines.items()},
    }
    with replacing(path) as temporary:
        save_file(tensors, temporary, {"network": json.dumps(header)})


def load_network(graph: Graph, path: Path) -> QuantizedNetwork:
    """Read what ``save_network`` wrote for the same graph. Every layer is checked again."""
    with safe_open(path, "pt") as file:
        header = json.loads(file.metadata()["network"])
        layers = {
            name: QuantizedLayer(name=name, **{f: file.get_tensor(f"{name}.{f}").long() for f in TENSORS}, **scalars)
            for name, scalars in header["layers"].items()
        }
    affines = {name: Affine(scale, zero) for name, (scale, zero) in header["affines"].items()}
    return QuantizedNetwork(graph, layers, affines)
