"""How good the recommendations are, for programs (docs/crm-recommendations-api.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from backoffice.core.api import require
from backoffice.core.errors import DomainError
from backoffice.core.figures import period
from crm.api.recommendation_audit_schemas import AuditOut, EvaluationOut, MetricsOut
from crm.api.recommendation_inputs import AuditQuery  # noqa: TC001 - ninja reads it
from crm.recommendations import audit
from crm.recommendations.auditing import report

if TYPE_CHECKING:
    from django.http import HttpRequest

    from backoffice.core.figures.period import Days
    from crm.models import RecommendationModel

router = Router()
VIEW = "crm.view_recommendation"


@router.get(
    "/quality-metrics",
    response=MetricsOut,
    by_alias=True,
    operation_id="recommendation_metrics",
)
def quality_metrics(request: HttpRequest, asked: Query[AuditQuery]) -> dict[str, Any]:
    """Totals, averages and rates in percent, of all, by algorithm and by segment."""
    require(request, VIEW)
    return audit.quality_metrics(_days(asked))


@router.get("/audit", response=AuditOut, by_alias=True, operation_id="recommendation_audit")
def audited(request: HttpRequest, asked: Query[AuditQuery]) -> dict[str, Any]:
    """The metrics, what may be wrong and with which, feedback, what came of it, calibration."""
    require(request, VIEW)
    return audit.audit(_days(asked))


@router.get("/evaluation", response=EvaluationOut | None, operation_id="recommendation_evaluation")
def evaluation(request: HttpRequest) -> RecommendationModel | None:
    """What was measured of the algorithms in use; null where nothing was learnt yet."""
    require(request, VIEW)
    return report.in_use()


def _days(asked: AuditQuery) -> Days | None:
    if asked.since is None and asked.until is None:
        return None
    if asked.since is None:
        sentence = _("Say on which day the period begins.")
        raise DomainError(sentence, code="no_beginning", field="since")
    # A beginning after today is what is wrong then, not the end.
    until = asked.until or max(asked.since, timezone.localdate())
    return period.custom(asked.since, until).days
