"""What the API gives of recommendations."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from decimal import Decimal  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Any

from ninja import Schema
from pydantic import ConfigDict

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


class Described(Schema):
    """The text below a field is its description at ``/api/docs``."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class NamedOut(Described):
    id: int
    """The number of the row."""
    name: str
    """As people call it."""

    @staticmethod
    def resolve_name(one: Customer | Product) -> str:
        return str(one)


class ProductOut(NamedOut):
    sku: str
    """The product's code."""


class PlaceOut(Described):
    """A product of a list."""

    id: int
    """The place's own number: what is refused or swapped."""
    product: ProductOut
    """What is proposed."""
    question: str
    """repeat (to buy again) or new (to discover): the list it stands on."""
    rank: int | None
    """From 1 in its list; null: taken off."""
    algorithm: str
    """Which put it there."""
    score: float
    """Higher is better; compares within one list only."""
    probability: float | None
    """0-1: the chance that the customer's next purchase has it; null: not known."""
    price: Decimal | None
    """List price when it was made, of one unit, in ``currency``; null: not known."""
    currency: str
    """ISO 4217."""
    by_hand: bool
    """Whether a person put it there."""
    bought_on: dt.date | None
    """The first purchase after the contact, within the horizon of the rules."""

    @staticmethod
    def resolve_by_hand(place: RecommendedProduct) -> bool:
        return place.chosen_by_id is not None


class ToldPlaceOut(PlaceOut):
    reasons: list[str]
    """The evidence in sentences, in the language asked for."""
    evidence: list[dict[str, Any]]
    """The facts that the reasons tell: a ``code`` each, with its numbers."""

    @staticmethod
    def resolve_reasons(place: RecommendedProduct, context: dict[str, Any]) -> list[str]:
        return reasons.sentences(place.evidence, _names(context))


def _names(context: dict[str, Any]) -> dict[int, str]:
    names: dict[int, str] = getattr(context["request"], "names_of_products", {})
    return names


class AlgorithmsOut(Described):
    repeat: str
    """Of the list to buy again; empty where there is none."""
    new: str
    """Of the list to discover; empty where there is none."""


class BriefOut(Described):
    """What is known of a recommendation beside its products."""

    id: int
    """The number of the recommendation."""
    customer: NamedOut
    """For whom."""
    status: str
    """pending, approved, rejected or replaced (by a newer one)."""
    confidence: float
    """0-1: the chance that the customer's next purchase has one of the products."""
    data_quality: int
    """0-100 points: how much it rests on."""
    quality_parts: dict[str, int]
    """The points by part; they add up to ``data_quality``."""
    algorithms: AlgorithmsOut
    """Which made each list."""
    segment: str
    """Of the customer's profile when it was made: vip, standard, at_risk ..."""
    run: int | None
    """The making it comes from; null: made at once."""
    rating: int | None
    """1-5 stars, the last ones of the whole; null: none."""
    created_at: dt.datetime
    """When it was made."""
    decided_by: str | None
    """Who approved or rejected it, or had a newer one made."""
    decided_at: dt.datetime | None
    """When."""
    rejection: str
    """Why: products, moment, customer, data or other; empty unless rejected."""
    rejection_note: str
    """What was said about that."""
    contacted_at: dt.datetime | None
    """When the customer was contacted with it; null: not yet."""
    contact_channel: str
    """email, sms or call."""
    campaign: str
    """As it is called in the mailing tool."""
    bought_on: dt.date | None
    """The first purchase of a product of it after the contact, within the horizon."""
    replaces: int | None
    """The one that this one took the place of."""

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
    """By list, then by rank."""

    @staticmethod
    def resolve_products(row: Recommendation) -> list[RecommendedProduct]:
        return listed(row)


class ListsOut(Described):
    repeat: list[ToldPlaceOut]
    """To buy again, by rank."""
    new: list[ToldPlaceOut]
    """To discover, by rank."""


class FeedbackOut(Described):
    """What somebody did or thought."""

    action: str
    """approved, rejected, rated, commented, refused, swapped, regenerated or contacted."""
    rating: int | None
    """1-5 stars."""
    comment: str
    """In the person's own words."""
    product: int | None
    """The id of the product that it is about; null: the whole."""
    by: str | None
    """Who."""
    at: dt.datetime
    """When."""

    @staticmethod
    def resolve_product(row: RecommendationFeedback) -> int | None:
        return row.product_id

    @staticmethod
    def resolve_by(row: RecommendationFeedback) -> str | None:
        return row.by.get_username() if row.by else None


class WholeOut(BriefOut):
    """With both lists, why, and what was said of it."""

    reasoning: str
    """The whole in two or three sentences, in the language asked for."""
    products: ListsOut
    """Both lists, with reasons."""
    taken_off: list[ProductOut]
    """Products that a person swapped out or refused."""
    feedback: list[FeedbackOut]
    """What was done and thought, in order."""

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


class RecommendationRunOut(Described):
    """A making of recommendations; the counts are of customers."""

    id: int
    """The number of the making."""
    kind: str
    """changes (whoever changed), full (everybody) or selection (chosen customers)."""
    status: str
    """waiting, running, done or failed."""
    stage: str
    """learn, measure or propose."""
    algorithm: str
    """Instead of the measured winners; empty: these."""
    top: int | None
    """Products per list; null: by the rules."""
    requested_by: str | None
    """Who asked for it; null: the clock."""
    requested_at: dt.datetime
    """When it was asked for."""
    started_at: dt.datetime | None
    """When the worker began."""
    finished_at: dt.datetime | None
    """When it ended."""
    expected: int
    """Customers to look at."""
    looked_at: int
    """Customers looked at so far."""
    made: int
    """Customers with a new recommendation."""
    unchanged: int
    """Customers about whom nothing changed."""
    withheld: int
    """Customers who may not be asked, or have one that is approved and not used yet."""
    without: int
    """Customers for whom there is nothing to propose."""
    error: str
    """Why it failed, in a sentence."""

    @staticmethod
    def resolve_requested_by(run: RecommendationRun) -> str | None:
        return run.requested_by.get_username() if run.requested_by else None


class LeftOutOut(Described):
    """Why a customer has no new one."""

    customer: int
    """The customer's id."""
    code: str
    """Why, for programs."""
    message: str
    """Why, in a sentence."""


class MadeOut(Described):
    """What was made at once."""

    recommendations: list[RecommendationOut]
    """Those made."""
    left_out: list[LeftOutOut]
    """Who has no new one."""


class RefusedOut(Described):
    id: int
    """The number of the refusal."""
    customer: NamedOut
    """To whom it is not proposed."""
    product: ProductOut
    """What is not proposed."""
    recommendation: int | None
    """On which it was refused; null: on none."""
    reason: str
    """In the person's own words."""
    by: str | None
    """Who."""
    at: dt.datetime
    """When."""

    @staticmethod
    def resolve_recommendation(row: RefusedProduct) -> int | None:
        return row.recommendation_id

    @staticmethod
    def resolve_by(row: RefusedProduct) -> str | None:
        return row.by.get_username() if row.by else None
