"""The reader of dlib's format on files written here, whole and damaged."""

import struct
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from golden.errors import LayerError
from golden.networks.dlib_file import FIELDS, INPUT_LAYER, DlibLayer, read_dlib

integers = st.one_of(st.sampled_from([0, 1, 255, 256, 1 << 63, -1, -(1 << 32)]), st.integers(-(1 << 63), 1 << 63))
floats = st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), max_size=5)


def integer(value: int) -> bytes:
    count = max(1, (value.bit_length() + 7) // 8)
    return bytes([count | (0x80 if value < 0 else 0)]) + abs(value).to_bytes(count, "little")


def tensor(values: list[float]) -> bytes:
    shape = (len(values), 1, 1, 1)
    return b"".join(map(integer, (2, *shape))) + struct.pack(f"<{len(values)}f", *values)


def record(layer: DlibLayer) -> bytes:
    before, behind = FIELDS[layer.name]
    parts = [integer(len(layer.name)), layer.name.encode(), *map(integer, layer.integers[:before])]
    if behind is not None:
        parts += [tensor(layer.weights.tolist()), *map(integer, layer.integers[before:])]
    return b"".join([*parts, b"110", tensor([]), tensor([]), tensor([])])


def whole(layers: list[DlibLayer]) -> bytes:
    mean = b"".join(integer(m) + integer(e) for m, e in ((0xF59062, -17), (117, 0), (-1, 3)))
    head = b"\x01\x0dloss_metric_2" + integer(len(INPUT_LAYER)) + INPUT_LAYER + mean + integer(150) + integer(96)
    first, *rest = map(record, layers)
    return b"".join([head, first, integer(1), *rest])


@st.composite
def layers_(draw: st.DrawFn) -> DlibLayer:
    name = draw(st.sampled_from(sorted(FIELDS)))
    before, behind = FIELDS[name]
    count = before + (behind or 0)
    values = [] if behind is None else draw(floats)
    return DlibLayer(name, tuple(draw(st.lists(integers, min_size=count, max_size=count))), torch.tensor(values))


@given(st.lists(layers_(), min_size=1, max_size=4))
def test_reads_what_was_written(tmp_path_factory: pytest.TempPathFactory, layers: list[DlibLayer]) -> None:
    path = tmp_path_factory.mktemp("dlib") / "network.dat"
    path.write_bytes(whole(layers))
    network = read_dlib(path)
    assert network.mean == pytest.approx((122.782, 117, -8), abs=1e-5)
    assert network.size == (150, 96)
    assert len(network.layers) == len(layers)
    for got, expected in zip(network.layers, layers, strict=True):
        assert (got.name, got.integers) == (expected.name, expected.integers)
        assert torch.equal(got.weights, expected.weights)


def test_a_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    data = whole([DlibLayer("con_4", tuple(range(25)), torch.arange(9.0)), DlibLayer("relu_", (), torch.empty(0))])
    second = data.index(integer(5) + b"relu_")
    path = tmp_path / "cut.dat"
    for length in set(range(len(data))) - {second}:
        path.write_bytes(data[:length])
        with pytest.raises(LayerError, match=r"cut\.dat: .*expected dlib's face recognition ResNet"):
            read_dlib(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"relu_", b"ritu_", "unknown layer 'ritu_'"),
        (b"\x01\x02\x01\x09", b"\x01\x01\x01\x09", "no tensor before byte"),
        (b"\x01\x02\x01\x09", b"\x01\x02\x81\x09", "no tensor before byte"),
        (b"\x01\x02\x01\x09", b"\x00\x02\x01\x09", "no integer at byte"),
        (b"input_rgb", b"input_bgr", "no layer input_rgb_image_sized"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, old: bytes, new: bytes, message: str) -> None:
    data = whole([DlibLayer("con_4", (0,) * 25, torch.arange(9.0)), DlibLayer("relu_", (), torch.empty(0))])
    assert old in data
    path = tmp_path / "damaged.dat"
    path.write_bytes(data.replace(old, new, 1))
    with pytest.raises(LayerError, match=message):
        read_dlib(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match=r"nowhere\.dat: No such file or directory; expected dlib's"):
        read_dlib(tmp_path / "nowhere.dat")
