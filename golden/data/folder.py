"""Folders of labelled pictures.

The label of a picture is, in this order: its row of ``labels.csv`` (file, label); the name of its folder, a
number, or for as many folders as the network has classes, the folder's place among the sorted names;
the number its own name starts with, as in ``0012.jpg`` or ``12_tench.jpg``.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from golden.affine import Affine
from golden.data import DataError
from golden.data.preparation import Preparation, read_picture
from golden.float_layer import Shape

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".ppm", ".pgm", ".webp", ".tif", ".tiff")
SPLITS = (("train", "val"), ("train", "test"))
LAYOUT = "expected pictures in folders named by class, or named by class, or a labels.csv of file and label"


@dataclass(frozen=True)
class PictureFiles:
    """Pictures that are read when they are wanted: ``files[2:5]`` is uint8 (3, C, H, W)."""

    files: list[Path]
    shape: Shape
    preparation: Preparation
    input: Affine

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.files)

    def __getitem__(self, part: slice) -> Tensor:
        """Read pictures. Raises DataError for a file that is no whole picture."""
        read = (read_picture(file, self.shape, self.preparation.crop) for file in self.files[part])
        return torch.stack([self.preparation.to_bytes(pixels, self.input) for pixels in read])


def labelled(folder: Path, classes: int) -> tuple[list[Path], Tensor]:
    """Return the pictures of a folder and their labels, int64 (N,), sorted by name.

    Raises DataError for a folder that is missing or empty, and for labels outside 0..classes-1.
    """
    files = pictures_in(folder)
    table = folder / "labels.csv"
    if table.exists():
        labels = _from_table(table, files, folder)
    elif any(file.parent != folder for file in files):
        labels = _from_folders(files, folder, classes)
    else:
        labels = [_number(file) for file in files]
    wrong = [place for place, label in enumerate(labels) if not 0 <= label < classes]
    if wrong:
        raise DataError(f"{files[wrong[0]]}: label {labels[wrong[0]]}, expected 0..{classes - 1}")
    return files, torch.tensor(labels)


def pictures_in(folder: Path) -> list[Path]:
    """Return the picture files in a folder and the folders in it, sorted. Raises DataError when there is none."""
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder: {LAYOUT}")
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES)
    if not files:
        raise DataError(f"{folder} holds no pictures: {LAYOUT}")
    return files


def split(folder: Path, classes: int, calibration: int, seed: int) -> tuple[list[Path], list[Path], Tensor]:
    """Return the pictures that calibrate, those that are scored, and the labels of the latter, int64 (N,).

    Folders ``train`` and ``val`` (or ``test``) within say which; else some are drawn by lot to calibrate
    and all others are scored. Raises DataError for too few pictures.
    """
    generator = torch.Generator().manual_seed(seed)
    for train, test in SPLITS:
        if (folder / train).is_dir() and (folder / test).is_dir():
            candidates = pictures_in(folder / train)
            scored, labels = labelled(folder / test, classes)
            _check_number(folder / train, len(candidates), calibration)
            chosen = torch.randperm(len(candidates), generator=generator)[:calibration].tolist()
            return [candidates[place] for place in chosen], scored, labels
    files, labels = labelled(folder, classes)
    _check_number(folder, len(files) - 1, calibration)
    order = torch.randperm(len(files), generator=generator)
    kept = order[calibration:].sort().values
    return [files[place] for place in order[:calibration]], [files[place] for place in kept], labels[kept]


def _check_number(folder: Path, available: int, calibration: int) -> None:
    if available < 1:
        raise DataError(f"{folder} holds too few pictures: expected at least one to calibrate and another to score")
    if not 1 <= calibration <= available:
        raise DataError(f"{calibration} calibration pictures from {folder}, expected 1..{available}")


def _from_table(table: Path, files: list[Path], folder: Path) -> list[int]:
    with table.open(newline="") as file:
        rows = {row[0].strip(): row[1].strip() for row in csv.reader(file) if len(row) >= 2}
    names = [file.relative_to(folder).as_posix() for file in files]
    missing = [name for name in names if not rows.get(name, "").isdecimal()]
    if missing:
        raise DataError(f"{table}: no number for {missing[0]}, expected a row of file and label for every picture")
    return [int(rows[name]) for name in names]


def _from_folders(files: list[Path], folder: Path, classes: int) -> list[int]:
    names = [file.relative_to(folder).parts[0] if file.parent != folder else "" for file in files]
    if "" in names:
        raise DataError(f"{files[names.index('')]} lies beside folders of pictures: {LAYOUT}")
    ordered = sorted(set(names))
    if all(name.isdecimal() for name in ordered):
        return [int(name) for name in names]
    if len(ordered) != classes:
        raise DataError(f"{folder}: {len(ordered)} folders, expected {classes}, one a class, or names that are numbers")
    places = {name: place for place, name in enumerate(ordered)}
    return [places[name] for name in names]


def _number(file: Path) -> int:
    found = re.match(r"\d+", file.name)
    if not found:
        raise DataError(f"{file} does not start with the number of a class: {LAYOUT}")
    return int(found.group())
