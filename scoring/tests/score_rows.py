"""Planted scores, points and purchases."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from crm.models import Customer, Product, Sale
from scoring.engine import scale
from scoring.models import LeadScore, ScoreDay, ScorePoint, ScoringModel, SegmentChange

if TYPE_CHECKING:
    from collections.abc import Mapping

TODAY = dt.date(2026, 4, 20)


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def version(*, active: bool = True, **more: Any) -> ScoringModel:
    """A version without arrays: nothing can be scored by it."""
    values = {
        "kind": "forest",
        "source": "history",
        "artifact": b"",
        "sha256": str(ScoringModel.objects.count()).rjust(64, "0"),
        "is_active": active,
        "activated_at": timezone.now() if active else None,
    }
    return ScoringModel.objects.create(**{**values, **more})


def customer(**more: Any) -> Customer:
    return Customer.objects.create(name="C", **more)


def lead(model: ScoringModel, score: int, *, value: str = "10", currency: str = "EUR") -> LeadScore:
    return LeadScore.objects.create(
        customer=customer(),
        model=model,
        score=score,
        segment=scale.segment(score),
        chance=0.1,
        expected_value=Decimal(value),
        usual_purchase=Decimal(50),
        currency=currency,
        last_contact_on=ago(5),
        known_since=ago(50),
        total_contacts=3,
        total_spent=Decimal(120),
        emails_sent=4,
        emails_opened=2,
        website_visits=1,
        base=30,
        contributions=[0] * 7,
        as_of=TODAY,
        scored_at=timezone.now(),
    )


def point(row: Customer, days: int, score: int, model: ScoringModel) -> None:
    ScorePoint.objects.create(customer=row, day=ago(days), score=score, model=model)


def sale(row: Customer, days: int, *, quantity: int = 1) -> None:
    product = Product.objects.get_or_create(sku="P", defaults={"name": "P"})[0]
    Sale.objects.create(
        customer=row,
        product=product,
        sold_on=ago(days),
        quantity=quantity,
        amount=10,
        source="test",
        external_ref=str(Sale.objects.count()),
    )


def day(
    model: ScoringModel, days: int, *, psi: Mapping[str, float] | None = None, **counts: float
) -> None:
    drift = {name: {"psi": value, "shares": [0.5, 0.5]} for name, value in (psi or {}).items()}
    ScoreDay.objects.create(
        day=ago(days), model=model, drift=drift, computed_at=timezone.now(), **counts
    )


def change(before: str, after: str, days: int, *, by_model: bool = False) -> None:
    at = timezone.make_aware(dt.datetime.combine(ago(days), dt.time(4, 11)))
    SegmentChange.objects.create(
        customer=customer(), before=before, after=after, score=50, changed_at=at, by_model=by_model
    )
