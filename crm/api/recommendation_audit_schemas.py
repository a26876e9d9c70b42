"""What the API gives of the audit."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Any

from ninja import Field, Schema

if TYPE_CHECKING:
    from crm.models import RecommendationModel


class TallyOut(Schema):
    """Rates and confidence in percent, the data score 0-100, the rating 1-5; null: nothing there.

    The three rates are of all that count (pending, approved, rejected) and make 100;
    ``approval_rate_of_decided`` leaves out those to review.
    """

    total: int
    pending: int
    approved: int
    rejected: int
    average_confidence: float | None
    average_data_quality: float | None
    approval_rate: float | None
    rejection_rate: float | None
    pending_rate: float | None
    approval_rate_of_decided: float | None
    average_rating: float | None
    ratings: int
    contacted: int
    bought: int


class LabelledTallyOut(TallyOut):
    label: str


class ListCountsOut(Schema):
    repeat: int
    new: int


class AlgorithmTallyOut(LabelledTallyOut):
    """``lists``: how many of each it made."""

    lists: ListCountsOut


class PeriodOut(Schema):
    first: dt.date = Field(alias="from")
    last: dt.date = Field(alias="to")


class MetricsOut(TallyOut):
    """Of the recommendations made in ``period``; null: of all."""

    period: PeriodOut | None
    replaced: int
    by_algorithm: dict[str, AlgorithmTallyOut]
    by_segment: dict[str, LabelledTallyOut]


class ThresholdsOut(Schema):
    confidence: float
    data_quality: int
    products: int
    stale_days: int


class ExampleOut(Schema):
    recommendation: int
    customer: int
    name: str
    status: str
    confidence: float
    data_quality: int


class IssueOut(Schema):
    """``link``: the list in the admin, narrowed to these."""

    type: str
    severity: str
    count: int
    message: str
    link: str
    examples: list[ExampleOut]


class FeedbackCountsOut(Schema):
    actions: dict[str, int]
    ratings: dict[str, int]
    rejections: dict[str, int]


class FunnelOut(Schema):
    """Of one algorithm's lists: each rate is of what stands before it, 0-1."""

    question: str
    algorithm: str
    made: int
    decided: int
    approved: int
    contacted: int
    bought: int
    approval_rate: float | None
    contact_rate: float | None
    purchase_rate: float | None


class CalibrationOut(Schema):
    """In percent; ``interval``: within which the true share lies, 95 times of 100."""

    low: float = Field(alias="from")
    high: float = Field(alias="to")
    contacted: int
    stated: float
    bought: float | None
    interval: list[float]


class AuditOut(Schema):
    made_at: dt.datetime
    metrics: MetricsOut
    thresholds: ThresholdsOut
    issues: list[IssueOut]
    feedback: FeedbackCountsOut
    funnel: list[FunnelOut]
    calibration: list[CalibrationOut]


class EvaluationOut(Schema):
    """What was learnt from and measured; ``evaluation`` is as the command prints it."""

    model: int
    as_of: dt.date
    fitted_at: dt.datetime
    winners: dict[str, str]
    data: dict[str, Any]
    evaluation: dict[str, Any]

    @staticmethod
    def resolve_model(row: RecommendationModel) -> int:
        return row.pk
