"""Recommendations to look at: to review, approved, rejected, and one that was used and bought."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import (
    Interaction,
    Recommendation,
    RecommendationFeedback,
    RecommendedProduct,
    RefusedProduct,
    Sale,
)
from crm.recommendations import loop
from crm.recommendations.making import requests, running

if TYPE_CHECKING:
    from datetime import datetime

Status = Recommendation.Status
Action = RecommendationFeedback.Action
# Days ago.
CONTACTED, BOUGHT = 20, 12


def load() -> int:
    """Made by a run, then decided; how many there are. Nothing where a run is under way."""
    try:
        asked = requests.request(kind=requests.Kind.FULL, in_background=False)
    except requests.AlreadyRunning:
        return 0
    running.to_the_end(asked)
    # Those who bought most have both lists.
    rows = Recommendation.objects.filter(status=Status.PENDING).exclude(repeat_algorithm="")
    best = list(rows.order_by("-quality", "-confidence", "pk")[:6])
    by = User.objects.filter(is_superuser=True).order_by("pk").first()
    for found in best[:3]:
        _decide(found, Status.APPROVED, by)
    for found in best[3:5]:
        _decide(found, Status.REJECTED, by)
    if best:
        _use(best[0])
    return asked.recommendations.count()


def _decide(found: Recommendation, status: Status, by: User | None) -> None:
    is_approved = status == Status.APPROVED
    found.status, found.decided_by, found.decided_at = status, by, timezone.now()
    found.rejection = "" if is_approved else Recommendation.Rejection.MOMENT
    found.rating = 4 if is_approved else 2
    found.save(update_fields=["status", "decided_by", "decided_at", "rejection", "rating"])
    action = Action.APPROVED if is_approved else Action.REJECTED
    told = RecommendationFeedback(recommendation=found, action=action, by=by)
    stars = RecommendationFeedback(
        recommendation=found, action=Action.RATED, rating=found.rating, by=by
    )
    RecommendationFeedback.objects.bulk_create([told, stars])
    if not is_approved:
        RefusedProduct.objects.bulk_create(
            RefusedProduct(
                customer_id=found.customer_id, product_id=product, recommendation=found, by=by
            )
            for product in found.products.values_list("product", flat=True)
        )


def _use(found: Recommendation) -> None:
    """Approved and used some weeks ago; the first product was bought since."""
    at = timezone.now() - timedelta(days=CONTACTED)
    campaign = _("Spring wines")
    _date_back(found, at, campaign)
    Interaction.objects.create(
        customer_id=found.customer_id,
        occurred_at=at,
        channel="email",
        campaign=campaign,
        subject=campaign,
        status=Interaction.Status.SENT,
        source="recommendations",
        external_ref=str(found.pk),
    )
    RecommendationFeedback.objects.create(recommendation=found, action=Action.CONTACTED)
    first = RecommendedProduct.objects.filter(recommendation=found, rank=1).order_by("pk")[0]
    Sale.objects.create(
        customer_id=found.customer_id,
        product_id=first.product_id,
        quantity=6,
        amount=6 * (first.price or 10),
        currency=first.currency,
        sold_on=timezone.localdate() - timedelta(days=BOUGHT),
        source="demo",
        external_ref=f"recommendation-{found.pk}",
    )
    loop.close()


def _date_back(found: Recommendation, at: datetime, campaign: str) -> None:
    Recommendation.objects.filter(pk=found.pk).update(
        created_at=at - timedelta(days=2),
        decided_at=at - timedelta(days=1),
        contacted_at=at,
        contact_channel="email",
        campaign=campaign,
    )
