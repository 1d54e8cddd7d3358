"""The rebuilt face network against dlib's own embeddings."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from golden.errors import LayerError
from golden.faces import task
from golden.faces.pictures import Faces
from golden.float_layer import FloatLayer
from golden.networks import dlib_face
from golden.networks.dlib_file import read_dlib
from golden.networks.graph import logits, shapes
from tests.golden.networks.dlib_reference import REFERENCE, pictures


def test_embeddings_are_dlibs() -> None:
    expected = json.loads(REFERENCE.read_text())
    batch = torch.stack([torch.from_numpy(picture).permute(2, 0, 1) for picture in pictures().values()])
    got = logits(dlib_face.graph(), batch)
    assert list(expected) == list(pictures())
    assert got.flatten().tolist() == pytest.approx([x for values in expected.values() for x in values], abs=2e-6)


def test_every_layer_of_the_file_is_used() -> None:
    graph = dlib_face.graph()
    layers = [node.op for node in graph.nodes if isinstance(node.op, FloatLayer)]
    stored = [layer.weights for layer in read_dlib(dlib_face.weights_path()).layers]
    convolutions = sum(layer.weight.numel() + 3 * len(layer.bias) for layer in layers[:-1])
    assert len(layers) == 30
    assert convolutions + layers[-1].weight.numel() == sum(map(torch.numel, stored))
    assert shapes(graph)["embedding"] == (128, 1, 1)
    assert set(dlib_face.REPRESENTATIVES) <= {layer.name for layer in layers}


def test_layers_in_another_order_are_refused() -> None:
    network = read_dlib(dlib_face.weights_path())
    for damaged in (network.layers[:-1], network.layers[1:], [*network.layers[:4], *network.layers[5:]]):
        with pytest.raises(LayerError, match="dlib's file: expected"):
            dlib_face.build(replace(network, layers=damaged))


def test_a_padded_stem_has_no_constant_mean() -> None:
    stem = FloatLayer("stem", torch.ones(1, 3, 3, 3), torch.zeros(1), padding=(1, 1, 1, 1))
    with pytest.raises(LayerError, match="expected none"):
        dlib_face.center_input(stem, (1.0, 2.0, 3.0), 0)


def test_pictures() -> None:
    calibration, samples = dlib_face.calibration_pictures(), dlib_face.sample_pictures()
    assert calibration.shape == (100, 3, 150, 150)
    assert samples.shape == (4, 3, 150, 150)
    assert calibration.dtype == samples.dtype == torch.uint8
    assert torch.equal(samples[0], torch.from_numpy(pictures()["face"]).permute(2, 0, 1))


def test_a_missing_package_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dlib_face, "PACKAGE", "not-there")
    with pytest.raises(LayerError, match=r"no package not-there: expected what requirements\.txt lists"):
        dlib_face.graph()


def test_task_scores_other_people_than_calibrate(monkeypatch: pytest.MonkeyPatch) -> None:
    people = torch.arange(6).repeat_interleave(4)
    pictures = people[:, None, None, None].to(torch.uint8)
    monkeypatch.setattr(task, "read_faces", lambda folder: Faces(pictures, people, list("abcdef")))
    given = dlib_face.task(Path("given"), 3, 0)
    assert given.calibration.flatten().tolist() == [0, 0, 0]
    assert torch.equal(given.scored[:].flatten().long(), people[4:])
    found = given.measures(torch.eye(6)[people[4:]], torch.zeros(20, 6))
    assert [measure.reference.value for measure in found] == [1, 1, 1]
    assert found[0].quantized.value == 0.5
