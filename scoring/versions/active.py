"""The model that answers now: the version in use, else the one of the shipped sample.

Which version is in use is looked up every ten seconds at most, its arrays are read once per
process.
"""

from __future__ import annotations

import hashlib
import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import Error as DatabaseError
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.kept import Kept
from scoring.engine import artifact, scale
from scoring.engine.artifact import UnreadableModel
from scoring.engine.features import NAMES
from scoring.models import ScoringModel
from scoring.versions import shipped

if TYPE_CHECKING:
    from scoring.engine.compiled import CompiledModel

logger = logging.getLogger(__name__)

# What the seed system called it.
_TYPES = {
    "forest": "RandomForestClassifier",
    "logistic": "LogisticRegression",
    "boosting": "HistGradientBoostingClassifier",
}
_ABOUT = (
    *("model_type", "n_estimators", "feature_importance", "segments", "metrics"),
    *("trained_at", "version"),
)
SHIPPED = "shipped"
# Versions whose arrays a process keeps: the one in use and those compared with it.
_READ: Final = 4


class NoModel(DomainError):
    """Nothing can be scored: the API answers 503."""

    code = "no_model"


class _Known(NamedTuple):
    pk: int
    sha256: str


def model() -> CompiledModel:
    """The model in use.

    Where the version in use cannot be read, as after a change of libraries, the shipped model
    answers in its place.

    Raises:
        NoModel: there is none, and none could be trained on the shipped sample.

    """
    known = _in_use()
    found = None if known is None else _read(known)
    return found or shipped_model()


def shipped_model() -> CompiledModel:
    """The model of the shipped sample; NoModel where it could not be trained."""
    try:
        return shipped.model()
    except (OSError, ImportError, UnreadableModel, DomainError) as error:
        logger.exception("There is no scoring model.")
        raise NoModel(
            _("No scoring model is there yet: run manage.py train_scoring, then ask again.")
        ) from error


def compiled(version: ScoringModel) -> CompiledModel:
    """A version's model, kept for the next time.

    Raises:
        UnreadableModel: its bytes are damaged, or those of other libraries.

    """
    found = _read(_Known(version.pk, version.sha256))
    if found is None:
        raise UnreadableModel(
            _("Version %(version)s cannot be read: it is damaged, or of an older kind. Train anew.")
            % {"version": version}
        )
    return found


def forget() -> None:
    """Look anew which version is in use at the next question of this process."""
    _in_use.forget()


def is_loaded() -> bool:
    """Whether clients can be scored without training first; cheap."""
    return _in_use() is not None or shipped.is_ready()


def about() -> dict[str, Any]:
    """What ``GET /api/stats`` says of the model, null without one; names are the seed system's."""
    known = _in_use()
    try:
        current = model()
    except NoModel:
        return dict.fromkeys(_ABOUT)
    figures = current.about.get("figures", {})
    shares = dict(zip(NAMES, current.importance, strict=True))
    return {
        "model_type": _TYPES.get(current.kind, current.kind),
        "n_estimators": len(current.kernel.arrays().get("starts", ())) or None,
        "feature_importance": dict(sorted(shares.items(), key=lambda one: -one[1])),
        "segments": {
            scale.HOT: f">= {scale.HOT_FROM}",
            scale.WARM: f"{scale.WARM_FROM}-{scale.HOT_FROM - 1}",
            scale.COLD: f"< {scale.WARM_FROM}",
        },
        "metrics": {key: value for key, value in figures.items() if key != "calibration"},
        "trained_at": current.about.get("trained_at"),
        "version": SHIPPED if known is None or _read(known) is None else f"v{known.pk}",
    }


def _look_up() -> _Known | None:
    """The version in use; while the database is away, the one that was in use before."""
    try:
        row = ScoringModel.objects.filter(is_active=True).values_list("pk", "sha256").first()
    except DatabaseError as error:
        logger.warning("Which scoring model is in use cannot be looked up: %s", error)
        return _last[0]
    _last[0] = None if row is None else _Known(*row)
    return _last[0]


_last: list[_Known | None] = [None]
_in_use = Kept(_look_up)


@lru_cache(maxsize=_READ)
def _read(known: _Known) -> CompiledModel | None:
    row = ScoringModel.objects.filter(pk=known.pk).values_list("artifact", flat=True).first()
    data = bytes(row or b"")
    if hashlib.sha256(data).hexdigest() != known.sha256:
        logger.error("The bytes of version v%s of the scoring model are not its own.", known.pk)
        return None
    try:
        return artifact.from_bytes(data)
    except UnreadableModel:
        logger.exception("Version v%s of the scoring model cannot be read.", known.pk)
        return None
