"""How the making of recommendations is doing: for /health."""

from __future__ import annotations

from backoffice.core.health import Report
from crm.models import RecommendationRun


def health() -> Report:
    """Whether the last run that ended went well; nothing before the first one."""
    ended = RecommendationRun.objects.exclude(status__in=RecommendationRun.OPEN)
    status = ended.values_list("status", flat=True).first()
    if status is None:
        return Report()
    return Report(components={"recommendations": status == RecommendationRun.Status.DONE})
