"""What the API gives of the audit."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Any

from ninja import Field

from crm.api.recommendation_schemas import Described

if TYPE_CHECKING:
    from crm.models import RecommendationModel


class TallyOut(Described):
    """Figures are null where there is nothing to count; the three rates of the total make 100."""

    total: int
    """All that count: pending, approved and rejected."""
    pending: int
    """To review."""
    approved: int
    """Approved."""
    rejected: int
    """Rejected."""
    average_confidence: float | None
    """Percent, 0-100."""
    average_data_quality: float | None
    """Points, 0-100."""
    approval_rate: float | None
    """Percent of the total."""
    rejection_rate: float | None
    """Percent of the total."""
    pending_rate: float | None
    """Percent of the total."""
    approval_rate_of_decided: float | None
    """Percent of those approved or rejected."""
    average_rating: float | None
    """Stars, 1-5, of those that were rated."""
    ratings: int
    """How many were rated."""
    contacted: int
    """How many were used."""
    bought: int
    """How many of those led to a purchase within the horizon."""


class LabelledTallyOut(TallyOut):
    label: str
    """For people, in the language asked for."""


class ListCountsOut(Described):
    repeat: int
    """Lists to buy again."""
    new: int
    """Lists to discover."""


class AlgorithmTallyOut(LabelledTallyOut):
    lists: ListCountsOut
    """How many of each it made."""


class PeriodOut(Described):
    first: dt.date = Field(alias="from")
    """The first day."""
    last: dt.date = Field(alias="to")
    """The last day, included."""


class MetricsOut(TallyOut):
    period: PeriodOut | None
    """Days in which they were made; null: of all times."""
    replaced: int
    """How many newer ones took the place of; they do not count."""
    by_algorithm: dict[str, AlgorithmTallyOut]
    """By name; who made both lists counts once."""
    by_segment: dict[str, LabelledTallyOut]
    """By segment of the customers when they were made."""


class ThresholdsOut(Described):
    confidence: float
    """Percent below which confidence is low."""
    data_quality: int
    """Points below which there is little data."""
    products: int
    """Fewer than these are few."""
    stale_days: int
    """Days after which one is outdated."""


class ExampleOut(Described):
    recommendation: int
    """Its id."""
    customer: int
    """The customer's id."""
    name: str
    """The customer's name."""
    status: str
    """pending, approved or rejected."""
    confidence: float
    """Percent, 0-100."""
    data_quality: int
    """Points, 0-100."""


class IssueOut(Described):
    type: str
    """low_data_quality, opted_out, low_confidence, unavailable_product, stale ..."""
    severity: str
    """high, medium or low."""
    count: int
    """How many recommendations have it."""
    message: str
    """What is wrong and what to do, in a sentence."""
    link: str
    """The list in the admin, narrowed to these."""
    examples: list[ExampleOut]
    """The latest few."""


class FeedbackCountsOut(Described):
    actions: dict[str, int]
    """How often each was done."""
    ratings: dict[str, int]
    """How often 1 to 5 stars were given."""
    rejections: dict[str, int]
    """How many were rejected for each reason."""


class FunnelOut(Described):
    """Of one algorithm's lists."""

    question: str
    """repeat (to buy again) or new (to discover)."""
    algorithm: str
    """Which made the lists."""
    made: int
    """Lists."""
    decided: int
    """Of recommendations that were approved or rejected."""
    approved: int
    """Of recommendations that were approved."""
    contacted: int
    """Of recommendations that were used."""
    bought: int
    """With a product bought within the horizon."""
    approval_rate: float | None
    """0-1, of those decided."""
    contact_rate: float | None
    """0-1, of those approved."""
    purchase_rate: float | None
    """0-1, of those contacted."""


class CalibrationOut(Described):
    low: float = Field(alias="from")
    """Percent: confidence from."""
    high: float = Field(alias="to")
    """Percent: confidence to."""
    contacted: int
    """Recommendations used so long ago that the horizon is over."""
    stated: float
    """Percent: their mean confidence."""
    bought: float | None
    """Percent of them that led to a purchase."""
    interval: list[float]
    """Percent: the true share lies within, 95 times of 100."""


class AuditOut(Described):
    made_at: dt.datetime
    """When it was counted."""
    metrics: MetricsOut
    """The figures of /api/quality-metrics."""
    by_algorithm: dict[str, AlgorithmTallyOut]
    """As in the metrics."""
    by_segment: dict[str, LabelledTallyOut]
    """As in the metrics."""
    thresholds: ThresholdsOut
    """What the issues go by."""
    issues: list[IssueOut]
    """What may be wrong, the worst first; without those that nobody has."""
    feedback: FeedbackCountsOut
    """What people did and thought."""
    funnel: list[FunnelOut]
    """Of each algorithm's lists, of all times."""
    calibration: list[CalibrationOut]
    """Whether the confidence keeps its word, by bands."""


class EvaluationOut(Described):
    model: int
    """The number of what was learnt."""
    as_of: dt.date
    """Purchases until this day."""
    fitted_at: dt.datetime
    """When it was learnt."""
    winners: dict[str, str]
    """The measured winner of each list."""
    data: dict[str, Any]
    """How much it was learnt from."""
    evaluation: dict[str, Any]
    """As ``manage.py evaluate_recommendations --json`` prints it."""

    @staticmethod
    def resolve_model(row: RecommendationModel) -> int:
        return row.pk
