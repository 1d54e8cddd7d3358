"""The half-octave ladder and the metadata that choose a channel's magnitudes from it."""

from golden.contract import LEVELS, META_WIDTH, N2_LSB, N2_MAX, PARITY_LSB, PARITY_MAX


def ladder(h: int) -> int:
    """Return rung ``h`` of the half-octave ladder: L(2k) = 2 * 2^k, L(2k+1) = 3 * 2^k."""
    return (3 if h & 1 else 2) << (h >> 1)


def metadata(n2: int, parity: int) -> int:
    """Pack the number of base-2 codes n2 and the parity p into a metadata word.

    Raises ValueError for values outside the contract.
    """
    if not 0 <= n2 <= N2_MAX or not 0 <= parity <= PARITY_MAX:
        raise ValueError(f"metadata n2={n2}, parity={parity}: expected n2 in 0..{N2_MAX}, parity in 0..{PARITY_MAX}")
    return (n2 << N2_LSB) | (parity << PARITY_LSB)


LEGAL_METADATA = [metadata(n2, p) for n2 in range(N2_MAX + 1) for p in range(PARITY_MAX + 1)]


def magnitudes(meta: int) -> list[int]:
    """Return the 8 magnitudes (level 0 is 0) of a metadata word, see ``magnitude_list``.

    Raises ValueError for a reserved word or one wider than 4 bits.
    """
    n2, parity = meta >> N2_LSB, (meta >> PARITY_LSB) & 1
    if not 0 <= meta < 1 << META_WIDTH or n2 > N2_MAX or parity > PARITY_MAX:
        raise ValueError(f"metadata {meta:#x} is reserved: expected one of {LEGAL_METADATA}")
    return magnitude_list(n2, parity)


def magnitude_list(n2: int, parity: int) -> list[int]:
    """Return 0 and magnitude(j) = L(h(j)), h(j) = p + 2 min(j-1, n2) + max(j-1-n2, 0), j = 1..7, legal or not."""
    return [0] + [ladder(parity + 2 * min(j, n2) + max(j - n2, 0)) for j in range(LEVELS)]
