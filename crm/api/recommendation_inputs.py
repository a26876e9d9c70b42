"""What the addresses of recommendations take."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from typing import Annotated, Literal

from django.db.models import Q
from pydantic import Field

from backoffice.core import local_days
from backoffice.core.api import RowId, Text
from crm.api.inputs import Strict

# Answered at once; more than these are made by the worker.
MOST_AT_ONCE = 20
MOST_CUSTOMERS = 10_000

Status = Literal["pending", "approved", "rejected", "replaced"]
QuestionName = Literal["repeat", "new"]
Segment = Literal["vip", "standard", "at_risk", "prospect", "inactive"]
IssueType = Literal[
    "low_data_quality",
    "opted_out",
    "low_confidence",
    "unavailable_product",
    "stale",
    "few_products",
    "approved_unused",
]
Name = Annotated[Text, Field(max_length=40)]
Comment = Annotated[Text, Field(max_length=500)]
Stars = Annotated[int, Field(ge=1, le=5, strict=True)]


class RecommendationFilters(Strict):
    status: Status | None = None
    """Only these."""
    algorithm: Name | None = None
    """Which made a list of it; with ``question``: that list."""
    question: QuestionName | None = None
    """repeat or new: that have this list."""
    segment: Segment | None = None
    """Of the customer when it was made."""
    customer: RowId | None = None
    """The customer's id."""
    product: RowId | None = None
    """The id of a product on it."""
    run: RowId | None = None
    """The id of the making."""
    min_confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    """0-1."""
    min_quality: Annotated[int, Field(ge=0, le=100)] | None = None
    """0-100 points."""
    created_since: dt.date | None = None
    """Made on this day or later."""
    issue: IssueType | None = None
    """As in the audit."""

    def condition(self) -> Q:
        """On the columns of recommendations; ``product`` and ``issue`` are looked at apart."""
        found = Q()
        for field, value in {
            "status": self.status,
            "segment": self.segment,
            "customer": self.customer,
            "run": self.run,
            "confidence__gte": self.min_confidence,
            "quality__gte": self.min_quality,
        }.items():
            if value is not None:
                found &= Q(**{field: value})
        return found & local_days.within("created_at", self.created_since) & self._lists()

    def _lists(self) -> Q:
        columns = [f"{self.question}_algorithm"] if self.question else _COLUMNS
        if self.algorithm is not None:
            found = Q()
            for column in columns:
                found |= Q(**{column: self.algorithm})
            return found
        return ~Q(**{columns[0]: ""}) if self.question else Q()


_COLUMNS = ["repeat_algorithm", "new_algorithm"]


class GenerateIn(Strict):
    customers: Annotated[list[RowId], Field(max_length=MOST_CUSTOMERS)] | None = None
    """Ids; null: whoever changed, or with ``full`` everybody."""
    algorithm: Name | None = None
    """Instead of the measured winner of each list."""
    top: Annotated[int, Field(ge=1, le=50, strict=True)] | None = None
    """Products per list, 1-50; null: by the rules."""
    full: bool = False
    """Everybody, changed or not."""
    now: bool = False
    """Answer what was made, for at most 20 customers."""


class FeedbackIn(Strict):
    """Any combination; all of it is taken or nothing."""

    rating: Stars | None = None
    """1-5 stars."""
    comment: Comment | None = None
    """In your own words, at most 500 characters; of a rejection its note."""
    action: Literal["approve", "reject"] | None = None
    """approve or reject."""
    reason: Literal["products", "moment", "customer", "data", "other"] | None = None
    """Why it is rejected; "other" where it is left out."""
    product: RowId | None = None
    """The id of the product that stars and comment are of; null: the whole."""


class RegenerateIn(Strict):
    algorithm: Name | None = None
    """Instead of the measured winner of each list."""
    comment: Comment | None = None
    """Why, at most 500 characters."""


class RefuseIn(Strict):
    reason: Comment | None = None
    """Why, at most 500 characters."""


class SwapIn(Strict):
    product: RowId
    """The id of the one to put in its place."""


class RefusedFilters(Strict):
    customer: RowId | None = None
    """The customer's id."""
    product: RowId | None = None
    """The product's id."""


class RunFilters(Strict):
    status: Literal["waiting", "running", "done", "failed"] | None = None
    """Only these."""


class AuditQuery(Strict):
    since: dt.date | None = None
    """The first day on which they were made; null: of all times."""
    until: dt.date | None = None
    """The last day, included; null: today."""
