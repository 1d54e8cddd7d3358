"""Pictures of people from a folder with one folder for each person, as the ORL set has them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from skimage.transform import resize
from torch import Tensor

from golden.data import DataError

SIZE = 150
SUFFIXES = (".pgm", ".png", ".jpg", ".jpeg", ".bmp")
ORL_SHAPE = (112, 92)
CUT_TOP, REPEAT_BOTTOM, REPEAT_SIDE = 20, 8, 4


@dataclass(frozen=True)
class Faces:
    """Pictures, uint8 (N, 3, 150, 150), the person of each, int64 (N,), and the names of the people."""

    pictures: Tensor
    people: Tensor
    names: list[str]

    def of(self, people: range) -> "Faces":
        """Return the pictures of some people."""
        chosen = (self.people >= people.start) & (self.people < people.stop)
        return Faces(self.pictures[chosen], self.people[chosen] - people.start, self.names[people.start : people.stop])


def to_input(picture: NDArray[np.uint8]) -> Tensor:
    """Resize a picture of a face, uint8 (H, W) or (H, W, 3), to uint8 (1, 3, 150, 150); grey gives equal colours."""
    colours = picture if picture.ndim == 3 else np.repeat(picture[:, :, None], 3, axis=2)
    small = resize(colours, (SIZE, SIZE), order=1, preserve_range=True)  # type: ignore[no-untyped-call]
    return torch.from_numpy(small.round().clip(0, 255).astype(np.uint8)).permute(2, 0, 1)[None].contiguous()


def aligned(picture: NDArray[np.uint8], name: str) -> Tensor:
    """Return a picture, uint8 (H, W) or (H, W, 3), as the network wants a face, uint8 (1, 3, 150, 150).

    ORL's pictures, 112 rows of 92, show the face too large and too high: 20 rows are cut at the top, then
    the border is repeated 8 times at the bottom and 4 times at each side. A picture of 150x150
    is taken as it is. name: for the DataError that any other picture raises.
    """
    if picture.shape[:2] == (SIZE, SIZE):
        return to_input(picture)
    if picture.shape[:2] == ORL_SHAPE:
        sides = ((0, REPEAT_BOTTOM), (REPEAT_SIDE, REPEAT_SIDE), (0, 0))[: picture.ndim]
        return to_input(np.pad(picture[CUT_TOP:], sides, mode="edge"))
    raise DataError(
        f"{name}: {picture.shape[0]} rows and {picture.shape[1]} columns, expected {ORL_SHAPE[0]} and {ORL_SHAPE[1]} "
        f"(ORL) or {SIZE} and {SIZE} (a face aligned as dlib does)"
    )


def read_picture(file: Path) -> NDArray[np.uint8]:
    """Read a picture, uint8 (H, W) or (H, W, 3). Raises DataError when it cannot be read or is of another kind."""
    try:
        with Image.open(file) as picture:
            picture.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise DataError(f"{file}: not a picture that can be read ({error})") from None
    if picture.mode not in ("L", "RGB"):
        raise DataError(f"{file}: a picture of mode {picture.mode}, expected 8-bit grey or RGB")
    return np.asarray(picture)


def by_number(path: Path) -> tuple[int, str]:
    """Return a key that sorts s2 before s10."""
    return int("0" + "".join(filter(str.isdecimal, path.stem))), path.name


def read_faces(folder: Path) -> Faces:
    """Read the pictures whose names are numbers in every folder of ``folder``: sNN/K.pgm in ORL.

    Raises DataError when there are none, or one cannot be read or has another size.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; expected one that holds a folder of pictures for each person")
    pictures: list[Tensor] = []
    people: list[int] = []
    names: list[str] = []
    for person in sorted(filter(Path.is_dir, folder.iterdir()), key=by_number):
        files = [file for file in person.iterdir() if file.suffix.lower() in SUFFIXES and file.stem.isdecimal()]
        for file in sorted(files, key=by_number):
            pictures.append(aligned(read_picture(file), str(file)))
            people.append(len(names))
        names += [person.name] if files else []
    if not pictures:
        raise DataError(f"{folder}: no pictures; expected ORL's layout, sNN/K.pgm (or {', '.join(SUFFIXES[1:])})")
    return Faces(torch.cat(pictures), torch.tensor(people), names)
