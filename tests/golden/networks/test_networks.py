"""The networks that ship: names, cache, and the layers that go to the core."""

from dataclasses import fields
from pathlib import Path

import pytest
import torch

from golden.errors import LayerError
from golden.fast import run_fast
from golden.files import BUILD
from golden.float_layer import FloatLayer
from golden.ladder import LEGAL_METADATA
from golden.layer import QuantizedLayer
from golden.networks import NETWORKS, loading, network_module, resnet_fashion
from golden.networks.graph import logits
from golden.networks.integer import integer_logits
from golden.networks.loading import RealLayer, load_layers, load_network_cached
from golden.ptq.network import quantize_network

NET = "resnet_fashion"
CACHE = BUILD / "golden"
FIELDS = ("codes", "metadata", "delta", "bias", "multiplier", "shift")


def assert_same(first: list[RealLayer], second: list[RealLayer]) -> None:
    assert [real.name for real in first] == [real.name for real in second]
    for one, other in zip(first, second, strict=True):
        assert torch.equal(one.input, other.input)
        assert (one.kind, one.network) == (other.kind, other.network)
        for field in (field.name for field in fields(QuantizedLayer)):
            value, same = getattr(one.layer, field), getattr(other.layer, field)
            assert torch.equal(value, same) if field in FIELDS else value == same


@pytest.mark.parametrize("net", NETWORKS)
def test_representatives_are_layers_one_of_each_kind(net: str) -> None:
    module = network_module(net)
    kinds = {node.name: node.kind for node in module.graph().nodes if isinstance(node.op, FloatLayer)}
    assert set(module.REPRESENTATIVES) <= kinds.keys()
    assert {kinds[name] for name in module.REPRESENTATIVES} == set(kinds.values())


def test_unknown_network() -> None:
    with pytest.raises(LayerError, match="unknown network 'vgg': expected one of resnet_fashion, efficientnet_lite0"):
        network_module("vgg")


def test_unknown_layer() -> None:
    with pytest.raises(LayerError, match=r"resnet_fashion has no layer 'block9': expected some of stem, block0\.conv0"):
        load_layers(NET, ["block9"], CACHE)


def test_the_same_network_quantized_again_and_read_from_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = [node.name for node in network_module(NET).graph().nodes if node.kind not in ("add", "average")]
    fresh = load_layers(NET, everything, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    monkeypatch.setattr(loading, "quantize_network", lambda *_: pytest.fail("the file was not used"))
    assert_same(load_layers(NET, everything, tmp_path), fresh)
    assert len(fresh) == len(everything) == 10


def test_changed_sources_are_quantized_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise LayerError("quantizing")

    (tmp_path / f"{NET}-old.safetensors").write_bytes(b"")
    monkeypatch.setattr(loading, "quantize_network", stop)
    with pytest.raises(LayerError, match="quantizing"):
        load_network_cached(NET, tmp_path)


def test_seed_chooses_the_picture() -> None:
    stems = [load_layers(NET, ["stem"], CACHE, seed)[0].input for seed in (0, 1, 64)]
    pictures = network_module(NET).sample_pictures()
    assert torch.equal(stems[0], pictures[:1])
    assert torch.equal(stems[1], pictures[1:2])
    assert torch.equal(stems[2], stems[0])


def test_layers_follow_each_other() -> None:
    """A layer's output is the next one's input."""
    first, second = load_layers(NET, ["block0.conv0", "block0.conv1"], CACHE)
    assert torch.equal(run_fast(first.layer, first.input).long(), second.input.long())
    assert first.layer.zero_out == second.layer.zero_in


def test_accuracy_on_the_sample_pictures() -> None:
    """64 pictures of the test split, all steps: at most 2 that float classifies right are lost, the outputs agree."""
    module = network_module(NET)
    graph, pictures = module.graph(), module.sample_pictures()
    labels = resnet_fashion.sample_labels()
    network = quantize_network(graph, module.calibration_pictures())
    real, quantized = logits(graph, pictures).double(), integer_logits(network, pictures)
    right, kept = (int((scores.argmax(1) == labels).sum()) for scores in (real, quantized))
    assert len(labels) == 64
    assert right >= 56
    assert kept >= right - 2
    assert float(torch.nn.functional.cosine_similarity(real, quantized).mean()) > 0.99
    assert float((quantized - real).square().mean() / real.var(0).mean()) < 0.02


def test_the_search_uses_many_lists() -> None:
    layers = load_layers(NET, None, CACHE)
    used = set(torch.cat([real.layer.metadata for real in layers]).tolist())
    assert used <= set(LEGAL_METADATA)
    assert len(used) > len(LEGAL_METADATA) / 2
