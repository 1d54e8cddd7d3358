"""Decisions and intervals on embeddings whose right answer is known."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from golden.data import DataError
from golden.faces.metrics import (
    FOLDS,
    best_threshold,
    choose_pairs,
    identify,
    leave_one_out,
    measures,
    verify,
)

PEOPLE, EACH = 12, 6
LABELS = torch.arange(PEOPLE).repeat_interleave(EACH)


def perfect(seed: int = 0) -> torch.Tensor:
    """Everyone at a corner of a cube, far from all others."""
    noise = torch.rand(len(LABELS), PEOPLE, generator=torch.Generator().manual_seed(seed))
    return torch.eye(PEOPLE)[LABELS] + 0.01 * noise


def noise(seed: int = 0) -> torch.Tensor:
    return torch.randn(len(LABELS), 64, generator=torch.Generator().manual_seed(seed))


def test_perfect_embeddings_are_always_right() -> None:
    for measure in measures(perfect(0), perfect(1), LABELS):
        for estimate in (measure.reference, measure.quantized):
            assert (estimate.value, estimate.low, estimate.high) == (1, 1, 1)
        assert (measure.lost.value, measure.lost.low, measure.lost.high) == (0, 0, 0)


def test_random_embeddings_are_right_by_chance() -> None:
    verification, one, others = measures(noise(0), noise(1), LABELS)
    for estimate in (verification.reference, verification.quantized):
        assert estimate.value == pytest.approx(0.5, abs=0.08)
    for measure in (one, others):
        assert measure.reference.value == pytest.approx(1 / PEOPLE, abs=0.08)
        assert measure.lost.low < 0 < measure.lost.high or measure.lost.value == 0


def test_a_swapped_picture_costs_what_it_must() -> None:
    embeddings = perfect()
    embeddings[[0, EACH]] = 1.2 * embeddings[[EACH, 0]]
    assert int((~leave_one_out(embeddings, LABELS).right).sum()) == 2
    # as a gallery picture it misleads the 5 others of both people; as a probe it is wrong in 5 galleries
    assert int((~identify(embeddings, LABELS).right).sum()) == 2 * (EACH - 1) + 2 * (EACH - 1)
    pairs = choose_pairs(LABELS, 0)
    wrong = ~verify(embeddings, LABELS, pairs).right
    swapped = torch.isin(torch.stack([pairs.first, pairs.second], 1), torch.tensor([0, EACH])).any(1)
    assert int((wrong & pairs.same).sum()) == 2 * (EACH - 1)
    assert not (wrong & ~swapped).any()


def test_the_loss_is_that_of_the_second_network() -> None:
    damaged = perfect()
    damaged[:EACH] = noise()[:EACH, :PEOPLE]
    for better, worse, sign in ((perfect(), damaged, 1), (damaged, perfect(), -1)):
        for measure in measures(better, worse, LABELS):
            assert measure.lost.value == measure.reference.value - measure.quantized.value
            assert sign * measure.lost.value > 0
            assert measure.lost.low <= measure.lost.value <= measure.lost.high


def test_pairs_are_all_of_the_same_person_and_as_many_others() -> None:
    pairs = choose_pairs(LABELS, 3)
    count = PEOPLE * EACH * (EACH - 1) // 2
    assert int(pairs.same.sum()) == int((~pairs.same).sum()) == count
    assert torch.equal(pairs.same, LABELS[pairs.first] == LABELS[pairs.second])
    assert len({(int(a), int(b)) for a, b in zip(pairs.first, pairs.second, strict=True)}) == 2 * count
    assert bool((pairs.first < pairs.second).all())
    for fold in range(FOLDS):
        assert int((pairs.fold == fold).sum()) == 2 * (count // FOLDS)
    assert torch.equal(choose_pairs(LABELS, 3).first, pairs.first)
    assert not torch.equal(choose_pairs(LABELS, 4).first, pairs.first)


def test_a_fold_is_scored_with_the_threshold_of_the_others() -> None:
    """Distances that mean the opposite in one fold: every decision there is wrong, elsewhere all are right."""
    pairs = choose_pairs(LABELS, 0)
    axis = torch.arange(len(LABELS), dtype=torch.float64)[:, None]
    distances = (axis[pairs.first] - axis[pairs.second]).abs()[:, 0]
    odd = pairs.fold == 4
    same = (distances < 20) ^ odd
    right = verify(axis, LABELS, type(pairs)(pairs.first, pairs.second, same, pairs.fold)).right
    assert bool(right[~odd].all())
    assert not bool(right[odd].any())


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=12))
def test_no_threshold_is_better(pairs: list[tuple[int, bool]]) -> None:
    distances = torch.tensor([float(distance) for distance, _ in pairs])
    same = torch.tensor([same for _, same in pairs])

    def right(threshold: float) -> int:
        return int(((distances < threshold) == same).sum())

    assert right(best_threshold(distances, same)) == max(right(step / 2) for step in range(-1, 16))


@pytest.mark.parametrize(
    ("embeddings", "labels", "message"),
    [
        (torch.eye(4), torch.tensor([0, 0, 1, 1]), "2 pairs of pictures of the same person and 4 of different people"),
        (torch.eye(9), torch.tensor([0] * 8 + [1]), "28 pairs of .* and 8 of different"),
        (torch.eye(12), torch.tensor([0] * 11 + [1]), "a person with a single picture"),
        (torch.eye(12) / 0, torch.tensor([0, 1] * 6), "NaN or infinity"),
        (torch.eye(12), torch.tensor([0, 1] * 7), "of 14 pictures"),
    ],
)
def test_too_little_is_refused(embeddings: torch.Tensor, labels: torch.Tensor, message: str) -> None:
    with pytest.raises(DataError, match=message):
        measures(embeddings, embeddings, labels)
