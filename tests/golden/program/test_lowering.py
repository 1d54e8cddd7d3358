"""What nodes become: operations by kind, exact 1 x 1 layers, flattened pictures, refusals."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from golden.contract import ACT_MAX
from golden.errors import LayerError
from golden.integer import run_layer
from golden.networks.graph import INPUT, Add, AveragePool, Concat, GlobalAverage, MaxPool, PadChannels, PadPicture
from golden.program.lowering import LayerWork, VectorWork, lower, spread
from golden.program.reference import tensors
from tests.tb.networks import Builder

BYTES = st.integers(0, ACT_MAX)


@given(st.integers(1, 9), st.integers(0, 5), st.integers(0, 5), BYTES)
def test_a_spread_layer_moves_every_byte(channels: int, before: int, after: int, zero: int) -> None:
    layer = spread("test", channels, before, after, zero)
    x = torch.arange(ACT_MAX + 1).repeat(channels).reshape(1, channels, 16, 16)
    expected = torch.full((1, before + channels + after, 16, 16), zero)
    expected[:, before : before + channels] = x
    assert torch.equal(run_layer(layer, x).output, expected)


def test_every_node_becomes_its_operation() -> None:
    b = Builder((3, 8, 8), 1)
    stem = b.conv(INPUT, 8)
    names = {
        "depthwise": b.depthwise(stem, 3), "add": b.add(Add(), stem, stem), "max": b.add(MaxPool((2, 2), 2), stem),
        "average": b.add(AveragePool((3, 2), 1, (1, 1, 0, 1)), stem), "pad": b.add(PadPicture(1, 2, 3, 0), stem),
        "channels": b.add(PadChannels(3, 2), stem), "global": b.add(GlobalAverage(), stem),
    }  # fmt: skip
    lowered = lower(b.quantized("kinds")[0], 4)
    works = {work.name: work for work in lowered.works}
    assert lowered.packed
    assert isinstance(works[stem], LayerWork)
    modes = {kind: works[name].mode for kind, name in names.items()}
    assert modes == {
        "depthwise": "depthwise", "add": "sum", "max": "max", "average": "sum", "pad": "max", "channels": "dense",
        "global": "sum",
    }  # fmt: skip
    average, pad, whole = works[names["average"]], works[names["pad"]], works[names["global"]]
    assert isinstance(average, VectorWork)
    assert isinstance(pad, VectorWork)
    assert isinstance(whole, VectorWork)
    assert (average.kernel, average.pad_top, average.pad_left) == ((3, 2), 1, 0)
    assert (pad.kernel, pad.pad_top, pad.pad_left) == ((1, 1), 1, 3)
    assert whole.kernel == (8, 8)
    assert lowered.shapes[names["channels"]] == (13, 8, 8)


@pytest.mark.parametrize(("first", "vectors", "layers"), [(8, 2, 0), (6, 3, 2)])
def test_concatenation_of_whole_words_is_copied_and_other_is_spread(first: int, vectors: int, layers: int) -> None:
    b = Builder((3, 5, 5), 2)
    sources = b.conv(INPUT, first), b.conv(INPUT, 5)
    joined = b.add(Concat(), *sources)
    network, picture = b.quantized("concat")
    lowered = lower(network, 4)
    own = [work for work in lowered.works if work.name.split(".")[0] == joined]
    assert [isinstance(work, VectorWork) for work in own].count(True) == vectors
    assert [isinstance(work, LayerWork) for work in own].count(True) == layers
    if vectors == 2:
        assert [work.first for work in own if isinstance(work, VectorWork)] == [0, first]
    found = tensors(network, lowered, picture)
    parts = [work.output for work in own if isinstance(work, LayerWork)]
    for part, source in zip(parts, sources, strict=bool(parts)):
        assert found[part].shape == found[joined].shape
        assert found[source].any()


def test_an_input_that_something_else_reads_is_not_packed() -> None:
    b = Builder((3, 6, 6), 3)
    b.add(Add(), b.conv(INPUT, 3), b.add(MaxPool((3, 3), 1, (1, 1, 1, 1)), INPUT))
    lowered = lower(b.quantized("both")[0], 4)
    assert not lowered.packed
    assert {work.mode for work in lowered.works if isinstance(work, LayerWork)} == {"dense"}


def test_a_flattened_picture_is_a_kernel_or_a_long_vector() -> None:
    for size, lanes, viewed in ((5, 8, False), (9, 8, True)):
        b = Builder((3, size, size), 4)
        b.linear(b.conv(INPUT, 8), 6)
        work = lower(b.quantized("flat")[0], lanes).works[-1]
        assert isinstance(work, LayerWork)
        assert work.flat == viewed
        assert work.layer.codes.shape == ((6, 8 * size * size, 1, 1) if viewed else (6, 8, size, size))


def test_a_flattened_picture_between_words_is_refused() -> None:
    b = Builder((3, 9, 9), 5)
    b.linear(b.conv(INPUT, 6), 6)
    with pytest.raises(
        LayerError, match="flattened picture of 6 x 9 x 9, expected at most 7x7, or channels in multiples"
    ):
        lower(b.quantized("flat")[0], 8)
