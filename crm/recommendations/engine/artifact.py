"""What was learnt as bytes, and back: an npz without pickle, checked by its checksum.

The checksum tells bytes that were damaged. It does not tell who made them, so sizes are checked
before anything is unpacked, and every algorithm checks its arrays as if a stranger had made them.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from django.utils.translation import gettext as _

from backoffice.core.arrays import WRONG, pack, unpack
from backoffice.core.errors import DomainError
from crm.recommendations.algorithms import ALGORITHMS
from crm.recommendations.engine.confidence import Calibration
from crm.recommendations.engine.facts import Facts
from crm.recommendations.engine.learning import HYBRID, Learnt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from crm.recommendations.algorithms.base import Algorithm, Blend

FORMAT: Final = 2
SIZE_LIMIT: Final = 256 * 1024 * 1024
_ARRAYS_LIMIT: Final = 200
_ABOUT: Final = "about"
_PRODUCTS: Final = "products"
_CALIBRATION: Final = "calibration"
_FACTS: Final = "facts"


class UnreadableModel(DomainError):
    """The bytes are not what was learnt, or not of this version."""

    code = "unreadable_model"


def to_bytes(learnt: Learnt) -> bytes:
    """Return what :func:`from_bytes` reads; the same bytes for the same learnt arrays."""
    about = {
        "format": FORMAT,
        "as_of": int(learnt.as_of),
        "seed": int(learnt.seed),
        "algorithms": list(learnt.algorithms),
        "winners": dict(learnt.winners),
        "is_calibrated": learnt.calibration is not None,
    }
    arrays = {
        _ABOUT: np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
        _PRODUCTS: learnt.products,
    }
    parts: Iterable[tuple[str, Mapping[str, NDArray[np.generic]]]] = [
        *((name, algorithm.arrays()) for name, algorithm in learnt.algorithms.items()),
        (_CALIBRATION, learnt.calibration.arrays if learnt.calibration else {}),
        (_FACTS, learnt.facts.arrays() if learnt.facts else {}),
    ]
    for part, of_part in parts:
        arrays.update({f"{part}/{key}": array for key, array in of_part.items()})
    return pack(arrays)


def sha256_of(data: bytes) -> str:
    """The checksum that :func:`from_bytes` asks for."""
    return hashlib.sha256(data).hexdigest()


def from_bytes(data: bytes, sha256: str) -> Learnt:
    """Raises DomainError ``unreadable_model`` where the bytes are damaged or of another version."""
    try:
        if sha256_of(data) != sha256:
            raise ValueError("The bytes are damaged.")
        found = unpack(bytes(data), most_bytes=SIZE_LIMIT, most_arrays=_ARRAYS_LIMIT)
        return _learnt(found)
    except WRONG as error:
        raise UnreadableModel(
            _("What was learnt for recommendations cannot be read. Make recommendations again.")
        ) from error


def _learnt(arrays: dict[str, NDArray[Any]]) -> Learnt:
    about = json.loads(arrays[_ABOUT].tobytes())
    if about["format"] != FORMAT:
        raise ValueError("It is of another version.")
    products = arrays[_PRODUCTS]
    if products.ndim != 1:
        raise ValueError("The products are no list.")
    algorithms: dict[str, Algorithm | Blend] = {}
    for name in about["algorithms"]:
        loaded = ALGORITHMS[name].load(_part(arrays, name))
        if name == HYBRID:
            others = cast("Mapping[str, Algorithm]", dict(algorithms))
            loaded = cast("Blend", loaded).over(others)
        algorithms[name] = loaded
    kept = _part(arrays, _FACTS)
    facts = Facts.load(kept) if kept else None
    _check_width([*algorithms.values(), facts], len(products))
    return Learnt(
        products=products,
        as_of=int(about["as_of"]),
        algorithms=algorithms,
        winners={str(key): str(value) for key, value in about["winners"].items()},
        calibration=Calibration(_part(arrays, _CALIBRATION)) if about["is_calibrated"] else None,
        seed=int(about["seed"]),
        facts=facts,
    )


def _part(arrays: Mapping[str, NDArray[Any]], name: str) -> dict[str, NDArray[Any]]:
    start = f"{name}/"
    return {
        key.removeprefix(start): found for key, found in arrays.items() if key.startswith(start)
    }


def _check_width(parts: Iterable[object], products: int) -> None:
    """Whatever knows its number of products knows the same."""
    for part in parts:
        width = getattr(part, "products", products)
        if width != products:
            raise ValueError("The algorithms know other products.")
