"""Which tensors stay in the activation buffer from the step that writes them to the last that reads them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from golden.program.fusion import Step


@dataclass(frozen=True)
class Life:
    """A tensor's words, and the places of the first step that writes it and the last that reads it."""

    words: int
    first: int
    last: int


@dataclass(frozen=True)
class Layout:
    """Where resident tensors lie, and for each step the largest room that is free, both as first and end word."""

    bases: dict[str, int]
    rooms: list[tuple[int, int]]


def lives(steps: Sequence[Step], words: dict[str, int]) -> dict[str, Life]:
    """Return the life of every tensor that a step writes. words: of each tensor."""
    found: dict[str, Life] = {}
    for place, step in enumerate(steps):
        first = found[step.output].first if step.output in found else place
        found[step.output] = Life(words[step.output], first, place)
        for source in step.sources:
            if source in found:
                found[source] = Life(words[source], found[source].first, place)
    return found


def in_place(step: Step, place: int, resident: set[str], known: dict[str, Life]) -> str:
    """Return the resident source whose words the output may take: read for the last time, word by word; or nothing."""
    if not step.vector or len(step.vector.sources) != 2 or step.output not in resident:
        return ""
    read_once = [source for source in step.beside if not step.layer or source != step.layer.source]
    size = known[step.output].words
    read_once = [source for source in read_once if source in resident and known[source].words == size]
    dying = [source for source in read_once if known[source].last == place]
    return dying[0] if dying else ""


def lay_out(steps: Sequence[Step], resident: set[str], known: dict[str, Life], depth: int, align: int) -> Layout | None:
    """Place resident tensors in ``depth`` words, each at a multiple of ``align``; None if they do not fit."""
    bases: dict[str, int] = {}
    alive: dict[str, tuple[int, int]] = {}
    rooms = []
    for place, step in enumerate(steps):
        if step.output in resident and step.output not in alive:
            shared = in_place(step, place, resident, known)
            size = -(-known[step.output].words // align) * align
            fits = [(start, stop) for start, stop in _gaps(alive, depth) if stop - start >= size]
            if shared:
                start = alive.pop(shared)[0]
            elif fits:
                low, high = fits[0], fits[-1]
                start = low[0] if place % 2 else (high[1] - size) // align * align
            else:
                return None
            alive[step.output] = (start, start + size)
            bases[step.output] = start
        rooms.append(max(_gaps(alive, depth), key=lambda gap: gap[1] - gap[0], default=(0, 0)))
        alive = {name: span for name, span in alive.items() if known[name].last > place}
    return Layout(bases, rooms)


def _gaps(alive: dict[str, tuple[int, int]], depth: int) -> list[tuple[int, int]]:
    """Return the free rooms in ascending order."""
    edges = [0, *(edge for span in sorted(alive.values()) for edge in span), depth]
    return [(start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=True) if stop > start]


def choose_resident(
    steps: Sequence[Step],
    known: dict[str, Life],
    depth: int,
    align: int,
    forced: set[str],
    outside: set[str],
    cost: Callable[[Step, frozenset[str], int], int | None],
) -> tuple[frozenset[str], Layout | None]:
    """Return the tensors that stay on chip, and where; the layout is None when those that must do not fit.

    forced: must stay; outside: must not. cost: of a step with resident tensors and so many words of room, None where
    it cannot run. Small tensors that live shortly come first, and stay when that makes the network cheaper.
    """
    prices: dict[tuple[int, frozenset[str], int], int | None] = {}

    def price(step: Step, resident: set[str], room: int) -> int | None:
        own = frozenset({*step.sources, step.output} & resident)
        key = step.number, own, room
        if key not in prices:
            prices[key] = cost(step, own, room)
        return prices[key]

    def attempt(resident: set[str]) -> tuple[int, Layout] | None:
        layout = lay_out(steps, resident, known, depth, align)
        if layout is None:
            return None
        total = 0
        for step, (start, stop) in zip(steps, layout.rooms, strict=True):
            own = price(step, resident, stop - start)
            if own is None:
                return None
            total += own
        return total, layout

    resident = set(forced)
    best = attempt(resident)
    order = {name: life.words * (life.last - life.first + 1) for name, life in known.items()}
    for name in sorted(order, key=lambda name: (order[name], name)):
        if name in resident or name in outside or known[name].words > depth:
            continue
        tried = attempt(resident | {name})
        if tried and (best is None or tried[0] < best[0]):
            resident, best = resident | {name}, tried
    return frozenset(resident), best[1] if best else None
