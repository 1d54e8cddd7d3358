"""Parameters of the accelerator: what is refused, and what follows from the others."""

from dataclasses import replace
from typing import Any

import pytest

from golden.errors import LayerError
from golden.program.system import BANKS, BUS_WIDTHS, SystemConfig
from golden.schedule import CoreConfig


def _with(field: str, words: int) -> SystemConfig:
    sizes: dict[str, Any] = {field: words}
    return replace(SystemConfig(), **sizes)


@pytest.mark.parametrize("width", [0, 32, 100, 512])
def test_refuses_other_buses(width: int) -> None:
    with pytest.raises(LayerError, match=f"DATA_WIDTH = {width}, expected one of 64, 128, 256"):
        SystemConfig(data_width=width)


@pytest.mark.parametrize(
    ("field", "name", "step"),
    [
        ("activation_words", "ACTIVATION_WORDS", BANKS),
        ("weight_rows", "WEIGHT_ROWS", 4),
        ("parameter_words", "PARAMETER_WORDS", 4),
    ],
)
def test_refuses_buffers_outside_their_range(field: str, name: str, step: int) -> None:
    for words in (0, 64 - step, 64 + step // 2, 1 << 20):
        with pytest.raises(LayerError, match=f"{name} = {words}, expected a multiple of {step} from 64 to"):
            _with(field, words)
    for words in (64, 64 + step, (1 << 20) - step):
        assert getattr(_with(field, words), field) == words


@pytest.mark.parametrize("width", BUS_WIDTHS)
def test_every_bus_is_accepted(width: int) -> None:
    assert SystemConfig(data_width=width).data_width == width


@pytest.mark.parametrize(("oc", "ic", "granule", "align"), [(4, 16, 16, 1), (16, 4, 16, 4), (8, 8, 8, 1)])
def test_words_of_both_lanes(oc: int, ic: int, granule: int, align: int) -> None:
    system = SystemConfig(CoreConfig(oc, ic))
    assert (system.granule, system.align) == (granule, align)
    assert system.word_bytes == {"activation": ic, "weight": ic // 2, "parameter": 8}
    for channels in range(1, 70):
        assert (system.vectors(channels) - 1) * ic < channels <= system.vectors(channels) * ic
        assert system.pitch(channels) * ic % granule == 0
        assert system.pitch(channels) * ic - granule < channels <= system.pitch(channels) * ic
