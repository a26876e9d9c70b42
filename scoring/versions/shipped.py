"""The model of the shipped sample, trained the first time it is asked for and kept in a file.

The file's name is a hash of all that the training depends on: other code, another sample or
other libraries make a new one, and nobody has to remember to train.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from dataclasses import replace
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings

from scoring.engine import artifact, tables
from scoring.engine.artifact import UnreadableModel

if TYPE_CHECKING:
    from scoring.engine.compiled import CompiledModel

_CODE: Final = Path(__file__).parent.parent
SAMPLE: Final = _CODE / "data" / "customers.csv"
# Where its ``about`` has what `manage.py train_scoring --json` says of it.
REPORT: Final = "report"
_HASH_LENGTH: Final = 16
_lock = threading.Lock()


def model() -> CompiledModel:
    """Return the model of the shipped sample; the first time takes some seconds."""
    with _lock:
        return _model(str(folder()))


def is_ready() -> bool:
    """Return whether the model need not be trained first."""
    return _file(str(folder())).exists()


def folder() -> Path:
    """Return where trained models are kept."""
    return Path(settings.DATA_DIR) / "scoring"


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Return the hash of what the model is made from: sample, code, libraries."""
    digest = hashlib.sha256()
    code = [
        _CODE / "model.py",
        *(_CODE / "engine").glob("*.py"),
        *(_CODE / "training").glob("*.py"),
    ]
    for path in [SAMPLE, *sorted(code)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for library in artifact.LIBRARIES:
        digest.update(f"{library} {metadata.version(library)}\0".encode())
    return digest.hexdigest()[:_HASH_LENGTH]


def _file(where: str) -> Path:
    return Path(where) / f"shipped-{fingerprint()}.npz"


@lru_cache(maxsize=1)
def _model(where: str) -> CompiledModel:
    path = _file(where)
    with contextlib.suppress(OSError, UnreadableModel):
        return artifact.load(path)
    from scoring.training import comparison  # noqa: PLC0415 - not needed once it is kept

    report = comparison.train(tables.read_clients(SAMPLE))
    trained = replace(report.model, about={**report.model.about, REPORT: report.as_json()})
    # A data folder that cannot be written costs the training of every start, not the answer.
    with contextlib.suppress(OSError):
        artifact.save(trained, path)
        for other in path.parent.glob("shipped-*.npz"):
            if other != path:
                other.unlink(missing_ok=True)
    return trained
