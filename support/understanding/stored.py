"""The classifier in force, kept in the data folder once it is trained.

The file is one of arrays and JSON, read without pickle: loading it runs no code whatever it
holds. Its name is a hash of everything the training depends on, so that new messages, other
code or another scikit-learn make a new one and nobody has to remember to train.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import threading
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from django.conf import settings

from support.understanding import artifact, examples, training

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.understanding.classifier import TrainedClassifier
    from support.understanding.examples import Example

_CODE: Final = Path(__file__).parent
_LIBRARIES: Final = ("numpy", "scikit-learn")
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
    except artifact.UNREADABLE:
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
    return digest.hexdigest()[: artifact.HASH_LENGTH]


def save(classifier: TrainedClassifier, path: Path) -> None:
    """Write a classifier; whoever reads at the same time sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _written_whole(path) as file:
        artifact.write(classifier, file)


def load(path: Path) -> TrainedClassifier:
    """Read a classifier.

    Raises:
        OSError: there is no such file.
        ValueError: it is no classifier, or its arrays do not fit together.

    """
    with path.open("rb") as file:
        return artifact.read(file)


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
    for other in path.parent.glob(f"classifier-{'[0-9a-f]' * artifact.HASH_LENGTH}.npz"):
        if other != path:
            other.unlink(missing_ok=True)
