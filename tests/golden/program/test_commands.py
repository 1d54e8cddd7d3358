"""Spans against sets of words, tokens against a random schedule of four units."""

import random
from collections import Counter, deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden.contract import COMMAND, COMMAND_BITS, OPCODES, PAYLOAD_LSB, TRANSFER, UNITS
from golden.errors import LayerError
from golden.program.commands import LIST_BYTES, QUEUE, TOKENS_MAX, Command, Span, list_bytes, order, pack_fields


def _words(span: Span) -> set[int]:
    return {line * span.pitch + word for line in range(span.lines) for word in range(span.start, span.stop)}


def _spans(pitch: int) -> st.SearchStrategy[Span]:
    size = st.integers(1, pitch)
    return st.builds(
        lambda start, words, lines: Span("memory", start, start + words, lines, pitch),
        st.integers(0, 60),
        size,
        st.integers(1, 5),
    )


@given(st.integers(1, 9).flatmap(lambda pitch: st.tuples(_spans(pitch), _spans(pitch))))
def test_spans_of_one_pitch_overlap_exactly_where_they_share_a_word(pair: tuple[Span, Span]) -> None:
    one, two = pair
    assert one.overlaps(two) == two.overlaps(one) == bool(_words(one) & _words(two))


@given(_spans(3), _spans(7))
def test_spans_of_two_pitches_that_share_a_word_overlap(one: Span, two: Span) -> None:
    assert one.overlaps(two) == two.overlaps(one)
    assert one.overlaps(two) or not _words(one) & _words(two)


def test_spans_of_two_spaces_never_overlap() -> None:
    assert not Span("memory", 0, 9).overlaps(Span("weight", 0, 9))


def _conflict(one: Command, two: Command) -> bool:
    pairs = [(a, b) for a in one.writes for b in (*two.reads, *two.writes)]
    pairs += [(a, b) for a in one.reads for b in two.writes]
    return any(a.overlaps(b) for a, b in pairs)


def _run(commands: list[Command], chance: random.Random) -> list[tuple[str, int]]:
    """Return the begins and ends of a random schedule that obeys queues and tokens; fails at a deadlock."""
    queues: dict[str, deque[int]] = {unit: deque() for unit in UNITS}
    tokens: Counter[tuple[str, str]] = Counter()
    running: dict[str, int] = {}
    given_out = 0
    events: list[tuple[str, int]] = []
    while len(events) < 2 * len(commands):
        steps: list[tuple[str, str]] = [("end", unit) for unit in running]
        for unit, queue in queues.items():
            if queue and unit not in running and all(tokens[giver, unit] for giver in commands[queue[0]].wait):
                steps.append(("begin", unit))
        if given_out < len(commands) and len(queues[commands[given_out].unit]) < QUEUE:
            steps.append(("queue", commands[given_out].unit))
        assert steps, "deadlock"
        step, unit = chance.choice(steps)
        if step == "queue":
            queues[unit].append(given_out)
            given_out += 1
            continue
        if step == "begin":
            running[unit] = queues[unit].popleft()
            tokens.subtract((giver, unit) for giver in commands[running[unit]].wait)
            events.append((step, running[unit]))
        else:
            index = running.pop(unit)
            tokens.update((unit, taker) for taker in commands[index].signal)
            events.append((step, index))
    return events


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_schedule_that_respects_the_tokens_keeps_conflicting_commands_in_order(seed: int) -> None:
    chance = random.Random(seed)

    def span() -> tuple[Span, ...]:
        start = chance.randrange(24)
        return (Span("activation", start, start + chance.randint(1, 4)),)

    commands = order(
        [Command(chance.choice(list(UNITS)), 0, n, span(), span(), 1) for n in range(40)]  # type: ignore[arg-type]
    )
    when = {event: place for place, event in enumerate(_run(commands, chance))}
    pairs = [(a, b) for b in range(40) for a in range(b) if _conflict(commands[a], commands[b])]
    assert pairs
    for a, b in pairs:
        assert when["end", a] < when["begin", b]


def _loads_and_layers(count: int) -> list[Command]:
    """Return so many loads, and behind all of them a layer for each that reads what it loads."""
    spans = [(Span("activation", place, place + 1),) for place in range(count)]
    loads = [Command("load", 0, number, (), span, 1) for number, span in enumerate(spans)]
    return [*loads, *(Command("layer", 0, number, span, (), 1) for number, span in enumerate(spans))]


def test_as_many_tokens_as_are_counted_may_wait() -> None:
    commands = order(_loads_and_layers(TOKENS_MAX))
    assert sum("layer" in command.signal for command in commands) == TOKENS_MAX


def test_refuses_more_tokens_than_are_counted() -> None:
    with pytest.raises(LayerError, match=f"{TOKENS_MAX + 1} tokens from load to layer, expected at most {TOKENS_MAX}"):
        order(_loads_and_layers(TOKENS_MAX + 1))


@given(
    st.sampled_from(sorted(UNITS)), st.integers(0, (1 << 20) - 1), st.sets(st.sampled_from(sorted(UNITS))),
    st.sets(st.sampled_from(sorted(UNITS))), st.integers(0, (1 << COMMAND_BITS - PAYLOAD_LSB) - 1),
)  # fmt: skip
def test_a_packed_command_unpacks(unit: str, number: int, wait: set[str], signal: set[str], payload: int) -> None:
    command = Command(unit, payload, number, (), (), 1, 0, frozenset(wait), frozenset(signal))  # type: ignore[arg-type]
    word = int.from_bytes(command.pack(), "little")
    header = COMMAND.unpack(word & ((1 << COMMAND.width) - 1))
    assert header["opcode"] == OPCODES[unit]
    assert header["number"] == number
    assert {name for name, place in UNITS.items() if header["wait"] >> place & 1} == wait
    assert {name for name, place in UNITS.items() if header["signal"] >> place & 1} == signal
    assert word >> PAYLOAD_LSB == payload


@pytest.mark.parametrize("count", [0, 1, 3, 4, 9])
def test_a_list_ends_with_end_and_is_whole_readings(count: int) -> None:
    commands = [Command("load", number, number, (), (), 1) for number in range(count)]
    data, size = list_bytes(commands), COMMAND_BITS // 8
    assert len(data) % LIST_BYTES == 0
    assert len(data) - LIST_BYTES < (count + 1) * size <= len(data)
    assert data[: count * size] == b"".join(command.pack() for command in commands)
    assert COMMAND.unpack(int.from_bytes(data[count * size :][:4], "little"))["opcode"] == OPCODES["end"]


def test_refuses_a_field_that_does_not_fit() -> None:
    fields = dict.fromkeys(TRANSFER.widths, 0)
    assert pack_fields(TRANSFER, 7, fields) == 0
    with pytest.raises(LayerError, match=r"operation 7: .*lines"):
        pack_fields(TRANSFER, 7, fields | {"lines": 1 << TRANSFER.widths["lines"]})
