"""Verification and identification from embeddings."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from golden.data import DataError
from golden.decisions import Decisions, Measure, compare

FOLDS = 10


@dataclass(frozen=True)
class Pairs:
    """Pairs of pictures: indices ``first`` and ``second``, whether ``same`` person, and ``fold``, each (T,)."""

    first: Tensor
    second: Tensor
    same: Tensor
    fold: Tensor


def choose_pairs(people: Tensor, seed: int) -> Pairs:
    """Return all pairs of the same person and as many of different people, in FOLDS folds by lot.

    people: int64 (N,), the person of each picture. The folds split the pairs, half of each of the same
    person: only one number, the threshold, passes from one fold to another.
    Raises DataError when there are too few pairs for the folds.
    """
    generator = torch.Generator().manual_seed(seed)
    first, second = torch.triu_indices(len(people), len(people), 1)
    same = people[first] == people[second]
    ours, others = torch.nonzero(same)[:, 0], torch.nonzero(~same)[:, 0]
    if min(len(ours), len(others)) < FOLDS:
        raise DataError(
            f"{len(ours)} pairs of pictures of the same person and {len(others)} of different people: expected at "
            f"least {FOLDS} of each"
        )
    count = min(len(ours), len(others))
    chosen = [kind[torch.randperm(len(kind), generator=generator)[:count]] for kind in (ours, others)]
    index, fold = torch.cat(chosen), torch.arange(count).repeat(2) % FOLDS
    return Pairs(first[index], second[index], same[index], fold)


def best_threshold(distances: Tensor, same: Tensor) -> float:
    """Return the distance below which pairs are best called the same person.

    It lies in the middle between two neighbouring distances, so that most pairs (T,) are right; the
    lowest of equally good ones.
    """
    ordered, order = distances.sort()
    right = torch.cat([torch.zeros(1), torch.where(same[order], 1.0, -1.0).cumsum(0)])
    ends = torch.cat([ordered[:1] - 1, ordered, ordered[-1:] + 1])
    right[1:-1][ordered[1:] == ordered[:-1]] = -torch.inf
    best = int(right.argmax())
    return float((ends[best] + ends[best + 1]) / 2)


def verify(embeddings: Tensor, people: Tensor, pairs: Pairs) -> Decisions:
    """Decide for each pair whether it shows the same person, with the threshold of the other folds.

    embeddings: float (N, features); the distance is Euclidean, as dlib's. Equal distances are all on one side.
    """
    distances = (embeddings[pairs.first].double() - embeddings[pairs.second].double()).norm(dim=1)
    right = torch.zeros(len(distances), dtype=torch.bool)
    for fold in range(FOLDS):
        scored = pairs.fold == fold
        threshold = best_threshold(distances[~scored], pairs.same[~scored])
        right[scored] = (distances[scored] < threshold) == pairs.same[scored]
    return Decisions(right, torch.stack([people[pairs.first], people[pairs.second]], 1))


def identify(embeddings: Tensor, people: Tensor) -> Decisions:
    """Decide whom each picture shows: the person of the nearest picture in a gallery of one picture each.

    The first picture of every person is the gallery and all others are decided; then the second ones are,
    and so on as long as every person has one. Raises DataError when a person has a single picture.
    """
    distances = torch.cdist(embeddings.double(), embeddings.double())
    owned = [torch.nonzero(people == person)[:, 0] for person in range(int(people.max()) + 1)]
    count = min(map(len, owned))
    if count < 2:
        raise DataError("a person with a single picture: expected at least 2 pictures of everyone")
    right, about = [], []
    for number in range(count):
        gallery = torch.stack([pictures[number] for pictures in owned])
        probes = torch.ones(len(people), dtype=torch.bool)
        probes[gallery] = False
        found = people[gallery][distances[probes][:, gallery].argmin(1)]
        right.append(found == people[probes])
        about.append(people[probes])
    return Decisions(torch.cat(right), torch.cat(about)[:, None].expand(-1, 2))


def leave_one_out(embeddings: Tensor, people: Tensor) -> Decisions:
    """Decide whom each picture shows: the person of the nearest of all other pictures."""
    distances = torch.cdist(embeddings.double(), embeddings.double()).fill_diagonal_(torch.inf)
    return Decisions(people[distances.argmin(1)] == people, people[:, None].expand(-1, 2))


def measures(reference: Tensor, quantized: Tensor, people: Tensor, seed: int = 0) -> list[Measure]:
    """Compare the embeddings (N, features) of a float network with those of its quantized one.

    people: int64 (N,), numbered from 0; seed: draws the pairs of different people, the folds and the resamples.
    Raises DataError for NaN, and for too few pictures or people.
    """
    for embeddings in (reference, quantized):
        if len(embeddings) != len(people) or not bool(torch.isfinite(embeddings).all()):
            raise DataError(f"embeddings {tuple(embeddings.shape)} of {len(people)} pictures, or with NaN or infinity")
    pairs = choose_pairs(people, seed)
    rules: dict[str, Callable[[Tensor], Decisions]] = {
        "verification": lambda embeddings: verify(embeddings, people, pairs),
        "rank-1, one picture a person": lambda embeddings: identify(embeddings, people),
        "rank-1, all other pictures": lambda embeddings: leave_one_out(embeddings, people),
    }
    return [compare(name, rule(reference), rule(quantized), seed) for name, rule in rules.items()]
