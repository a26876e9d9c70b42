"""What the addresses of recommendations take."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from typing import Annotated, Literal

from django.db.models import Q
from pydantic import Field

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
    """``question`` with ``algorithm``: that this algorithm made this list."""

    status: Status | None = None
    algorithm: Name | None = None
    question: QuestionName | None = None
    segment: Segment | None = None
    customer: RowId | None = None
    product: RowId | None = None
    run: RowId | None = None
    min_confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    min_quality: Annotated[int, Field(ge=0, le=100)] | None = None
    created_since: dt.date | None = None
    issue: IssueType | None = None

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
            "created_at__date__gte": self.created_since,
        }.items():
            if value is not None:
                found &= Q(**{field: value})
        return found & self._lists()

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
    """Without ``customers`` whoever changed, with ``full`` everybody.

    ``now`` answers what was made for the customers (at most 20) with what was learnt last.
    """

    customers: Annotated[list[RowId], Field(max_length=MOST_CUSTOMERS)] | None = None
    algorithm: Name | None = None
    top: Annotated[int, Field(ge=1, le=50, strict=True)] | None = None
    full: bool = False
    now: bool = False


class FeedbackIn(Strict):
    """Any combination; all of it is taken or nothing.

    ``reason`` says why it is rejected ("other" where it is left out) and the comment is its note.
    ``product`` (an id): the stars and the comment are of this product.
    """

    rating: Stars | None = None
    comment: Comment | None = None
    action: Literal["approve", "reject"] | None = None
    reason: Literal["products", "moment", "customer", "data", "other"] | None = None
    product: RowId | None = None


class RegenerateIn(Strict):
    """``algorithm``: instead of the measured winner of each list."""

    algorithm: Name | None = None
    comment: Comment | None = None


class RefuseIn(Strict):
    reason: Comment | None = None


class SwapIn(Strict):
    """``product``: the id of the one to put in its place."""

    product: RowId


class RefusedFilters(Strict):
    customer: RowId | None = None
    product: RowId | None = None


class RunFilters(Strict):
    status: Literal["waiting", "running", "done", "failed"] | None = None


class AuditQuery(Strict):
    """Of the recommendations made in these days; of all of them without."""

    since: dt.date | None = None
    until: dt.date | None = None
