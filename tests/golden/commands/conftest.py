"""A small task: pictures of one bright channel each, and an ONNX network that sees which."""

import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of one bright channel each, labelled by it, and a network that sees it."""
    place = tmp_path_factory.mktemp("colours")
    generator = np.random.default_rng(0)
    for number in range(40):
        pixels = generator.integers(0, 90, (10, 12, 3), dtype=np.uint8)
        pixels[:, :, number % 3] += 120
        (place / "data" / str(number % 3)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(place / "data" / str(number % 3) / f"{number}.png")
    conv = nn.Conv2d(3, 3, 1, bias=False)
    nn.init.eye_(conv.weight[:, :, 0, 0])
    model = nn.Sequential(conv, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    with warnings.catch_warnings(action="ignore"):
        torch.onnx.export(model, (torch.randn(1, 3, 8, 8),), place / "colours.onnx", dynamo=False)
    return place
