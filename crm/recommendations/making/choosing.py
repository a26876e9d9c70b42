"""For whom of some customers a run makes a recommendation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Q
from django.utils import timezone

from crm.models import Recommendation, RecommendationRun
from crm.recommendations.algorithms.base import NEW, REPEAT
from crm.recommendations.making import data, fingerprints, proposing, writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.recommendations.engine.purchases import Purchases
    from crm.recommendations.making.proposing import Asked
    from crm.recommendations.making.writing import Last

Kind = RecommendationRun.Kind
Status = Recommendation.Status


@dataclass(frozen=True, slots=True)
class Chosen:
    """``bought`` is of those to propose to, ``last`` what each had when it was read."""

    bought: Purchases
    last: dict[int, Last]
    unchanged: list[int] = field(default_factory=list)
    # May have none: what they have is closed.
    closed: list[int] = field(default_factory=list)


def choose(kind: str, customer_ids: Sequence[int], asked: Asked) -> Chosen:
    """Everybody of a selection who may have one; else not who has one that is approved and unused.

    Of changes: not who has one that came from just the same and is not stale.
    """
    reachable = data.reachable(customer_ids, asked.rules)
    last = writing.last_of(customer_ids)
    closed = [key for key in customer_ids if key not in reachable]
    wanted = [key for key in customer_ids if key in reachable]
    if kind != Kind.SELECTION:
        unused = _unused(wanted, asked)
        wanted = [key for key in wanted if key not in unused]
    bought = data.history(wanted, asked.as_of)
    unchanged = _unchanged(wanted, bought, asked) if kind == Kind.CHANGES else set()
    rows = np.array([row for row, key in enumerate(wanted) if key not in unchanged], dtype=np.int64)
    return Chosen(bought.of(rows), last, sorted(unchanged), closed)


def _unused(customer_ids: Sequence[int], asked: Asked) -> set[int]:
    """Who has one that was approved and is still to be used."""
    since = timezone.now() - dt.timedelta(days=asked.rules.stale_days)
    approved = Recommendation.objects.filter(
        customer__in=customer_ids,
        status=Status.APPROVED,
        contacted_at=None,
        decided_at__gte=since,
    )
    return set(approved.values_list("customer_id", flat=True))


def _unchanged(customer_ids: Sequence[int], bought: Purchases, asked: Asked) -> set[int]:
    since = timezone.now() - dt.timedelta(days=asked.rules.stale_days)
    rows = Recommendation.objects.filter(
        Q(status=Status.PENDING) | Q(status=Status.APPROVED), customer__in=customer_ids
    )
    columns = (
        "customer_id", "fingerprint", "watched", "created_at", "repeat_algorithm", "new_algorithm"
    )  # fmt: skip
    last = {row[0]: row[1:] for row in rows.order_by("pk").values_list(*columns)}
    fresh = {key: row for key, row in last.items() if row[2] >= since}
    fingerprint_of = fingerprints.of(
        bought,
        data.day_number(asked.as_of),
        asked.goods,
        asked.rules,
        top=asked.top,
        watched={key: row[1] for key, row in fresh.items()},
    )
    return {
        key
        for key, (fingerprint, _watched, _made, *algorithms) in fresh.items()
        if fingerprint == fingerprint_of[key] and _is_by(algorithms, asked)
    }


def _is_by(algorithms: Sequence[str], asked: Asked) -> bool:
    """Whether the lists were made by the algorithm that is asked for, where one is."""
    if not asked.algorithm:
        return True
    for question, made_by in zip((REPEAT, NEW), algorithms, strict=True):
        wanted = proposing.answering(asked.learnt, question, asked.algorithm)
        if made_by not in {"", proposing.COLD_START, wanted}:
            return False
    return True
