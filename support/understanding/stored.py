"""The classifier in force, kept in the data folder once it is trained.

The file is one of arrays and JSON, read without pickle: loading it runs no code whatever it
holds. Its name is a hash of everything the training depends on, so that new messages, other
code or another scikit-learn make a new one and nobody has to remember to train.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import threading
import zipfile
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np
from django.conf import settings

from support.understanding import examples, training
from support.understanding.classifier import TrainedClassifier
from support.understanding.features import GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.understanding.examples import Example

_CODE: Final = Path(__file__).parent
_LIBRARIES: Final = ("numpy", "scikit-learn")
_HASH_LENGTH: Final = 16
_lock = threading.Lock()


def active() -> TrainedClassifier:
    """Return the classifier trained on the shipped messages; the first time takes seconds."""
    with _lock:
        return _active(str(folder()))


def train_and_keep(
    known: Sequence[Example], *, extra: bool, to: Path | None = None
) -> tuple[TrainedClassifier, Path]:
    """Train on ``known`` and write the result to ``to``, or where :func:`active` finds it.

    With ``extra`` messages beside the shipped ones the result must not pass for
    the shipped classifier: it goes to a file of its own name unless told where.

    Raises:
        OSError: the file cannot be written.

    """
    classifier = training.train(known)
    name = "classifier-with-extra.npz" if extra else f"classifier-{fingerprint()}.npz"
    path = to or folder() / name
    save(classifier, path)
    return classifier, path


def folder() -> Path:
    """Return where trained classifiers are kept."""
    return Path(settings.DATA_DIR) / "support"


@lru_cache(maxsize=1)
def _active(where: str) -> TrainedClassifier:
    path = Path(where) / f"classifier-{fingerprint()}.npz"
    try:
        return load(path)
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        # Missing, cut short or not ours.
        classifier = training.train(examples.shipped())
    # A data folder that cannot be written costs the training of every start, not the answer.
    with contextlib.suppress(OSError):
        save(classifier, path)
        _remove_older(path)
    return classifier


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Return the hash of what the classifier is made from: messages, code, libraries."""
    digest = hashlib.sha256()
    for path in [*examples.files(), *sorted(_CODE.rglob("*.py"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for library in _LIBRARIES:
        digest.update(f"{library} {metadata.version(library)}\0".encode())
    return digest.hexdigest()[:_HASH_LENGTH]


def save(classifier: TrainedClassifier, path: Path) -> None:
    """Write a classifier; whoever reads at the same time sees the old file or the new one."""
    about = {
        "categories": classifier.categories,
        "vocabulary": classifier.vocabulary,
        "temperature": classifier.temperature,
        "examples": classifier.examples,
        "metrics": classifier.metrics,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with _written_whole(path) as file:
        np.savez_compressed(
            file,
            about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
            rarity=classifier.rarity,
            coefficients=classifier.coefficients,
            intercept=classifier.intercept,
        )


def load(path: Path) -> TrainedClassifier:
    """Read a classifier.

    Raises:
        OSError: there is no such file.
        ValueError: it is no classifier, or its arrays do not fit together.

    """
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        about = json.loads(stored["about"].tobytes())
        classifier = TrainedClassifier(
            categories=tuple(about["categories"]),
            vocabulary=about["vocabulary"],
            rarity=stored["rarity"],
            coefficients=stored["coefficients"],
            intercept=stored["intercept"],
            temperature=float(about["temperature"]),
            examples=int(about["examples"]),
            metrics=about["metrics"],
        )
    _check(classifier)
    return classifier


def _check(classifier: TrainedClassifier) -> None:
    size = len(classifier.rarity)
    known = [classifier.vocabulary[group.name] for group in GROUPS]
    columns = sorted(column for one in known for column in one.values())
    if (
        columns != list(range(size))
        or classifier.coefficients.shape != (size, len(classifier.categories))
        or classifier.intercept.shape != (len(classifier.categories),)
        or not classifier.temperature > 0
    ):
        raise ValueError("The arrays of the classifier do not fit together.")


@contextlib.contextmanager
def _written_whole(path: Path) -> Iterator[BinaryIO]:
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _remove_older(path: Path) -> None:
    for other in path.parent.glob(f"classifier-{'[0-9a-f]' * _HASH_LENGTH}.npz"):
        if other != path:
            other.unlink(missing_ok=True)
