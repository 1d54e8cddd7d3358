"""The baselines' arrays compute about what ours does."""

from typing import get_args

import pytest
import torch
from torch import Tensor

from golden.contract import ACT_MAX, ACT_WIDTH
from ppa.array_stimulus import CONFIG, LAYERS, array_stimulus
from ppa.blocks import Design


def outputs(design: Design, layer: str) -> Tensor:
    """Return what the array of a design requantizes of a layer, float64 (output,)."""
    words = [word for word in array_stimulus(design, layers=[layer]).expected["y"] if word is not None]
    bytes_ = [[word >> ACT_WIDTH * lane & ACT_MAX for lane in range(CONFIG.drained_lanes)] for word in words]
    return torch.tensor(bytes_).flatten().double()


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("design", [design for design in get_args(Design) if design != "ours"])
def test_outputs_are_about_ours(design: Design, layer: str) -> None:
    own = outputs("ours", layer)
    assert (outputs(design, layer) - own).abs().mean() < own.std() / 3  # weights differ; a wrong shift is 11 levels


@pytest.mark.parametrize("layer", LAYERS)
def test_signed_activations_change_no_output(layer: str) -> None:
    assert torch.equal(outputs("mul8x8", layer), outputs("mulu8x8", layer))
