"""What the API gives of recommendations."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from decimal import Decimal  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Any

from ninja import Schema

from crm.models import Question
from crm.recommendations import reasons

if TYPE_CHECKING:
    from crm.models import (
        Customer,
        Product,
        Recommendation,
        RecommendationFeedback,
        RecommendationRun,
        RecommendedProduct,
        RefusedProduct,
    )


class NamedOut(Schema):
    id: int
    name: str

    @staticmethod
    def resolve_name(one: Customer | Product) -> str:
        return str(one)


class ProductOut(NamedOut):
    sku: str


class PlaceOut(Schema):
    """A product of a list. ``id`` is the place's own: what is refused or swapped.

    ``score`` compares within one list only; ``probability``: that the customer's next purchase has
    it; ``by_hand``: a person put it there.
    """

    id: int
    product: ProductOut
    question: str
    rank: int | None
    algorithm: str
    score: float
    probability: float | None
    price: Decimal | None
    currency: str
    by_hand: bool
    bought_on: dt.date | None

    @staticmethod
    def resolve_by_hand(place: RecommendedProduct) -> bool:
        return place.chosen_by_id is not None


class ToldPlaceOut(PlaceOut):
    """``reasons`` are the ``evidence`` in words (docs/crm-recommendations-api.md)."""

    reasons: list[str]
    evidence: list[dict[str, Any]]

    @staticmethod
    def resolve_reasons(place: RecommendedProduct, context: dict[str, Any]) -> list[str]:
        return reasons.sentences(place.evidence, _names(context))


def _names(context: dict[str, Any]) -> dict[int, str]:
    names: dict[int, str] = getattr(context["request"], "names_of_products", {})
    return names


class AlgorithmsOut(Schema):
    """Empty where the list is."""

    repeat: str
    new: str


class BriefOut(Schema):
    """What is known of a recommendation beside its products.

    ``confidence`` 0-1: the chance that the customer's next purchase has one of the products;
    ``data_quality`` 0-100: how much it rests on, ``quality_parts`` says of what.
    """

    id: int
    customer: NamedOut
    status: str
    confidence: float
    data_quality: int
    quality_parts: dict[str, int]
    algorithms: AlgorithmsOut
    segment: str
    run: int | None
    rating: int | None
    created_at: dt.datetime
    decided_by: str | None
    decided_at: dt.datetime | None
    rejection: str
    rejection_note: str
    contacted_at: dt.datetime | None
    contact_channel: str
    campaign: str
    bought_on: dt.date | None
    replaces: int | None

    @staticmethod
    def resolve_data_quality(row: Recommendation) -> int:
        return row.quality

    @staticmethod
    def resolve_algorithms(row: Recommendation) -> dict[str, str]:
        return {"repeat": row.repeat_algorithm, "new": row.new_algorithm}

    @staticmethod
    def resolve_run(row: Recommendation) -> int | None:
        return row.run_id

    @staticmethod
    def resolve_replaces(row: Recommendation) -> int | None:
        return row.replaces_id

    @staticmethod
    def resolve_decided_by(row: Recommendation) -> str | None:
        return row.decided_by.get_username() if row.decided_by else None


class RecommendationOut(BriefOut):
    """With its products by rank, the list to buy again first."""

    products: list[PlaceOut]

    @staticmethod
    def resolve_products(row: Recommendation) -> list[RecommendedProduct]:
        return listed(row)


class ListsOut(Schema):
    repeat: list[ToldPlaceOut]
    new: list[ToldPlaceOut]


class FeedbackOut(Schema):
    """What somebody did or thought; of one product where ``product`` is given."""

    action: str
    rating: int | None
    comment: str
    product: int | None
    by: str | None
    at: dt.datetime

    @staticmethod
    def resolve_product(row: RecommendationFeedback) -> int | None:
        return row.product_id

    @staticmethod
    def resolve_by(row: RecommendationFeedback) -> str | None:
        return row.by.get_username() if row.by else None


class WholeOut(BriefOut):
    """With both lists, why, and what was said of it.

    ``reasoning``: the whole in two or three sentences; ``taken_off``: products that a person
    swapped out or refused.
    """

    reasoning: str
    products: ListsOut
    taken_off: list[ProductOut]
    feedback: list[FeedbackOut]

    @staticmethod
    def resolve_reasoning(row: Recommendation) -> str:
        return reasons.summary(row, listed(row))

    @staticmethod
    def resolve_products(row: Recommendation) -> dict[str, list[RecommendedProduct]]:
        return {
            question.value: [place for place in listed(row) if place.question == question]
            for question in Question
        }

    @staticmethod
    def resolve_taken_off(row: Recommendation) -> list[Product]:
        return [place.product for place in row.products.all() if place.rank is None]

    @staticmethod
    def resolve_feedback(row: Recommendation) -> list[RecommendationFeedback]:
        return list(row.feedback.all())


def listed(row: Recommendation) -> list[RecommendedProduct]:
    """Those with a rank, of the list to buy again first."""
    order = list(Question.values)
    places = [place for place in row.products.all() if place.rank is not None]
    return sorted(places, key=lambda place: (order.index(place.question), place.rank or 0))


class RecommendationRunOut(Schema):
    """A making of recommendations; the counts are of customers."""

    id: int
    kind: str
    status: str
    stage: str
    algorithm: str
    top: int | None
    requested_by: str | None
    requested_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    expected: int
    looked_at: int
    made: int
    unchanged: int
    withheld: int
    without: int
    error: str

    @staticmethod
    def resolve_requested_by(run: RecommendationRun) -> str | None:
        return run.requested_by.get_username() if run.requested_by else None


class LeftOutOut(Schema):
    """Why a customer has no new one."""

    customer: int
    code: str
    message: str


class MadeOut(Schema):
    """What was made at once."""

    recommendations: list[RecommendationOut]
    left_out: list[LeftOutOut]


class RefusedOut(Schema):
    id: int
    customer: NamedOut
    product: ProductOut
    recommendation: int | None
    reason: str
    by: str | None
    at: dt.datetime

    @staticmethod
    def resolve_recommendation(row: RefusedProduct) -> int | None:
        return row.recommendation_id

    @staticmethod
    def resolve_by(row: RefusedProduct) -> str | None:
        return row.by.get_username() if row.by else None
