"""Parameters of the whole accelerator that the compiler must know."""

from dataclasses import dataclass, field

from golden.contract import CODE_WIDTH, PARAMETER_BYTES, TARGETS
from golden.errors import LayerError
from golden.schedule import CoreConfig

BUS_WIDTHS = (64, 128, 256)
BANKS = 16
"""Memories of the activation buffer, among which its words are dealt: BANKS of rtl/aslog.v."""


@dataclass(frozen=True)
class SystemConfig:
    """Parameters of rtl/aslog.v. Buffers in words: of IC_LANES bytes, of IC_LANES codes, of one channel.

    Raises LayerError for values that the accelerator does not have.
    """

    core: CoreConfig = field(default_factory=CoreConfig)
    activation_words: int = 8192
    weight_rows: int = 8192
    parameter_words: int = 2048
    data_width: int = 128

    def __post_init__(self) -> None:
        """Check the bus and the buffers."""
        if self.data_width not in BUS_WIDTHS:
            raise LayerError(f"DATA_WIDTH = {self.data_width}, expected one of {', '.join(map(str, BUS_WIDTHS))}")
        for name, words, step in (
            ("ACTIVATION_WORDS", self.activation_words, BANKS),
            ("WEIGHT_ROWS", self.weight_rows, 4),
            ("PARAMETER_WORDS", self.parameter_words, 4),
        ):
            if not 64 <= words < 1 << 20 or words % step:
                raise LayerError(f"{name} = {words}, expected a multiple of {step} from 64 to {(1 << 20) - step}")

    @property
    def word_bytes(self) -> dict[str, int]:
        """Return the bytes of a word of each target of a transfer."""
        lanes = self.core.ic_lanes
        return {"activation": lanes, "weight": lanes * CODE_WIDTH // 8, "parameter": PARAMETER_BYTES}

    @property
    def depths(self) -> dict[str, int]:
        """Return the words of each buffer."""
        sizes = (self.activation_words, self.weight_rows, self.parameter_words)
        return dict(zip(TARGETS, sizes, strict=True))

    @property
    def granule(self) -> int:
        """Return the channels of which whole words of both lanes are made."""
        return max(self.core.oc_lanes, self.core.ic_lanes)

    @property
    def align(self) -> int:
        """Return the words of IC_LANES bytes at whose multiples the array's output words begin."""
        return self.granule // self.core.ic_lanes

    def vectors(self, channels: int) -> int:
        """Return the words of IC_LANES channels."""
        return -(-channels // self.core.ic_lanes)

    def pitch(self, channels: int) -> int:
        """Return the words of a pixel whose channels the array writes in whole words."""
        return -(-channels // self.granule) * self.align
