"""Data sets in MNIST's IDX files, and where Fashion-MNIST is."""

import gzip
from pathlib import Path

import torch
from torch import Tensor

from golden.data import DataError
from golden.debian import DebianError, unpack
from golden.files import BUILD

PACKAGE = "dataset-fashion-mnist"
INSTALLED = Path("/usr/share/datasets/fashion-mnist")
"""Where Debian's package puts it."""
FETCHED = BUILD / "data"


def fashion_mnist() -> Path:
    """Return the folder of Fashion-MNIST: as installed, else the package's files under ``build/data``, fetched once.

    Raises DataError when they cannot be fetched.
    """
    if INSTALLED.is_dir():
        return INSTALLED
    try:
        return unpack(PACKAGE, FETCHED) / INSTALLED.relative_to("/")
    except DebianError as error:
        raise DataError(f"no Fashion-MNIST: {error}, or install it") from None


def read_idx(path: Path) -> Tensor:
    """Read a gzipped IDX file of bytes: 4-byte magic whose last byte is the rank, 4 bytes a size, the data.

    Raises DataError for a file that is missing or damaged.
    """
    try:
        data = gzip.decompress(path.read_bytes())
    except (OSError, EOFError) as error:
        raise DataError(f"{path}: {error}; Debian's package {PACKAGE} holds the files") from error
    rank = data[3] if len(data) > 3 else 0
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(rank)]
    values = torch.frombuffer(bytearray(data[4 + 4 * rank :] or b"\0"), dtype=torch.uint8)
    if data[2:3] != b"\x08" or values.numel() != torch.Size(shape).numel():
        raise DataError(f"{path} is not a whole IDX file of bytes")
    return values.reshape(shape)


def read_split(folder: Path, split: str) -> tuple[Tensor, Tensor]:
    """Return pictures, uint8 (N, 1, H, W), and labels, int64 (N,), of the split ``train`` or ``t10k``.

    Raises DataError when the folder does not hold the data set.
    """
    pictures = read_idx(folder / f"{split}-images-idx3-ubyte.gz")
    labels = read_idx(folder / f"{split}-labels-idx1-ubyte.gz")
    if pictures.dim() != 3 or labels.shape != pictures.shape[:1]:
        shapes = f"{tuple(pictures.shape)} and {tuple(labels.shape)}"
        raise DataError(f"{folder}: pictures and labels of shape {shapes}, expected (N, H, W) and (N)")
    return pictures[:, None], labels.long()
