"""Who stands where on the lists of one recommendation, which the caller has locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F, Max

from crm.models import Question, RecommendedProduct, Sale

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from crm.models import Product

BY_HAND = {"code": "by_hand"}


def take_off(place: RecommendedProduct) -> None:
    """Without a rank from now on; the next ones move up."""
    rank = place.rank
    place.rank = None
    place.save(update_fields=["rank"])
    behind = _list(place.recommendation_id, place.question).filter(rank__gt=rank)
    behind.update(rank=F("rank") - 1)


def put(product: Product, *, instead_of: RecommendedProduct, by: User) -> RecommendedProduct:
    """The product in the place of the other one; at the end, where it belongs to the other list.

    It says nothing of probability or score: a person chose it.
    """
    recommendation = instead_of.recommendation
    question = _question(recommendation.customer_id, product)
    rank = instead_of.rank
    if question == instead_of.question:
        instead_of.rank = None
        instead_of.save(update_fields=["rank"])
    else:
        take_off(instead_of)
        last = _list(recommendation.pk, question).aggregate(last=Max("rank"))["last"]
        rank = (last or 0) + 1
    has_price = product.list_price is not None
    values = {
        "question": question,
        "rank": rank,
        "algorithm": "",
        "score": 0,
        "probability": None,
        "price": product.list_price,
        "currency": (product.currency or settings.DEFAULT_CURRENCY) if has_price else "",
        "evidence": [BY_HAND],
        "chosen_by": by,
    }
    # One that was swapped out before comes back.
    chosen, _made = RecommendedProduct.objects.update_or_create(
        recommendation=recommendation, product=product, defaults=values
    )
    return chosen


def _list(recommendation_id: int, question: str) -> QuerySet[RecommendedProduct]:
    return RecommendedProduct.objects.filter(
        recommendation=recommendation_id, question=question, rank__isnull=False
    )


def _question(customer_id: int, product: Product) -> str:
    bought = Sale.objects.filter(customer=customer_id, product=product, quantity__gt=0)
    return Question.REPEAT if bought.exists() else Question.NEW
