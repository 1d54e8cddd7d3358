"""Transfers packed and unpacked, weights in their ring, planes of pictures."""

import random

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from golden.compile import pack_parameters, two_a_byte, weight_rows
from golden.contract import PARAMETER_BYTES, TARGETS, TRANSFER
from golden.errors import LayerError
from golden.program.commands import LIST_BYTES
from golden.program.emit import Emitter, packed_rows, picture_of, planes_of
from golden.program.system import SystemConfig
from golden.schedule import CoreConfig
from tests.golden.layers import layer_of

SYSTEM = SystemConfig(CoreConfig(4, 8), weight_rows=64, parameter_words=64, data_width=64)


@given(st.sampled_from(sorted(TARGETS)), st.sampled_from(["load", "store"]), st.integers(0, 9), st.randoms())
def test_a_transfer_unpacks_and_says_what_it_moves(target: str, unit: str, number: int, chance: random.Random) -> None:
    emitter = Emitter(SYSTEM)
    word, beat = SYSTEM.word_bytes[target], SYSTEM.data_width // 8
    lines, words = chance.randint(1, 9), chance.randint(1, 40)
    address, pitch = chance.randrange(5000) * word, (words + chance.randrange(9)) * word
    step, line_step, base = chance.randint(1, 3), chance.randint(0, 99), chance.randrange(400)
    emitter.transfer(unit, number, target, address, (lines, words), (pitch, step, line_step), base)  # type: ignore[arg-type]
    (command,) = emitter.commands
    assert TRANSFER.unpack(command.payload) == {
        "target": TARGETS[target], "address": address, "pitch": pitch, "lines": lines, "words": words, "base": base,
        "step": step, "line_step": line_step,
    }  # fmt: skip
    lines_of = [(address + line * pitch, address + line * pitch + words * word) for line in range(lines)]
    assert command.moved == sum((stop - 1) // beat - start // beat + 1 for start, stop in lines_of) * beat
    memory, buffer = (command.reads, command.writes) if unit == "load" else (command.writes, command.reads)
    assert (memory[0].space, memory[0].start, memory[0].stop) == ("memory", *lines_of[0])
    places = [base + line * line_step + place * step for line in range(lines) for place in range(words)]
    assert (buffer[0].space, buffer[0].start, buffer[0].stop) == (target, base, max(places) + 1)
    assert (command.unit, command.number) == (unit, number)


def test_weights_and_parameters_go_round_their_buffers() -> None:
    emitter = Emitter(SYSTEM)
    layer = layer_of(torch.randint(0, 16, (12, 5, 3, 3)))
    group = emitter.group(layer, range(12), "dense")
    rows = two_a_byte(weight_rows(layer, SYSTEM.core, "dense")).tobytes()
    words = b"".join(word.to_bytes(PARAMETER_BYTES, "little") for word in pack_parameters(layer))
    assert dict(emitter.blocks) == {group.weights: rows, group.parameters: words}
    for turn in range(7):
        before = len(emitter.commands)
        loaded = emitter.load_group(group, turn)
        fields = [TRANSFER.unpack(command.payload) for command in emitter.commands[before:]]
        weights = [f for f in fields if f["target"] == TARGETS["weight"]]
        places = [place for f in weights for place in range(f["base"], f["base"] + f["words"])]
        assert places == [(turn * group.rows + row) % SYSTEM.weight_rows for row in range(group.rows)]
        assert loaded.row == places[0]
        bytes_read = [range(f["address"], f["address"] + f["words"] * SYSTEM.word_bytes["weight"]) for f in weights]
        assert [b for part in bytes_read for b in part] == list(range(group.weights, group.weights + len(rows)))
        (parameters,) = (f for f in fields if f["target"] == TARGETS["parameter"])
        assert (parameters["base"], parameters["words"]) == (loaded.word, 12)
        assert loaded.word == turn % 5 * 12
        assert len(fields) == len(weights) + 1


def test_memory_is_dealt_in_whole_readings_of_a_list() -> None:
    emitter = Emitter(SYSTEM)
    assert [emitter.reserve(size) for size in (1, LIST_BYTES, LIST_BYTES + 1, 7)] == [
        place * LIST_BYTES for place in (0, 1, 2, 4)
    ]
    with pytest.raises(LayerError, match="expected less than 4 GiB"):
        emitter.reserve(1 << 32)


@given(st.integers(1, 20), st.integers(1, 5), st.integers(1, 5), st.sampled_from([4, 8, 16]))
def test_planes_hold_the_picture(channels: int, height: int, width: int, lanes: int) -> None:
    picture = np.random.default_rng(channels).integers(0, 256, (channels, height, width), dtype=np.uint8)
    planes = planes_of(picture, lanes)
    assert (picture_of(planes, picture.shape, lanes) == picture).all()
    for channel, y, x in np.ndindex(picture.shape):
        place = ((channel // lanes * height + y) * width + x) * lanes + channel % lanes
        assert planes[place] == picture[channel, y, x]
    assert len(planes) == -(-channels // lanes) * height * width * lanes


@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 5), st.integers(0, 9))
def test_packed_rows_hold_the_picture(channels: int, height: int, width: int, spare: int) -> None:
    picture = np.random.default_rng(height).integers(1, 256, (channels, height, width), dtype=np.uint8)
    row = width * 4 + spare
    data = packed_rows(picture, row, 4)
    for channel, y, x in np.ndindex(picture.shape):
        assert data[y * row + x * 4 + channel] == picture[channel, y, x]
    assert len(data) == height * row
    assert sum(byte != 0 for byte in data) == picture.size
