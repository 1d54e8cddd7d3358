"""The task of faces: some people calibrate, the others are scored."""

from pathlib import Path

from torch import Tensor

from golden.faces.orl import fetch_orl
from golden.faces.pictures import Faces, read_faces
from golden.layer import LayerError

CALIBRATION_PART = 4


def split(faces: Faces) -> tuple[Tensor, Faces]:
    """Return the pictures of the first quarter of the people, which calibrate, and the other people.

    Of ORL's 40 people 1..10 calibrate, without their names, and 11..40 are scored.
    Raises LayerError for too few people.
    """
    count = len(faces.names) // CALIBRATION_PART
    if not count:
        raise LayerError(f"pictures of {len(faces.names)} people: expected at least {CALIBRATION_PART}")
    return faces.of(range(count)).pictures, faces.of(range(count, len(faces.names)))


def load(data: Path | None, cache: Path) -> tuple[Tensor, Faces]:
    """Return calibration pictures, uint8 (N, 3, 150, 150), and the faces to score.

    data: a folder in ORL's layout, or None for ORL itself, fetched into ``cache`` where it is not there yet.
    Raises LayerError for missing or damaged data.
    """
    return split(read_faces(fetch_orl(cache / "orl_faces") if data is None else data))
