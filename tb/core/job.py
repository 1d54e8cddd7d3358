"""A layer as the core's bench runs it."""

from dataclasses import dataclass

from torch import Tensor

from golden.compile import Placement
from golden.layer import QuantizedLayer


@dataclass(frozen=True)
class Job:
    """A layer with its input, int64 (1, IC, H, W); ``stall``: random back-pressure on the output stream.

    ``place``: where input and output lie, behind one another from word 0 on when not given.
    ``descriptor`` and ``parameters`` replace the compiled ones, to test errors.
    """

    name: str
    layer: QuantizedLayer
    x: Tensor
    stall: bool = False
    place: Placement | None = None
    descriptor: int | None = None
    parameters: list[int] | None = None

    @property
    def illegal(self) -> bool:
        """Return whether the core may refuse the layer."""
        return self.descriptor is not None or self.parameters is not None
