"""What variants lose, on a data set of a few pictures that the network's file holds."""

from pathlib import Path

import pytest

from golden.networks.integer import integer_logits
from golden.networks.resnet_fashion import calibration_pictures, sample_labels, sample_pictures
from ppa.losses import measure_losses
from ppa.variants import Variant
from tests.golden.data.test_idx import write

NET = "resnet_fashion"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    train = calibration_pictures().repeat(2, 1, 1, 1)[:, 0]
    for split, pictures, labels in (
        ("train", train, train[:, 0, 0] % 10),
        ("t10k", sample_pictures()[:, 0], sample_labels()),
    ):
        write(folder / f"{split}-images-idx3-ubyte.gz", pictures)
        write(folder / f"{split}-labels-idx1-ubyte.gz", labels)
    return folder


def test_variants_differ_and_the_contract_is_given(data: Path) -> None:
    shown: list[str] = []
    crude = Variant(n2_max=0, parity=False, m_width=3)
    losses, network = measure_losses(NET, data, 0, (crude, Variant(), crude), shown.append)
    assert losses.keys() == {crude, Variant()}
    assert losses[crude]["error"] > 3 * losses[Variant()]["error"] > 0
    assert losses[Variant()]["lost_low"] <= losses[Variant()]["lost"] <= losses[Variant()]["lost_high"]
    assert sorted(text.split(":")[0] for text in shown) == ["accuracy 1 of 2", "accuracy 2 of 2"]
    pictures = sample_pictures()
    assert (integer_logits(network, pictures).argmax(1) == sample_labels()).double().mean() > 0.85
