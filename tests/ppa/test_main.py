import pytest

from ppa.__main__ import main
from ppa.errors import PpaError


@pytest.mark.parametrize(("block", "glitches", "said"), [
    ("ae,mul", "ae", "unknown block mul: expected ae, "),
    ("ae", "core,lane", "no power of core: expected glitches of ae, ae_in_array, lane, array"),
])  # fmt: skip
def test_unknown_groups_are_refused(block: str, glitches: str, said: str) -> None:
    with pytest.raises(PpaError, match=said):
        main(block, glitches=glitches)
