"""Quantized networks on disk: one safetensors file that holds all an evaluation or simulation needs.

The header's only entry, ``aslog``, is JSON: format version, name, shape of a picture, nodes in order of
evaluation with their integer constants, the affine map of every tensor, and how pictures become bytes.
Layer L has the tensors L.codes (two 4-bit codes a byte, the first in the low half, in the order OC,
IC / groups, KH, KW), L.metadata, L.delta, L.bias, L.multiplier, L.shift; ``samples`` holds a few pictures,
uint8 (N, C, H, W). The same network gives the same bytes.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from golden.affine import Affine
from golden.contract import CODE_WIDTH
from golden.data.preparation import Preparation
from golden.errors import LayerError
from golden.files import replacing
from golden.float_layer import FloatLayer
from golden.layer import QuantizedLayer
from golden.networks.glue import GlueConstants
from golden.networks.graph import INPUT, Glue, Graph, Node
from golden.networks.integer import QuantizedNetwork

VERSION = 4
PIXELS = Preparation()
KEY = "aslog"
CHANNEL_FIELDS = {"metadata": torch.uint8, "delta": torch.uint8, "shift": torch.uint8}
CHANNEL_FIELDS |= {"bias": torch.int32, "multiplier": torch.int32}
SCALARS = (
    "groups", "stride", "pad_top", "pad_bottom", "pad_left", "pad_right",
    "zero_in", "zero_out", "clamp_low", "clamp_high",
)  # fmt: skip
GLUE: dict[str, type[Glue]] = {kind.__name__: kind for kind in Glue.__args__}


def source_hash() -> str:
    """Return a short hash of the golden package (sources, contract, weights) and of PyTorch's version."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256(torch.__version__.encode())
    for path in sorted(p for p in package.rglob("*") if p.suffix in (".py", ".toml", ".safetensors")):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def save_network(network: QuantizedNetwork, samples: Tensor, path: Path, preparation: Preparation = PIXELS) -> None:
    """Write a quantized network with some sample pictures, uint8 (N, C, H, W), and how pictures become its bytes."""
    network.graph.check_pictures(samples)
    tensors = {"samples": samples.contiguous()}
    for name, layer in network.layers.items():
        tensors[f"{name}.codes"] = _pack(layer.codes)
        tensors |= {f"{name}.{f}": getattr(layer, f).to(dtype).contiguous() for f, dtype in CHANNEL_FIELDS.items()}
    header = {
        "version": VERSION,
        "name": network.graph.name,
        "shape": network.graph.shape,
        "nodes": [_node_record(network, node) for node in network.graph.nodes],
        "affines": {name: [affine.scale, affine.zero] for name, affine in network.affines.items()},
        "preparation": asdict(preparation),
    }
    with replacing(path) as temporary:
        save_file(tensors, temporary, {KEY: json.dumps(header, sort_keys=True)})


def load_network(path: Path) -> QuantizedNetwork:
    """Read a quantized network; every layer and constant is checked again.

    Raises LayerError for a file that is missing, truncated, of another kind or of another version.
    """
    with _opened(path) as (file, header):
        layers: dict[str, QuantizedLayer] = {}
        glue: dict[str, GlueConstants] = {}
        nodes = []
        for record in header["nodes"]:
            name, op = record["name"], record["op"]
            if op == "layer":
                layers[name] = layer = _read_layer(file, record)
            else:
                glue[name] = GlueConstants(**_tuples(record["constants"]))
            operation = layer if op == "layer" else GLUE[op](**_tuples(record["fields"]))
            nodes.append(Node(name, record["kind"], operation, tuple(record["sources"])))
        affines = {name: Affine(scale, zero) for name, (scale, zero) in header["affines"].items()}
        graph = Graph(header["name"], affines[INPUT], nodes, tuple(header["shape"]))
        network = QuantizedNetwork(graph, layers, affines, glue)
        network.check()
    return network


def load_samples(path: Path) -> Tensor:
    """Read the sample pictures, uint8 (N, C, H, W). Raises LayerError as ``load_network`` does."""
    with _opened(path) as (file, _):
        samples: Tensor = file.get_tensor("samples")
    return samples


def load_preparation(path: Path) -> Preparation:
    """Read how pictures become the network's bytes. Raises LayerError as ``load_network`` does."""
    with _opened(path) as (_, header):
        return Preparation(**_tuples(header["preparation"]))


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Open a network file: gives its tensors and header; whatever is wrong with it becomes a LayerError."""
    if not path.is_file():
        raise LayerError(f"{path}: no such file; expected a quantized network")
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            if KEY not in metadata:
                raise LayerError(f"{path} holds no entry {KEY!r}, expected a quantized network; weights alone are none")
            header = json.loads(metadata[KEY])
            if header["version"] != VERSION:
                raise LayerError(f"{path} has format version {header['version']}, expected {VERSION}: quantize again")
            yield file, header
    except OSError as error:
        raise LayerError(f"{path}: {error.strerror or error}; expected a quantized network") from None
    except (SafetensorError, KeyError, TypeError, AttributeError, RuntimeError, json.JSONDecodeError) as error:
        raise LayerError(f"{path} is not a whole quantized network file: {type(error).__name__} {error}") from None


def _node_record(network: QuantizedNetwork, node: Node) -> dict[str, Any]:
    record: dict[str, Any] = {"name": node.name, "kind": node.kind, "sources": node.sources}
    if node.name in network.layers:
        layer = network.layers[node.name]
        scalars = {field: getattr(layer, field) for field in SCALARS}
        return record | {"op": "layer", "shape": list(layer.codes.shape), "scalars": scalars}
    assert not isinstance(node.op, FloatLayer | QuantizedLayer)
    constants = asdict(network.glue[node.name])
    return record | {"op": type(node.op).__name__, "fields": asdict(node.op), "constants": constants}


def _read_layer(file: Any, record: dict[str, Any]) -> QuantizedLayer:
    name = record["name"]
    fields = {field: file.get_tensor(f"{name}.{field}").long() for field in CHANNEL_FIELDS}
    codes = _unpack(file.get_tensor(f"{name}.codes"), record["shape"])
    return QuantizedLayer(name=name, codes=codes, **fields, **{f: record["scalars"][f] for f in SCALARS})


def _pack(codes: Tensor) -> Tensor:
    """Return 4-bit codes two a byte, uint8, the first in the low half; an odd number ends with a zero."""
    flat = torch.nn.functional.pad(codes.flatten(), (0, codes.numel() % 2)).reshape(-1, 2)
    return (flat[:, 0] | flat[:, 1] << CODE_WIDTH).to(torch.uint8)


def _unpack(packed: Tensor, shape: list[int]) -> Tensor:
    """Return what ``_pack`` packed, int64 of the shape."""
    low = packed.long() & ((1 << CODE_WIDTH) - 1)
    flat = torch.stack([low, packed.long() >> CODE_WIDTH], 1).flatten()
    return flat[: len(flat) - (torch.Size(shape).numel() % 2)].reshape(shape)


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields read from JSON with its lists as tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
