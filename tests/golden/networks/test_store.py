"""Network files stand alone, have the same bytes for the same network, and say in one line what is wrong with them."""

import hashlib
import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from golden.api import evaluate, load, quantize
from golden.contract import CONTRACT
from golden.data.preparation import Preparation
from golden.errors import LayerError
from golden.networks.integer import QuantizedNetwork, integer_outputs
from golden.networks.loading import load_layers
from golden.networks.store import KEY, VERSION, load_network, load_preparation, load_samples, save_network
from golden.ptq.options import PtqOptions
from tests.golden.frontend.models import build


@pytest.fixture(scope="module", params=["cifar_resnet_a", "oddities", "mnist", "squeeze"])
def network(request: pytest.FixtureRequest) -> QuantizedNetwork:
    model, example = build(request.param)
    return quantize(model, example, options=PtqOptions(compensated=False))  # a file holds whatever the levels are


def samples(network: QuantizedNetwork) -> torch.Tensor:
    shape = (3, *network.graph.shape)
    return torch.randint(0, 256, shape, generator=torch.Generator().manual_seed(0), dtype=torch.uint8)


def test_reads_what_was_written(network: QuantizedNetwork, tmp_path: Path) -> None:
    path, pictures = tmp_path / "net.safetensors", samples(network)
    save_network(network, pictures, path, Preparation(0.5, (0.1,), (0.2,)))
    again = load_network(path)
    assert [(n.name, n.kind, n.sources) for n in again.graph.nodes] == [
        (n.name, n.kind, n.sources) for n in network.graph.nodes
    ]
    assert again.affines == network.affines
    assert again.glue == network.glue
    assert torch.equal(load_samples(path), pictures)
    assert load_preparation(path) == Preparation(0.5, (0.1,), (0.2,))
    for (node, x, y), (_, x2, y2) in zip(
        integer_outputs(network, pictures), integer_outputs(again, pictures), strict=True
    ):
        assert torch.equal(x, x2), node.name
        assert torch.equal(y, y2), node.name
    assert torch.equal(evaluate(load(path), pictures), evaluate(network, pictures))
    save_network(again, pictures, tmp_path / "again.safetensors", Preparation(0.5, (0.1,), (0.2,)))
    assert (tmp_path / "again.safetensors").read_bytes() == path.read_bytes()


def test_weights_take_four_bits(network: QuantizedNetwork, tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    save_network(network, samples(network), path)
    with safe_open(path, "pt") as file:
        for name, layer in network.layers.items():
            assert file.get_tensor(f"{name}.codes").numel() == (layer.codes.numel() + 1) // 2


def test_layers_of_a_file(network: QuantizedNetwork, tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    save_network(network, samples(network), path)
    reals = load_layers(str(path), None, tmp_path, seed=1)
    assert [real.name for real in reals] == list(network.layers)
    assert all(real.network == network.graph.name for real in reals)
    assert torch.equal(reals[0].input, next(integer_outputs(network, samples(network)[1:2]))[1])
    assert [real.name for real in load_layers(str(path), [reals[1].name], tmp_path)] == [reals[1].name]
    with pytest.raises(LayerError, match="has no layer 'nothing'"):
        load_layers(str(path), ["nothing"], tmp_path)


def rewritten(path: Path, out: Path, **changes: object) -> Path:
    """Copy a network file with entries of its header changed."""
    with safe_open(path, "pt") as file:
        header = json.loads(file.metadata()[KEY]) | changes
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    save_file(tensors, out, {KEY: json.dumps(header)})
    return out


def test_files_that_are_none(tmp_path: Path) -> None:
    model, example = build("mnist")
    network = quantize(model, example, options=PtqOptions(compensated=False))
    path, broken = tmp_path / "net.safetensors", tmp_path / "broken.safetensors"
    save_network(network, samples(network), path)
    whole = path.read_bytes()
    for size in (0, 4, 100, len(whole) // 2, len(whole) - 1):
        broken.write_bytes(whole[:size])
        with pytest.raises(LayerError, match="is not a whole quantized network file") as raised:
            load_network(broken)
        assert "\n" not in str(raised.value)
    with pytest.raises(LayerError, match=r"missing\.safetensors: no such file; expected a quantized network"):
        load_network(tmp_path / "missing.safetensors")
    save_file({"weight": torch.zeros(3)}, broken)
    with pytest.raises(LayerError, match="holds no entry 'aslog', expected a quantized network"):
        load_network(broken)
    with pytest.raises(LayerError, match=f"has format version 99, expected {VERSION}: quantize again"):
        load_network(rewritten(path, broken, version=99))
    with pytest.raises(LayerError, match="is not a whole quantized network file"):
        load_network(rewritten(path, broken, affines={}))
    with pytest.raises(LayerError, match=r"scale -1\.0 and zero point \d+, expected a scale of more than 0"):
        load_network(rewritten(path, broken, affines={name: [-1.0, 0] for name in network.affines}))
    zeros = {name: [affine.scale, (affine.zero + 1) % 256] for name, affine in network.affines.items()}
    with pytest.raises(LayerError, match=r"zero points .* expected those of its tensors"):
        load_network(rewritten(path, broken, affines=zeros))
    with pytest.raises(LayerError, match="a network without nodes"):
        load_network(rewritten(path, broken, nodes=[]))


def test_version_follows_the_arithmetic() -> None:
    """A file of another arithmetic would be read as other numbers: what gives codes and constants their meaning."""
    sections = ("code", "metadata", "ladder", "activation", "delta", "requantization", "glue")
    text = json.dumps({name: CONTRACT[name] for name in sections}, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    assert (VERSION, digest) == (4, "566146f7"), "raise VERSION, then note the new digest here"
