"""The trained classifier is kept, read safely, and made anew when it is missing or damaged."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest

from support.understanding import stored, training

if TYPE_CHECKING:
    from pathlib import Path

    from support.understanding.classifier import TrainedClassifier


def test_it_is_the_same_after_writing_and_reading(
    classifier: TrainedClassifier, tmp_path: Path
) -> None:
    path = tmp_path / "one.npz"

    stored.save(classifier, path)

    again = stored.load(path)
    message = "Où est mon colis ?"
    assert again.classify(message) == classifier.classify(message)
    assert [entry.name for entry in tmp_path.iterdir()] == ["one.npz"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"\x80\x04pickle", b"{}"])
def test_a_damaged_file_is_replaced(
    classifier: TrainedClassifier,
    content: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / f"classifier-{stored.fingerprint()}.npz"
    path.write_bytes(content)
    monkeypatch.setattr(stored, "folder", lambda: tmp_path)
    monkeypatch.setattr(training, "train", lambda _known: classifier)

    assert stored.active() is classifier

    stored._active.cache_clear()
    assert stored.load(path).categories == classifier.categories


def test_arrays_that_do_not_fit_are_refused(classifier: TrainedClassifier, tmp_path: Path) -> None:
    path = tmp_path / "one.npz"
    stored.save(dataclasses.replace(classifier, intercept=np.zeros(3, np.float32)), path)

    with pytest.raises(ValueError, match="do not fit"):
        stored.load(path)


def test_a_pickle_in_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.npz"
    np.savez(path, about=np.array([print], dtype=object))

    with pytest.raises(ValueError, match="allow_pickle"):
        stored.load(path)
