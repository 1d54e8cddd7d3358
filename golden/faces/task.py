"""The task of faces: some people calibrate, the others are scored."""

from pathlib import Path

import torch
from torch import Tensor

from golden.data import DataError
from golden.faces.orl import fetch_orl
from golden.faces.pictures import Faces, read_faces

CALIBRATION_PART = 4


def split(faces: Faces, calibration: int | None, seed: int) -> tuple[Tensor, Faces]:
    """Return the pictures of the first quarter of the people, which calibrate, and the other people.

    Of ORL's 40 people 1..10 calibrate, without their names, and 11..40 are scored. calibration: how many of these
    pictures calibrate, drawn by lot with ``seed``, or None for all. Raises DataError for too few people or pictures.
    """
    count = len(faces.names) // CALIBRATION_PART
    if not count:
        raise DataError(f"pictures of {len(faces.names)} people: expected at least {CALIBRATION_PART}")
    pictures = faces.of(range(count)).pictures
    if calibration is not None:
        if not 1 <= calibration <= len(pictures):
            raise DataError(f"{calibration} calibration pictures, expected 1..{len(pictures)}, those of {count} people")
        pictures = pictures[torch.randperm(len(pictures), generator=torch.Generator().manual_seed(seed))[:calibration]]
    return pictures, faces.of(range(count, len(faces.names)))


def load(data: Path | None, cache: Path, calibration: int | None, seed: int) -> tuple[Tensor, Faces]:
    """Return calibration pictures, uint8 (N, 3, 150, 150), and the faces to score, as ``split`` does.

    data: a folder in ORL's layout, or None for ORL itself, fetched into ``cache`` where it is not there yet.
    Raises DataError for missing or damaged data.
    """
    return split(read_faces(fetch_orl(cache / "orl_faces") if data is None else data), calibration, seed)
