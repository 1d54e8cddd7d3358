"""Who calibrates and who is scored."""

from pathlib import Path

import pytest
import torch

from golden.data import DataError
from golden.faces import task
from golden.faces.pictures import Faces


def faces(people: int) -> Faces:
    labels = torch.arange(people).repeat_interleave(2)
    return Faces(labels[:, None, None, None].to(torch.uint8), labels, [f"s{person + 1}" for person in range(people)])


def test_nobody_calibrates_and_is_scored() -> None:
    calibration, scored = task.split(faces(40), None, 0)
    assert sorted(set(calibration.flatten().tolist())) == list(range(10))
    assert scored.names == [f"s{person}" for person in range(11, 41)]
    assert torch.equal(scored.pictures.flatten().long(), scored.people + 10)


def test_too_few_people_are_refused() -> None:
    assert len(task.split(faces(4), None, 0)[1].names) == 3
    with pytest.raises(DataError, match="pictures of 3 people: expected at least 4"):
        task.split(faces(3), None, 0)


def test_data_given_are_read_and_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "read_faces", lambda folder: faces(len(folder.name)))
    monkeypatch.setattr(task, "fetch_orl", lambda folder: folder)
    assert len(task.load(tmp_path / "given", tmp_path, None, 0)[1].names) == 4
    assert len(task.load(None, tmp_path, None, 0)[1].names) == 7


def test_fewer_pictures_calibrate_by_lot() -> None:
    few = [task.split(faces(40), 5, seed) for seed in (0, 0, 1)]
    drawn = [calibration.flatten().tolist() for calibration, _ in few]
    assert [len(pictures) for pictures in drawn] == [5, 5, 5]
    assert drawn[0] == drawn[1] != drawn[2]
    assert max(map(max, drawn)) < 10
    assert all(len(scored.names) == 30 for _, scored in few)
    for wrong in (0, 21):
        with pytest.raises(DataError, match=rf"{wrong} calibration pictures, expected 1\.\.20, those of 10 people"):
            task.split(faces(40), wrong, 0)
