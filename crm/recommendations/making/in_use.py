"""What was learnt last: kept in the database, read once by each process."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from crm.models import RecommendationModel

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from crm.recommendations.engine.learning import Learnt


@dataclass(frozen=True, slots=True)
class InUse:
    """``model_id``: of the row that holds it."""

    model_id: int
    learnt: Learnt


_lock = threading.Lock()
# The last one that was read, and the checksum of its bytes.
_read: tuple[str, InUse] | None = None


def active() -> InUse | None:
    """What recommendations are made with now; None where nothing was learnt yet."""
    model_id = RecommendationModel.objects.filter(is_active=True).values_list("pk", flat=True)
    found = model_id.first()
    return of(found) if found else None


def readable() -> InUse | None:
    """The same; None, too, where what was learnt is of another version, or damaged."""
    from crm.recommendations.engine.artifact import UnreadableModel  # noqa: PLC0415 - slow import

    try:
        return active()
    except UnreadableModel:
        return None


def of(model_id: int) -> InUse:
    """What this model learnt; DomainError ``unreadable_model``."""
    global _read  # noqa: PLW0603 - one at a time is kept, tens of megabytes
    from crm.recommendations.engine import artifact  # noqa: PLC0415 - slow import

    row = RecommendationModel.objects.filter(pk=model_id).values_list("pk", "sha256")
    sha256 = row.get()[1]
    with _lock:
        if _read and _read[0] == sha256 and _read[1].model_id == model_id:
            return _read[1]
    data = RecommendationModel.objects.values_list("artifact", flat=True).get(pk=model_id)
    found = InUse(model_id, artifact.from_bytes(bytes(data), sha256))
    with _lock:
        _read = (sha256, found)
    return found


def keep(learnt: Learnt, *, as_of: dt.date, fingerprint: str, about: Mapping[str, Any]) -> int:
    """A model that is not in use yet; its id.

    DomainError ``unreadable_model`` where what was learnt cannot be kept.
    """
    from crm.recommendations.engine import artifact  # noqa: PLC0415 - slow import

    data = artifact.to_bytes(learnt)
    row = RecommendationModel.objects.create(
        as_of=as_of,
        artifact=data,
        sha256=artifact.sha256_of(data),
        fingerprint=fingerprint,
        seed=learnt.seed,
        data=dict(about),
    )
    # Whoever cannot read it learns again: that our own bytes are readable is proved here, once.
    return of(row.pk).model_id


def put_to_use(model_id: int, learnt: Learnt, evaluation: Mapping[str, Any]) -> None:
    """The model with what was measured, from now on the one in use.

    What earlier ones learnt is let go; what was measured of them stays.
    """
    from crm.recommendations.engine import artifact  # noqa: PLC0415 - slow import

    data = artifact.to_bytes(learnt)
    with transaction.atomic():
        row = RecommendationModel.objects.select_for_update(no_key=True).get(pk=model_id)
        others = RecommendationModel.objects.exclude(pk=model_id)
        others.filter(is_active=True).update(is_active=False)
        others.exclude(artifact=b"").update(artifact=b"")
        row.artifact, row.sha256 = data, artifact.sha256_of(data)
        row.winners, row.evaluation = dict(learnt.winners), dict(evaluation)
        row.is_active = True
        fields = ["artifact", "sha256", "winners", "evaluation", "is_active"]
        row.save(update_fields=fields)
