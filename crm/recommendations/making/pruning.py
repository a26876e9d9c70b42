"""Forgetting recommendations that were replaced long ago, and what was learnt for none any more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from crm.models import Recommendation, RecommendationModel, RecommendationRun

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Replaced ones that nobody said a word about; runs and what was measured, for a year's curve.
REPLACED, RUNS = timedelta(days=90), timedelta(days=400)
# Recommendations of one statement: with their products, so that none holds its locks for long.
SLICE = 2_000


def prune() -> int:
    """The number of recommendations gone; approved, rejected and rated ones stay."""
    gone = 0
    while ids := list(_forgotten().values_list("pk", flat=True)[:SLICE]):
        with transaction.atomic():
            gone += len(ids)
            Recommendation.objects.filter(pk__in=ids).delete()
    old = timezone.now() - RUNS
    ended = RecommendationRun.objects.exclude(status__in=RecommendationRun.OPEN)
    ended.filter(requested_at__lt=old).delete()
    RecommendationModel.objects.filter(is_active=False, fitted_at__lt=old, runs=None).delete()
    return gone


def _forgotten() -> QuerySet[Recommendation]:
    old = timezone.now() - REPLACED
    replaced = Recommendation.objects.filter(
        status=Recommendation.Status.REPLACED, created_at__lt=old, feedback=None
    )
    return replaced.order_by("pk")
