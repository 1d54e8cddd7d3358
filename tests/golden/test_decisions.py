"""Intervals on decisions whose distribution is known."""

import pytest
import torch

from golden.decisions import Decisions, compare

PEOPLE, EACH = 12, 500


def test_intervals_resample_subjects() -> None:
    """All decisions about one person of twelve are wrong: binomial with 12 draws, however many decisions there are."""
    subjects = torch.arange(PEOPLE).repeat_interleave(EACH)[:, None].expand(-1, 2)
    measure = compare("", Decisions(subjects[:, 0] > 0, subjects), Decisions(subjects[:, 0] >= 0, subjects), 0)
    assert measure.decisions == EACH * PEOPLE
    assert measure.reference.value == pytest.approx(11 / 12)
    assert measure.reference.low == pytest.approx(9 / 12)
    assert measure.reference.high == 1
    assert measure.lost.value == pytest.approx(-1 / 12)
