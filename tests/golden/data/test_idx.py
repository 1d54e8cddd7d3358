"""IDX files are read whole or refused."""

import gzip
from pathlib import Path

import pytest
import torch

from golden.data import DataError, idx
from golden.data.idx import fashion_mnist, read_idx, read_split
from golden.debian import DebianError


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


def test_where_fashion_mnist_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Path:
        raise DebianError("dataset-fashion-mnist is missing under X and there is no apt-get to fetch it")

    monkeypatch.setattr(idx, "INSTALLED", tmp_path)
    monkeypatch.setattr(idx, "unpack", refuse)
    assert fashion_mnist() == tmp_path
    monkeypatch.setattr(idx, "INSTALLED", Path("/usr/share/nowhere"))
    with pytest.raises(DataError, match=r"no Fashion-MNIST: dataset-fashion-mnist is missing .*, or install it"):
        fashion_mnist()
    monkeypatch.setattr(idx, "unpack", lambda package, folder: folder / package)
    assert fashion_mnist() == idx.FETCHED / "dataset-fashion-mnist/usr/share/nowhere"
