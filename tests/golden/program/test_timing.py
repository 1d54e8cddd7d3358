"""When commands run, as predicted: in order, after what they wait for, and slower beside a layer."""

from golden.program.commands import Command, Span, Unit
from golden.program.system import BANKS
from golden.program.timing import BEGIN, HAND_OUT, HAND_OVER, Interval, ends, schedule

FIRST = BEGIN + HAND_OUT
"""The first command's first cycle."""


def command(unit: Unit, cycles: int, reads: int = 0, writes: int = 1, number: int = 0) -> Command:
    """Return a command that reads and writes a word each."""
    return Command(
        unit,
        0,
        number,
        (Span("activation", reads, reads + 1),),
        (Span("activation", writes, writes + 1),),
        cycles,
    )


def test_a_unit_works_in_order() -> None:
    first, second = schedule([command("layer", 100), command("layer", 50, writes=2)])
    assert first == Interval(FIRST, FIRST + 100)
    assert second == Interval(first.last + HAND_OVER, first.last + HAND_OVER + 50)


def test_a_reader_follows_its_writer() -> None:
    writer, reader = schedule([command("load", 100, writes=7), command("layer", 50, reads=7)])
    assert reader.first == writer.last + HAND_OVER


def test_vector_beside_a_layer_gets_on_in_all_cycles_but_one_of_banks() -> None:
    apart = command("vector", 10 * (BANKS - 1), reads=4, writes=5)
    layer, beside = schedule([command("layer", 10000), apart])
    assert layer.last - layer.first == 10000
    assert beside.last - beside.first == 10 * BANKS


def test_only_the_cycles_beside_a_layer_count() -> None:
    layers = [command("layer", 2 * (BANKS - 1)), command("layer", 3 * (BANKS - 1), reads=100, writes=2)]
    *_, beside = schedule([*layers, command("vector", 10000, reads=4, writes=5)])
    assert 10000 + 4 <= beside.last - beside.first <= 10000 + 5


def test_alone_a_vector_command_takes_its_own_cycles() -> None:
    _, alone = schedule([command("layer", 500, writes=7), command("vector", 1000, reads=7, writes=8)])
    assert alone.last - alone.first == 1000


def test_an_operation_ends_with_its_last_command_and_those_before() -> None:
    commands = [command("layer", 100, number=0), command("vector", 10, reads=4, writes=5, number=1)]
    assert ends(commands, [Interval(0, 100), Interval(0, 10)], 2) == [100, 100]
