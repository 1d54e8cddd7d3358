"""The baselines' arrays compute about what ours does."""

from typing import get_args

import pytest
import torch
from torch import Tensor

from golden.contract import ACT_MAX, ACT_WIDTH
from ppa.array_stimulus import CONFIG, SHORT, array_stimulus
from ppa.blocks import Design


def outputs(design: Design) -> Tensor:
    """Return what the array of a design requantizes, float64 (output,)."""
    words = [word for word in array_stimulus(design, layers=SHORT).expected["y"] if word is not None]
    bytes_ = [[word >> ACT_WIDTH * lane & ACT_MAX for lane in range(CONFIG.drained_lanes)] for word in words]
    return torch.tensor(bytes_).flatten().double()


@pytest.mark.parametrize("design", [design for design in get_args(Design) if design != "ours"])
def test_outputs_are_about_ours(design: Design) -> None:
    own = outputs("ours")
    assert (outputs(design) - own).abs().mean() < own.std() / 3  # 4 levels; a shift by one would be 11 and more
