"""Folders of faces, whole and damaged."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from golden.data import DataError
from golden.faces.pictures import SIZE, aligned, read_faces


def grey(seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(seed).integers(0, 256, (112, 92), dtype=np.uint8)


def orl(folder: Path, people: int, each: int) -> Path:
    for person in range(1, people + 1):
        (folder / f"s{person}").mkdir(parents=True)
        for number in range(1, each + 1):
            Image.fromarray(grey(100 * person + number)).save(folder / f"s{person}" / f"{number}.pgm")
    return folder


def test_people_and_pictures_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    faces = read_faces(orl(tmp_path, 11, 2))
    assert faces.names == [f"s{person}" for person in range(1, 12)]
    assert faces.people.tolist() == [person for person in range(11) for _ in range(2)]
    assert torch.equal(faces.pictures[3:4], aligned(grey(202), ""))
    some = faces.of(range(8, 11))
    assert some.names == ["s9", "s10", "s11"]
    assert some.people.tolist() == [0, 0, 1, 1, 2, 2]
    assert torch.equal(some.pictures, faces.pictures[16:])


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    orl(tmp_path, 2, 2)
    (tmp_path / "README").write_text("text")
    (tmp_path / "s1" / "target.pgm").write_text("no number")
    (tmp_path / "s2" / "3.txt").write_text("no picture")
    (tmp_path / "notes").mkdir()
    faces = read_faces(tmp_path)
    assert faces.people.tolist() == [0, 0, 1, 1]
    assert faces.names == ["s1", "s2"]


def test_alignment_of_orl_keeps_the_face_and_repeats_the_border() -> None:
    picture = np.zeros((112, 92), dtype=np.uint8)
    picture[:20] = 255
    assert int(aligned(picture, "").max()) == 0
    picture = np.repeat(np.arange(0, 184, 2, dtype=np.uint8)[None], 112, axis=0)
    face = aligned(picture, "")
    assert face.shape == (1, 3, SIZE, SIZE)
    assert face[0, :, :, 0].eq(0).all()
    assert face[0, :, :, -1].eq(182).all()
    assert torch.equal(face[0, 0], face[0, 2])


def test_an_aligned_picture_stays_as_it_is() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)
    assert torch.equal(aligned(picture, "")[0], torch.from_numpy(picture).permute(2, 0, 1))


@pytest.mark.parametrize("shape", [(92, 112), (64, 64), (0, 0), (112, 150, 3)])
def test_other_sizes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(DataError, match=rf"p\.png: {shape[0]} rows and {shape[1]} columns, expected 112 and 92"):
        aligned(np.zeros(shape, dtype=np.uint8), "p.png")


def test_missing_empty_and_damaged_data_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such folder"):
        read_faces(tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"no pictures; expected ORL's layout, sNN/K\.pgm"):
        read_faces(tmp_path)
    orl(tmp_path, 2, 1)
    cut = tmp_path / "s2" / "1.pgm"
    for content in (b"", b"no picture", cut.read_bytes()[:500]):
        cut.write_bytes(content)
        with pytest.raises(DataError, match=r"s2/1\.pgm: not a picture that can be read"):
            read_faces(tmp_path)


@pytest.mark.parametrize("mode", ["P", "RGBA", "I;16", "1"])
def test_pictures_of_other_kinds_are_refused(tmp_path: Path, mode: str) -> None:
    (tmp_path / "s1").mkdir()
    Image.new(mode, (92, 112)).save(tmp_path / "s1" / "1.png")
    with pytest.raises(DataError, match=rf"s1/1\.png: a picture of mode {mode}, expected 8-bit grey or RGB"):
        read_faces(tmp_path)
