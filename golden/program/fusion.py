"""Steps of a network: an operation alone, or a layer with the operation of the vector unit that alone reads it.

A fused layer's output lies on chip only between the two, some rows at a time: it takes no room as a tensor and is
never moved.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from golden.program.lowering import LayerWork, Lowered, VectorWork, Work


@dataclass(frozen=True)
class Step:
    """One or two operations. number: place of the first among the works; ``layer`` or ``vector`` may be missing."""

    number: int
    layer: LayerWork | None
    vector: VectorWork | None

    @property
    def works(self) -> tuple[Work, ...]:
        """Return the operations in order."""
        return tuple(work for work in (self.layer, self.vector) if work is not None)

    @property
    def name(self) -> str:
        """Return the first operation's name."""
        return self.works[0].name

    @property
    def output(self) -> str:
        """Return the tensor that is written."""
        return self.works[-1].output

    @property
    def beside(self) -> tuple[str, ...]:
        """Return the tensors that the vector operation reads, but for a fused layer's output; each once."""
        own = self.layer.output if self.layer else ""
        return tuple(dict.fromkeys(source for source in (self.vector.sources if self.vector else ()) if source != own))

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the tensors that are read; a fused layer's output is none."""
        return (self.layer.source, *self.beside) if self.layer else self.beside


def single(number: int, work: Work) -> Step:
    """Return the step of an operation alone."""
    return Step(number, work, None) if isinstance(work, LayerWork) else Step(number, None, work)


def fuse(lowered: Lowered, kept: set[str], fits: Callable[[Step], bool]) -> list[Step]:
    """Return the steps of a network. kept: tensors that must exist as a whole; fits: whether a fused step may run."""
    works = lowered.works
    readers = Counter(source for work in works for source in set(work.sources))
    steps: list[Step] = []
    number = 0
    while number < len(works):
        step = single(number, works[number])
        if number + 1 < len(works):
            both = _both(number, works, readers, kept)
            step = both if both and fits(both) else step
        steps.append(step)
        number += len(step.works)
    return steps


def _both(number: int, works: Sequence[Work], readers: Counter[str], kept: set[str]) -> Step | None:
    """Return an operation with the one behind it as one step, None where that one is not its only reader."""
    first, second = works[number], works[number + 1]
    if not isinstance(first, LayerWork) or not isinstance(second, VectorWork) or first.flat:
        return None
    if first.output not in second.sources or readers[first.output] != 1 or first.output in kept:
        return None
    return Step(number, first, second)
