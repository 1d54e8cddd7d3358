"""Variants of the code and of the requantizer, for the exploration: blocks to synthesize, and the golden's settings."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import golden.fast
import golden.integer
import golden.ladder
import golden.layer
import golden.quantize
from golden.contract import ACT_MAX, FRACTION, M_WIDTH, N2_LSB, N2_MAX, PARITY_LSB, PARITY_MAX, POST_SHIFT
from golden.ladder import LEGAL_METADATA, magnitude_list
from golden.ptq.compensate import LISTS
from ppa.blocks import OUR_ELEMENT, Block, files

N2_CHOICES = (0, 1, 2, 3, 6)
M_CHOICES = (10, 8, 6, 5)


@dataclass(frozen=True)
class Variant:
    """A choice: largest n2, whether the parity counts, bits of M. By default the contract's own."""

    n2_max: int = N2_MAX
    parity: bool = PARITY_MAX > 0
    m_width: int = M_WIDTH

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Return n2 and parity of all lists of magnitudes."""
        return [(n2, p) for n2 in range(self.n2_max + 1) for p in ((0, 1) if self.parity else (0,))]

    @property
    def lists(self) -> list[int]:
        """Return the metadata of all lists of magnitudes."""
        return [n2 << N2_LSB | p << PARITY_LSB for n2, p in self.pairs]

    @property
    def name(self) -> str:
        """Return what tells the variant's block from others."""
        return f"n2_{self.n2_max}_{'parity' if self.parity else 'even'}_m{self.m_width}"

    @property
    def element(self) -> Block:
        """Return the complete AE of the code, its product and shift as wide as the largest magnitude needs.

        The contract's own code has the block of ``make ppa``.
        """
        if (self.n2_max, self.parity) == (N2_MAX, PARITY_MAX > 0):
            return OUR_ELEMENT
        largest = max(magnitude_list(*pair)[-1] for pair in self.pairs)
        bits = max(self.n2_max.bit_length(), 1)
        return Block(
            f"ae_{self.name}",
            "ours",
            "ae_variant",
            files("ae_variant ae_complete weight_decoder"),
            {"PARITY": int(self.parity)},
            {
                "METADATA_N2_MAX": str(self.n2_max),
                "METADATA_PARITY_MAX": str(int(self.parity)),
                "METADATA_N2_BITS": str(bits),
                "METADATA_WIDTH": str(bits + 1),
                "LADDER_SHIFT_BITS": str(((largest // 2).bit_length() - 1).bit_length()),
                "PRODUCT_WIDTH": str((largest * ACT_MAX).bit_length() + 1),
            },
        )

    @property
    def post_shift(self) -> int:
        """Return the shift behind the product with M: it differs from the contract's as the widths of M do."""
        return POST_SHIFT + self.m_width - M_WIDTH

    @property
    def requantizer(self) -> Block:
        """Return a requantization lane for the width of M."""
        constants = {"REQUANTIZATION_M_WIDTH": str(self.m_width), "REQUANTIZATION_POST_SHIFT": str(self.post_shift)}
        sources = files("requantizer saturating_shift bce")
        return Block(f"requantizer_{self.name}", "ours", "requantizer", sources, constants=constants)

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Let the golden model and its quantizer have the variant's lists and multipliers for the contract's."""
        constants = {
            golden.ladder: {"N2_MAX": self.n2_max, "PARITY_MAX": int(self.parity)},
            golden.layer: {"M_WIDTH": self.m_width},
            golden.integer: {"POST_SHIFT": self.post_shift},
            golden.fast: {"POST_SHIFT": self.post_shift},
            golden.quantize: {"M_WIDTH": self.m_width, "POINT": self.post_shift - FRACTION},
        }
        lists = list(LEGAL_METADATA)
        again = -(-LISTS // len(self.lists))  # the quantizer follows up the best LISTS lists, which may be the same one
        with ExitStack() as stack:
            for module, values in constants.items():
                stack.enter_context(patch.dict(vars(module), values))
            LEGAL_METADATA[:] = self.lists * again
            try:
                yield
            finally:
                LEGAL_METADATA[:] = lists


CODES = tuple(Variant(n2_max=n2, parity=parity) for n2 in N2_CHOICES for parity in (True, False))
MULTIPLIERS = tuple(Variant(m_width=width) for width in M_CHOICES)
