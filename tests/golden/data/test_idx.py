"""IDX files are read whole or refused."""

import gzip
from pathlib import Path

import pytest
import torch

from golden.data import DataError
from golden.data.idx import read_idx, read_split


def write(path: Path, values: torch.Tensor, kind: int = 8) -> None:
    sizes = b"".join(size.to_bytes(4, "big") for size in values.shape)
    path.write_bytes(gzip.compress(bytes([0, 0, kind, values.dim()]) + sizes + bytes(values.flatten().tolist())))


def test_reads_a_split(tmp_path: Path) -> None:
    pictures = torch.randint(0, 256, (3, 4, 5), dtype=torch.uint8)
    write(tmp_path / "t10k-images-idx3-ubyte.gz", pictures)
    write(tmp_path / "t10k-labels-idx1-ubyte.gz", torch.tensor([2, 0, 1]))
    read, labels = read_split(tmp_path, "t10k")
    assert torch.equal(read[:, 0], pictures)
    assert labels.tolist() == [2, 0, 1]
    write(tmp_path / "t10k-labels-idx1-ubyte.gz", torch.tensor([2, 0]))
    with pytest.raises(DataError, match=r"expected \(N, H, W\) and \(N\)"):
        read_split(tmp_path, "t10k")


def test_refuses_files_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    with pytest.raises(DataError, match="dataset-fashion-mnist"):
        read_idx(path)
    write(path, torch.zeros(2, 2).byte(), kind=13)
    with pytest.raises(DataError, match="is not a whole IDX file"):
        read_idx(path)
    write(path, torch.zeros(200).byte())
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="dataset-fashion-mnist"):
        read_idx(path)
    for data in (b"", bytes([0, 0, 8, 1, 0, 0, 0, 9, 1])):
        path.write_bytes(gzip.compress(data))
        with pytest.raises(DataError, match="is not a whole IDX file"):
            read_idx(path)
