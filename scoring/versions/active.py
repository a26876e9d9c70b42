"""The model that answers now, read once per process."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from scoring.engine import scale
from scoring.engine.artifact import UnreadableModel
from scoring.engine.features import NAMES
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
SHIPPED = "shipped"


class NoModel(DomainError):
    """Nothing can be scored: the API answers 503."""

    code = "no_model"


def model() -> CompiledModel:
    """The model in use.

    Raises:
        NoModel: there is none, and none could be trained on the shipped sample.

    """
    try:
        return shipped.model()
    except (OSError, ImportError, UnreadableModel, DomainError) as error:
        logger.exception("There is no scoring model.")
        raise NoModel(
            _("No scoring model is there yet: run manage.py train_scoring, then ask again.")
        ) from error


def is_loaded() -> bool:
    """Whether clients can be scored without training first; cheap."""
    return shipped.is_ready()


def about() -> dict[str, Any]:
    """What ``GET /api/stats`` says of the model; the names are the seed system's."""
    current = model()
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
        "version": SHIPPED,
    }
