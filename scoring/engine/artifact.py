"""A model as bytes: arrays and JSON, read without pickle, so that a file runs no code.

A checksum tells a file that was damaged. It does not tell who made it, so the arrays are
checked as if a stranger had: sizes before anything is unpacked, then every index.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from django.utils.translation import gettext as _

from backoffice.core.arrays import WRONG, pack, unpack
from backoffice.core.errors import DomainError
from scoring.engine.compiled import Calibration, CompiledModel
from scoring.engine.curve import Curve
from scoring.engine.features import NAMES
from scoring.engine.trees import Trees

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FORMAT: Final = 1
LIBRARIES: Final = ("numpy", "scikit-learn")
SIZE_LIMIT: Final = 64 * 1024 * 1024
KINDS: Final[Mapping[str, type[Trees | Curve]]] = {
    "forest": Trees,
    "boosting": Trees,
    "logistic": Curve,
}
_ABOUT: Final = "about"
_ARRAYS_LIMIT: Final = 20


class UnreadableModel(DomainError):
    """The bytes are no model, or not one that can be trusted to answer."""

    code = "unreadable_model"


def to_bytes(model: CompiledModel) -> bytes:
    """Return what :func:`from_bytes` reads."""
    arrays = dict(model.kernel.arrays())
    about = {
        "format": FORMAT,
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "features": NAMES,
        "kind": model.kind,
        "calibration": {
            "slope": model.calibration.slope,
            "shift": model.calibration.shift,
            "average": model.calibration.average,
            "is_chance": model.calibration.is_chance,
        },
        "importance": model.importance,
        **model.about,
    }
    text = json.dumps({**about, "checksum": _checksum(about, arrays)}, allow_nan=False)
    return pack({**arrays, _ABOUT: np.frombuffer(text.encode(), dtype=np.uint8)})


def from_bytes(data: bytes) -> CompiledModel:
    """Read a model.

    Raises:
        UnreadableModel: it is none, is damaged, or its arrays do not fit together.

    """
    try:
        return _model(unpack(data, most_bytes=SIZE_LIMIT, most_arrays=_ARRAYS_LIMIT))
    except WRONG as error:
        raise UnreadableModel(
            _("This file is no lead scoring model, or it is damaged. Train the model again.")
        ) from error


def fingerprint(model: CompiledModel) -> str:
    """Return the hash of what decides its answers: two models with the same one answer alike."""
    calibration = model.calibration
    numbers = [calibration.slope, calibration.shift, calibration.average]
    return _checksum({"kind": model.kind, "calibration": numbers}, model.kernel.arrays())


def save(model: CompiledModel, path: Path) -> None:
    """Write a model; whoever reads at the same time sees the old file or the new one.

    Raises:
        OSError: the file cannot be written.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(to_bytes(model))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def load(path: Path) -> CompiledModel:
    """Read a model from a file.

    Raises:
        OSError: there is no such file.
        UnreadableModel: it is none; see :func:`from_bytes`.

    """
    with path.open("rb") as file:
        return from_bytes(file.read(SIZE_LIMIT + 1))


def _model(arrays: dict[str, NDArray[Any]]) -> CompiledModel:
    about = json.loads(arrays.pop(_ABOUT).tobytes())
    checksum = about.pop("checksum")
    if about["format"] != FORMAT or tuple(about["features"]) != NAMES:
        raise ValueError("The file is of another version.")
    if checksum != _checksum(about, arrays):
        raise ValueError("The file is damaged.")
    kind = str(about.pop("kind"))
    calibration = about.pop("calibration")
    importance = tuple(float(share) for share in about.pop("importance"))
    slope, shift, average = (float(calibration[key]) for key in ("slope", "shift", "average"))
    numbers = (slope, shift, average, *importance)
    if len(importance) != len(NAMES) or not np.isfinite(numbers).all() or slope <= 0:
        raise ValueError("The numbers of the model do not fit together.")
    return CompiledModel(
        kind=kind,
        kernel=KINDS[kind].from_arrays(arrays, len(NAMES)),
        calibration=Calibration(slope, shift, average, is_chance=kind == "forest"),
        importance=importance,
        about={key: value for key, value in about.items() if key not in {"format", "features"}},
    )


def _checksum(about: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> str:
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    for name, array in sorted(arrays.items()):
        digest.update(f"\0{name} {array.dtype.str} {array.shape}\0".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
