"""Labels from a table, from folders and from names; whatever is wrong is one line."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from golden.affine import Affine
from golden.data import DataError
from golden.data.folder import PictureFiles, labelled, split
from golden.data.preparation import Preparation, read_picture


def picture(path: Path, size: tuple[int, int] = (6, 4), value: int = 100) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (value, 0, 255)).save(path)
    return path


def test_labels_by_name_of_the_picture(tmp_path: Path) -> None:
    for name in ("0007.png", "12_tench.jpg", "3.PNG"):
        picture(tmp_path / name)
    files, labels = labelled(tmp_path, 13)
    assert [file.name for file in files] == ["0007.png", "12_tench.jpg", "3.PNG"]
    assert labels.tolist() == [7, 12, 3]
    with pytest.raises(DataError, match=r"12_tench\.jpg: label 12, expected 0\.\.11"):
        labelled(tmp_path, 12)
    picture(tmp_path / "cat.png")
    with pytest.raises(DataError, match=r"cat\.png does not start with the number of a class"):
        labelled(tmp_path, 13)


def test_labels_by_name_of_the_folder(tmp_path: Path) -> None:
    for name in ("cat/1.png", "ant/x.png", "bee/deep/9.png", "bee/2.png"):
        picture(tmp_path / name)
    files, labels = labelled(tmp_path, 3)
    assert dict(zip([file.name for file in files], labels.tolist(), strict=True)) == {
        "1.png": 2, "x.png": 0, "9.png": 1, "2.png": 1,
    }  # fmt: skip
    with pytest.raises(DataError, match="3 folders, expected 10, one a class, or names that are numbers"):
        labelled(tmp_path, 10)
    picture(tmp_path / "stray.png")
    with pytest.raises(DataError, match=r"stray\.png lies beside folders"):
        labelled(tmp_path, 3)


def test_labels_by_number_of_the_folder(tmp_path: Path) -> None:
    for name in ("10/a.png", "2/b.png"):
        picture(tmp_path / name)
    assert labelled(tmp_path, 11)[1].tolist() == [10, 2]


def test_labels_by_table(tmp_path: Path) -> None:
    for name in ("9.png", "deep/b.png"):
        picture(tmp_path / name)
    (tmp_path / "labels.csv").write_text("file,label\n9.png,1\ndeep/b.png, 0\n")
    assert labelled(tmp_path, 2)[1].tolist() == [1, 0]
    (tmp_path / "labels.csv").write_text("9.png,1\n")
    with pytest.raises(DataError, match=r"no number for deep/b\.png"):
        labelled(tmp_path, 2)


def test_folders_without_pictures(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no folder: expected pictures"):
        labelled(tmp_path / "missing", 2)
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(DataError, match="holds no pictures: expected pictures"):
        labelled(tmp_path, 2)


def test_calibration_pictures_are_not_scored(tmp_path: Path) -> None:
    for number in range(10):
        picture(tmp_path / f"{number}.png")
    chosen, scored, labels = split(tmp_path, 10, 4, seed=1)
    assert len(chosen) == 4
    assert sorted(chosen + scored) == sorted(tmp_path.iterdir())
    assert labels.tolist() == [int(file.stem) for file in scored]
    assert split(tmp_path, 10, 4, seed=1)[0] == chosen
    assert split(tmp_path, 10, 4, seed=2)[0] != chosen
    assert len(split(tmp_path, 10, 1, seed=0)[1]) == 9
    for number in (0, 10):
        with pytest.raises(DataError, match=rf"{number} calibration pictures from .*, expected 1\.\.9"):
            split(tmp_path, 10, number, seed=0)


def test_folders_for_training_and_validation(tmp_path: Path) -> None:
    for number in range(3):
        picture(tmp_path / "train" / f"any{number}.png")
        picture(tmp_path / "val" / f"{number}.png")
    chosen, scored, labels = split(tmp_path, 3, 3, seed=0)
    assert {file.parent.name for file in chosen} == {"train"}
    assert {file.parent.name for file in scored} == {"val"}
    assert labels.tolist() == [0, 1, 2]


def test_pictures_are_read_when_wanted(tmp_path: Path) -> None:
    files = [picture(tmp_path / f"{number}.png", value=number) for number in range(3)]
    files.append(tmp_path / "damaged.png")
    files[3].write_bytes(files[0].read_bytes()[:50])
    pictures = PictureFiles(files, (3, 4, 6), Preparation(), Affine(1 / 255, 0))
    assert len(pictures) == 4
    assert pictures[1:3].shape == (2, 3, 4, 6)
    assert set(pictures[1:3][:, 0].flatten().tolist()) == {1, 2}
    with pytest.raises(DataError, match=r"damaged\.png is not a whole picture"):
        pictures[2:4]


def test_damaged_pictures(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    whole = tmp_path / "whole.jpg"
    Image.fromarray(noise).save(whole)
    cut = tmp_path / "cut.jpg"
    for size in (0, 10, 300, 1500):
        cut.write_bytes(whole.read_bytes()[:size])
        with pytest.raises(DataError, match=r"cut\.jpg is not a whole picture"):
            read_picture(cut, (3, 64, 64), 1.0)


def test_middle_of_a_picture(tmp_path: Path) -> None:
    pixels = np.zeros((8, 16, 3), dtype=np.uint8)
    pixels[2:6, 6:10] = 200
    Image.fromarray(pixels).save(tmp_path / "p.png")
    assert read_picture(tmp_path / "p.png", (3, 4, 4), 0.5).flatten().tolist() == [200] * 48
    assert read_picture(tmp_path / "p.png", (1, 8, 8), 1.0).shape == (1, 8, 8)
    assert torch.equal(read_picture(tmp_path / "p.png", (3, 8, 16), 0.1).permute(1, 2, 0), torch.from_numpy(pixels))
    with pytest.raises(DataError, match="pictures of 2 channels"):
        read_picture(tmp_path / "p.png", (2, 8, 8), 1.0)
