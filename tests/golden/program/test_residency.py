"""Lives and places of tensors against their definitions, on random networks of vector operations."""

import random

from hypothesis import given
from hypothesis import strategies as st

from golden.networks.glue import GlueConstants
from golden.program.fusion import Step, single
from golden.program.lowering import VectorWork
from golden.program.residency import Life, choose_resident, in_place, lay_out, lives

DEPTH = 64


def _steps(chance: random.Random, count: int) -> tuple[list[Step], dict[str, int]]:
    """Return steps that each read one or two tensors before, and the words of every tensor."""
    names, steps = ["input"], []
    for number in range(count):
        sources = tuple(chance.choice(names[-4:]) for _ in range(chance.randint(1, 2)))
        constants = GlueConstants((0,) * len(sources), (1,) * len(sources))
        steps.append(single(number, VectorWork(f"w{number}", sources, f"t{number}", "sum", constants)))
        names.append(f"t{number}")
    return steps, {name: chance.randint(1, 30) for name in names}


def _alive(known: dict[str, Life], place: int) -> set[str]:
    return {name for name, life in known.items() if life.first <= place <= life.last}


@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_a_tensor_lives_from_its_writer_to_its_last_reader(chance: random.Random, count: int) -> None:
    steps, words = _steps(chance, count)
    known = lives(steps, words)
    assert known.keys() == {step.output for step in steps}
    for name, life in known.items():
        users = [place for place, step in enumerate(steps) if name in (*step.sources, step.output)]
        assert (life.first, life.last, life.words) == (users[0], users[-1], words[name])


@given(st.randoms(use_true_random=False), st.integers(1, 12), st.sampled_from([1, 4]))
def test_tensors_that_live_together_lie_apart_and_rooms_are_free(chance: random.Random, count: int, align: int) -> None:
    steps, words = _steps(chance, count)
    known = lives(steps, words)
    resident = {name for name in known if chance.randrange(2)}
    layout = lay_out(steps, resident, known, DEPTH, align)
    if layout is None:
        assert sum(known[name].words + align for name in resident) > DEPTH // 2
        return
    assert layout.bases.keys() == resident
    assert len(layout.rooms) == len(steps)
    for place, (step, room) in enumerate(zip(steps, layout.rooms, strict=True)):
        replaced = in_place(step, place, resident, known)
        taken: set[int] = set()
        for name in (_alive(known, place) & resident) - {replaced}:
            own = range(layout.bases[name], layout.bases[name] + known[name].words)
            assert own.start % align == 0
            assert 0 <= own.start <= own.stop <= -(-DEPTH // align) * align
            assert not taken & {*own}, f"{name} at {place}"
            taken |= {*own}
        assert not taken & {*range(*room)}


@given(st.randoms(use_true_random=False), st.integers(1, 10))
def test_the_choice_keeps_what_must_stay_and_no_other_is_cheaper_alone(chance: random.Random, count: int) -> None:
    steps, words = _steps(chance, count)
    known = lives(steps, words)
    outside = {steps[-1].output}

    def cost(step: Step, resident: frozenset[str], room: int) -> int | None:
        moved = sum(words[name] for name in {*step.sources, step.output} - resident)
        return moved if room >= 8 else None

    def total(resident: frozenset[str]) -> int | None:
        layout = lay_out(steps, {*resident}, known, DEPTH, 1)
        costs = [
            cost(step, frozenset({*step.sources, step.output} & resident), stop - start)
            for step, (start, stop) in zip(steps, layout.rooms if layout else [], strict=True)
        ] if layout else [None]  # fmt: skip
        return None if None in costs else sum(own for own in costs if own is not None)

    resident, layout = choose_resident(steps, known, DEPTH, 1, set(), outside, cost)
    assert layout is not None
    assert not resident & outside
    chosen, nothing = total(resident), total(frozenset())
    assert chosen is not None
    assert nothing is not None
    assert chosen <= nothing
    assert layout.bases.keys() == resident


def test_a_tensor_that_must_stay_and_does_not_fit_leaves_no_layout() -> None:
    steps, words = _steps(random.Random(1), 3)
    known = lives(steps, words | {"t0": DEPTH + 1})
    resident, layout = choose_resident(steps, known, DEPTH, 1, {"t0"}, set(), lambda *_: 1)
    assert layout is None
    assert "t0" in resident
