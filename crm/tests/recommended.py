"""Recommendations made by hand, for tests of what people do with them."""

from __future__ import annotations

import itertools
from typing import Any

from crm.models import (
    Customer,
    Product,
    Recommendation,
    RecommendationModel,
    RecommendationRun,
    RecommendedProduct,
)

_numbers = itertools.count(1)


def product(name: str = "", **values: Any) -> Product:
    number = next(_numbers)
    given = {"sku": f"P{number}", "name": name or f"Cuvée {number}", "category": "Rouge"}
    return Product.objects.create(**{**given, "list_price": 12, "currency": "EUR", **values})


def customer(name: str = "", **values: Any) -> Customer:
    return Customer.objects.create(name=name or f"Nadia {next(_numbers)}", **values)


def recommendation(
    who: Customer | None = None,
    *,
    again: int = 2,
    new: int = 2,
    **values: Any,
) -> Recommendation:
    """With so many products in each list; ``values`` of its fields."""
    row = Recommendation.objects.create(
        **{
            "customer": who or customer(),
            "confidence": "0.620",
            "quality": 82,
            "quality_parts": {"customer": 25, "history": 30, "recency": 15, "products": 12},
            "repeat_algorithm": "own_frequency" if again else "",
            "new_algorithm": "ease" if new else "",
            "segment": "vip",
            "fingerprint": "made by hand",
            **values,
        }
    )
    for question, number in (("repeat", again), ("new", new)):
        for rank in range(1, number + 1):
            place(row, product(), question=question, rank=rank)
    return row


def place(row: Recommendation, what: Product, **values: Any) -> RecommendedProduct:
    evidence = [{"code": "popular", "customers": 41, "days": 90}]
    return RecommendedProduct.objects.create(
        **{
            "recommendation": row,
            "product": what,
            "question": "new",
            "algorithm": "ease",
            "score": 1.5,
            "probability": "0.210",
            "price": "12.00",
            "currency": "EUR",
            "evidence": evidence,
            **values,
        }
    )


def run(**values: Any) -> RecommendationRun:
    return RecommendationRun.objects.create(
        **{"status": "done", "looked_at": 3, "made": 2, **values}
    )


def model(**values: Any) -> RecommendationModel:
    """What was measured, in the shape that the command prints."""
    figure = {"value": 0.4, "low": 0.31, "high": 0.49}
    names = ("ndcg", "recall", "hit_rate", "precision", "diversity", "novelty", "coverage")
    one: dict[str, Any] = {name: dict(figure) for name in names}
    surely = {"value": 0.2, "low": 0.1, "high": 0.3}
    ease = {**one, "against": {"popularity": {"ndcg": surely}}}
    ease["ndcg"] = {"value": 0.6, "low": 0.5, "high": 0.7}
    algorithms = {"popularity": {**one, "against": {}}, "ease": ease}
    question = {"customers": 40, "winner": "ease", "best": "ease", "algorithms": algorithms}
    table = {
        "version": 1,
        "split": "last",
        "k": 10,
        "data": {
            "lines": 1200,
            "customers": 90,
            "products": 30,
            "baskets": 400,
            "first": "2025-01-01",
            "last": "2026-04-20",
        },
        "held_out": {"customers": 80, "measured": 80},
        "winners": {"new": "ease"},
        "questions": {"new": question},
        "confidence": {
            "any": {
                "method": "curve",
                "cases": 40,
                "told": 0.5,
                "rate": 0.475,
                "bins": [
                    {"told": 0.2, "bought": 0.25, "cases": 20},
                    {"told": 0.8, "bought": 0.7, "cases": 20},
                ],
            }
        },
    }
    given = {"as_of": "2026-04-21", "artifact": b"", "sha256": "", "fingerprint": "by hand"}
    return RecommendationModel.objects.create(**{**given, "evaluation": table, **values})
