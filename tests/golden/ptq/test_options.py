"""Options: one field for each step, each of which the ablation adds."""

from dataclasses import fields
from itertools import pairwise
from typing import Any

import pytest

from golden.ptq.options import PtqOptions, steps


def test_steps_end_at_the_whole_pipeline() -> None:
    rows = [options for _, options in steps()]
    switches = [field.name for field in fields(PtqOptions) if isinstance(field.default, bool)]
    assert not any(getattr(rows[0], name) for name in switches)
    assert rows[-1] == PtqOptions()
    for before, after in pairwise(rows):
        assert sum(getattr(after, name) != getattr(before, name) for name in switches) == 1


@pytest.mark.parametrize("field", ["windows", "channel_windows", "damping"])
def test_sizes_are_positive(field: str) -> None:
    given: dict[str, Any] = {field: 0}
    with pytest.raises(ValueError, match="expected more than 0"):
        PtqOptions(**given)
