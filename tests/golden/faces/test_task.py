"""Who calibrates and who is scored."""

from pathlib import Path

import pytest
import torch

from golden.faces import task
from golden.faces.pictures import Faces
from golden.layer import LayerError


def faces(people: int) -> Faces:
    labels = torch.arange(people).repeat_interleave(2)
    return Faces(labels[:, None, None, None].to(torch.uint8), labels, [f"s{person + 1}" for person in range(people)])


def test_nobody_calibrates_and_is_scored() -> None:
    calibration, scored = task.split(faces(40))
    assert sorted(set(calibration.flatten().tolist())) == list(range(10))
    assert scored.names == [f"s{person}" for person in range(11, 41)]
    assert torch.equal(scored.pictures.flatten().long(), scored.people + 10)


def test_too_few_people_are_refused() -> None:
    assert len(task.split(faces(4))[1].names) == 3
    with pytest.raises(LayerError, match="pictures of 3 people: expected at least 4"):
        task.split(faces(3))


def test_data_given_are_read_and_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "read_faces", lambda folder: faces(len(folder.name)))
    monkeypatch.setattr(task, "fetch_orl", lambda folder: folder)
    assert len(task.load(tmp_path / "given", tmp_path)[1].names) == 4
    assert len(task.load(None, tmp_path)[1].names) == 7
