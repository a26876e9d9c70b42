"""All questions of the audit at once: what page, paper, sheets and programs show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from crm.models import RecommendationModel
from crm.recommendations import loop
from crm.recommendations.auditing import counting, finding, outcomes

if TYPE_CHECKING:
    import datetime as dt

    from backoffice.core.figures.period import Days
    from crm.recommendations.auditing.counting import Counts
    from crm.recommendations.auditing.finding import Issue
    from crm.recommendations.auditing.outcomes import Bin, Said


@dataclass(frozen=True, slots=True)
class Report:
    """As it stands at ``made_at``; ``days`` None: of all recommendations.

    ``funnel`` (:func:`crm.recommendations.loop.funnel`) and ``model`` know no days.
    """

    days: Days | None
    made_at: dt.datetime
    counts: Counts
    issues: tuple[Issue, ...]
    said: Said
    calibration: tuple[Bin, ...]
    funnel: tuple[dict[str, Any], ...]
    model: RecommendationModel | None


def build(days: Days | None = None) -> Report:
    """Of the recommendations made in ``days``; a dozen queries, however many there are."""
    return Report(
        days=days,
        made_at=timezone.now(),
        counts=counting.count(days),
        issues=finding.found(days),
        said=outcomes.said(days),
        calibration=outcomes.calibration(days),
        funnel=tuple(loop.funnel()),
        model=in_use(),
    )


def in_use() -> RecommendationModel | None:
    """What was learnt and measured last, without the megabytes it learnt."""
    return RecommendationModel.objects.defer("artifact").filter(is_active=True).first()
