"""How good the recommendations are: figures, issues; the same for page, REST, PDF and XLSX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from crm.models import CustomerProfile, Question, Recommendation
from crm.recommendations import algorithms
from crm.recommendations.auditing import counting, issues, report
from crm.recommendations.rules import current

if TYPE_CHECKING:
    from backoffice.core.figures.period import Days
    from crm.recommendations.auditing.counting import Counts, Tally
    from crm.recommendations.auditing.finding import Issue
    from crm.recommendations.auditing.report import Report

Status = Recommendation.Status


def quality_metrics(days: Days | None = None) -> dict[str, Any]:
    """Totals, averages and rates in percent, by_algorithm, by_segment; one query.

    Of the recommendations made in ``days`` (of all without). Replaced ones do not count. A figure
    without anything to count is None. A recommendation has two lists and counts with the
    algorithm of each, so that the totals by algorithm may be above the total.
    """
    return _metrics(counting.count(days), days)


def audit(days: Days | None = None) -> dict[str, Any]:
    """``metrics`` as above, ``issues`` with severity, count and examples, feedback and funnel."""
    return document(report.build(days))


def document(found: Report) -> dict[str, Any]:
    """A report for programs; the shape is promised in docs/crm-recommendations-api.md."""
    metrics = _metrics(found.counts, found.days)
    return {
        "made_at": timezone.localtime(found.made_at).isoformat(timespec="seconds"),
        "metrics": metrics,
        "by_algorithm": metrics["by_algorithm"],
        "by_segment": metrics["by_segment"],
        "thresholds": {
            "confidence": float(100 * issues.LEAST_CONFIDENCE),
            "data_quality": issues.LEAST_QUALITY,
            "products": issues.LEAST_PRODUCTS,
            "stale_days": current().stale_days,
        },
        "issues": [_issue(issue) for issue in found.issues],
        "feedback": {
            "actions": dict(sorted(found.said.actions.items())),
            "ratings": {str(stars): found.said.stars[stars] for stars in range(1, 6)},
            "rejections": dict(sorted(found.said.rejections.items())),
        },
        "funnel": list(found.funnel),
        "calibration": [
            {
                "from": _percent(one.low),
                "to": _percent(one.high),
                "contacted": one.bought.total,
                "stated": _percent(one.stated),
                "bought": _percent(one.bought.value),
                "interval": [_percent(end) for end in one.bought.interval],
            }
            for one in found.calibration
        ],
    }


def _metrics(counts: Counts, days: Days | None) -> dict[str, Any]:
    algorithms_found = {
        name: {
            "label": algorithms.label(name),
            **_tally(tally),
            "lists": {question.value: counts.lists[name, question.value] for question in Question},
        }
        for name, tally in counts.by_algorithm.items()
    }
    labels = dict(CustomerProfile.Segment.choices)
    segments = {
        name: {"label": str(labels.get(name, name)), **_tally(tally)}
        for name, tally in counts.by_segment.items()
    }
    return {
        "period": {"from": days.first.isoformat(), "to": days.last.isoformat()} if days else None,
        **_tally(counts.all),
        "replaced": counts.replaced,
        "by_algorithm": algorithms_found,
        "by_segment": segments,
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "total": tally.total,
        "pending": tally.by_status[Status.PENDING],
        "approved": tally.by_status[Status.APPROVED],
        "rejected": tally.by_status[Status.REJECTED],
        "average_confidence": _percent(tally.average_confidence),
        "average_data_quality": _rounded(tally.average_quality),
        "approval_rate": _percent(tally.rate(Status.APPROVED)),
        "rejection_rate": _percent(tally.rate(Status.REJECTED)),
        "pending_rate": _percent(tally.rate(Status.PENDING)),
        "approval_rate_of_decided": _percent(tally.approved_of_decided),
        "average_rating": _rounded(tally.average_rating, 2),
        "ratings": tally.rated,
        "contacted": tally.contacted,
        "bought": tally.bought,
    }


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "type": issue.kind.type,
        "severity": issue.kind.severity,
        "count": issue.count,
        "message": issue.message,
        "link": issue.link,
        "examples": [
            {
                "recommendation": row.pk,
                "customer": row.customer_id,
                "name": str(row.customer),
                "status": row.status,
                "confidence": _percent(float(row.confidence)),
                "data_quality": row.quality,
            }
            for row in issue.examples
        ],
    }


def _percent(share: float | None) -> float | None:
    """0-100, to a tenth."""
    return None if share is None else round(100 * share, 1)


def _rounded(value: float | None, places: int = 1) -> float | None:
    return None if value is None else round(value, places)
