"""A trained classifier as bytes: arrays and JSON, read without pickle, so that it runs no code."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np

from backoffice.core import spoken, text
from backoffice.messaging.documents import html, replies
from support.understanding import clauses, features, fresh, phrases, skeleton, words
from support.understanding.classifier import TrainedClassifier

if TYPE_CHECKING:
    from types import ModuleType

HASH_LENGTH: Final = 16
# What can go wrong where the bytes are missing, cut short or not ours.
UNREADABLE: Final = (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile)
# What makes features of a message: with other code, learned weights mean nothing.
_READING: Final[tuple[ModuleType, ...]] = (
    clauses,
    features,
    fresh,
    html,
    phrases,
    replies,
    skeleton,
    spoken,
    text,
)


def write(classifier: TrainedClassifier, file: BinaryIO) -> None:
    """Write a classifier to a file opened for bytes."""
    about = {
        "categories": classifier.categories,
        "vocabulary": classifier.vocabulary,
        "temperature": classifier.temperature,
        "examples": classifier.examples,
        "metrics": classifier.metrics,
    }
    np.savez_compressed(
        file,
        about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
        rarity=classifier.rarity,
        coefficients=classifier.coefficients,
        intercept=classifier.intercept,
    )


def read(file: BinaryIO) -> TrainedClassifier:
    """Read a classifier.

    Raises:
        ValueError: it is none, or its arrays do not fit together; see :data:`UNREADABLE`.

    """
    with np.load(file, allow_pickle=False) as stored:
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


def to_bytes(classifier: TrainedClassifier) -> bytes:
    """Return what :func:`from_bytes` reads."""
    file = io.BytesIO()
    write(classifier, file)
    return file.getvalue()


def from_bytes(data: bytes) -> TrainedClassifier:
    """Read a classifier, as :func:`read`."""
    return read(io.BytesIO(data))


@lru_cache(maxsize=1)
def reading_fingerprint() -> str:
    """Return the hash of the code that makes features of a message."""
    digest = hashlib.sha256()
    tables = sorted(Path(_file(words)).parent.glob("*.py"))
    for path in [*(Path(_file(module)) for module in _READING), *tables]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:HASH_LENGTH]


def _file(module: Any) -> str:  # noqa: ANN401 - of a module, or of a package
    return str(module.__file__)


def _check(classifier: TrainedClassifier) -> None:
    size = len(classifier.rarity)
    known = [classifier.vocabulary[group.name] for group in features.GROUPS]
    columns = sorted(column for one in known for column in one.values())
    if (
        columns != list(range(size))
        or classifier.coefficients.shape != (size, len(classifier.categories))
        or classifier.intercept.shape != (len(classifier.categories),)
        or not classifier.temperature > 0
    ):
        raise ValueError("The arrays of the classifier do not fit together.")
