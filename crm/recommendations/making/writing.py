"""Recommendations into the tables, and what they replace; inside the caller's transaction."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from django.db import connection
from django.utils import timezone

from crm.models import Question, Recommendation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from django.contrib.auth.models import User

    from crm.models import RecommendationRun
    from crm.recommendations.making.proposing import Place, Proposal
    from crm.recommendations.making.shelf import Shelf

Status = Recommendation.Status

_IDS = """
SELECT nextval(pg_get_serial_sequence('crm_recommendation', 'id')) FROM generate_series(1, %s)
"""
_RECOMMENDATIONS = """
COPY crm_recommendation (
    id, replaces_id, run_id, model_id, created_at, customer_id, status, confidence, quality,
    quality_parts, repeat_algorithm, new_algorithm, segment, fingerprint, watched, rejection,
    rejection_note, contact_channel, campaign
) FROM STDIN
"""
_PRODUCTS = """
COPY crm_recommendedproduct (
    recommendation_id, product_id, question, rank, algorithm, score, probability, price, currency,
    evidence
) FROM STDIN
"""


@dataclass(frozen=True, slots=True)
class Last:
    """A customer's last recommendation that was not replaced."""

    pk: int
    status: str


def last_of(customer_ids: Collection[int], *, locked: bool = False) -> dict[int, Last]:
    """By customer; with ``locked``, those that wait for a decision are locked."""
    live = Recommendation.objects.filter(customer__in=customer_ids)
    if locked:
        waiting = live.filter(status=Status.PENDING).order_by("pk")
        list(waiting.select_for_update(no_key=True).values_list("pk", flat=True))
    rows = live.exclude(status=Status.REPLACED).order_by("pk")
    found = rows.values_list("customer_id", "pk", "status")
    return {customer: Last(key, status) for customer, key, status in found}


def retire(customer_ids: Collection[int], *, by: User | None = None) -> dict[int, int]:
    """What waits for a decision of these customers is replaced; its ids by customer."""
    waiting = Recommendation.objects.filter(customer__in=customer_ids, status=Status.PENDING)
    locked = waiting.order_by("pk").select_for_update(no_key=True)
    found = {customer: key for key, customer in locked.values_list("pk", "customer_id")}
    if found:
        decided = {"decided_by": by, "decided_at": timezone.now() if by else None}
        rows = Recommendation.objects.filter(pk__in=found.values(), status=Status.PENDING)
        rows.update(status=Status.REPLACED, **decided)
    return found


def write(
    proposals: Sequence[Proposal],
    goods: Shelf,
    *,
    model_id: int | None,
    run: RecommendationRun | None = None,
    by: User | None = None,
) -> list[int]:
    """The proposals, each with places, as pending ones; their ids.

    The caller holds the customers' locks. What waited for a decision is replaced, what is decided
    stays.
    """
    if not proposals:
        return []
    replaced = retire([each.customer_id for each in proposals], by=by)
    now = timezone.now()
    run_id = run.pk if run else None
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [len(proposals)])
        ids = [key for (key,) in cursor.fetchall()]
        with cursor.copy(_RECOMMENDATIONS) as copying:
            for key, each in zip(ids, proposals, strict=True):
                old = replaced.get(each.customer_id)
                copying.write_row((key, old, run_id, model_id, now, *_values(each)))
        with cursor.copy(_PRODUCTS) as copying:
            for key, each in zip(ids, proposals, strict=True):
                for row in _places(key, each.places, goods):
                    copying.write_row(row)
    return ids


def _values(each: Proposal) -> tuple[object, ...]:
    return (
        each.customer_id,
        Status.PENDING.value,
        f"{each.confidence:.3f}",
        each.quality,
        orjson.dumps(each.quality_parts).decode(),
        each.algorithm(Question.REPEAT),
        each.algorithm(Question.NEW),
        each.segment,
        each.fingerprint,
        orjson.dumps(each.watched).decode(),
        "",
        "",
        "",
        "",
    )


def _places(
    recommendation_id: int, places: Iterable[Place], goods: Shelf
) -> Iterable[tuple[object, ...]]:
    for place in places:
        price, currency = goods.price_of(place.product_id)
        yield (
            recommendation_id,
            place.product_id,
            place.question,
            place.rank,
            place.algorithm,
            place.score,
            None if math.isnan(place.probability) else f"{place.probability:.3f}",
            price,
            currency,
            orjson.dumps(place.evidence, option=orjson.OPT_SERIALIZE_NUMPY).decode(),
        )
