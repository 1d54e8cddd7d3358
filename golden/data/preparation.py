"""From a picture file to the bytes that a network takes."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from golden.affine import Affine
from golden.contract import ACT_MAX
from golden.data import DataError
from golden.float_layer import Shape


@dataclass(frozen=True)
class Preparation:
    """How a picture becomes a network's input.

    crop: part of the shorter side that is kept, about the centre; mean, std: of each channel, for pixels
    from 0 to 1, none where the network's bytes are the pixels. Raises DataError for values that are none.
    """

    crop: float = 1.0
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Check the values."""
        if not 0 < self.crop <= 1:
            raise DataError(f"crop {self.crop}, expected more than 0 and at most 1")
        finite = all(math.isfinite(value) for value in (*self.mean, *self.std))
        if len(self.mean) != len(self.std) or not finite or not all(value > 0 for value in self.std):
            raise DataError(
                f"mean {self.mean} and std {self.std}, expected one finite number of each per channel, std above 0"
            )

    def affine(self) -> Affine:
        """Return the map of bytes that covers every value a prepared pixel can have."""
        if not self.mean:
            return Affine(1 / ACT_MAX, 0)
        low = min(0.0, *((0 - mean) / std for mean, std in zip(self.mean, self.std, strict=True)))
        high = max(0.0, *((1 - mean) / std for mean, std in zip(self.mean, self.std, strict=True)))
        scale = (high - low) / ACT_MAX
        return Affine(scale, round(-low / scale))

    def to_bytes(self, pixels: Tensor, affine: Affine) -> Tensor:
        """Return what a network of the input map ``affine`` takes for pixels, both uint8 (C, H, W)."""
        if not self.mean:
            return pixels
        if len(self.mean) != len(pixels):
            raise DataError(
                f"mean of {len(self.mean)} channels for pictures of {len(pixels)}, expected one per channel"
            )
        mean, std = (torch.tensor(values).double()[:, None, None] for values in (self.mean, self.std))
        return affine.quantize((pixels / ACT_MAX - mean) / std).to(torch.uint8)


def read_picture(path: Path, shape: Shape, crop: float) -> Tensor:
    """Read a picture as uint8 (C, H, W), grey for C = 1 and RGB for C = 3.

    A picture of another size is cut about its centre to the shape of the input, ``crop`` of what fits,
    and resized with a bicubic filter. Raises DataError for a file that is no whole picture.
    """
    channels, height, width = shape
    if channels not in (1, 3):
        raise DataError(f"pictures of {channels} channels, expected a network of 1 or 3")
    try:
        with Image.open(path) as file:
            image = file.convert("L" if channels == 1 else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise DataError(f"{path} is not a whole picture: {error}") from error
    if image.size != (width, height):
        part = crop * min(image.width / width, image.height / height)
        left, top = (image.width - part * width) / 2, (image.height - part * height) / 2
        box = (left, top, image.width - left, image.height - top)
        image = image.resize((width, height), Image.Resampling.BICUBIC, box)
    pixels = np.asarray(image).reshape(height, width, channels)
    return torch.from_numpy(pixels.transpose(2, 0, 1).copy())
