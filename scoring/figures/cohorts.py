"""Customers by the score they had at the end of a day, and who of them bought in the days after.

A cohort is everybody who had a score at the end of a day (``ScorePoint``). Left out are those
archived by then, and those merged into another customer since: what they bought is the other
one's now. Bought means a line of goods (no return) on one of the days after that day, the last
one of the horizon included.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import connection

from backoffice.core.figures.comparison import Rate
from backoffice.core.figures.period import ONE_DAY, midnight
from scoring.engine import scale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Of each customer the latest point up to the day, by one look into the index.
_STATEMENT: Final = """
SELECT point.model_id, point.score, count(*), count(buyer.customer_id)
FROM crm_customer AS customer
CROSS JOIN LATERAL (
    SELECT model_id, score
    FROM scoring_scorepoint
    WHERE customer_id = customer.id AND day <= %(day)s
    ORDER BY day DESC
    LIMIT 1
) AS point
LEFT JOIN (
    SELECT DISTINCT customer_id
    FROM crm_sale
    WHERE sold_on > %(day)s AND sold_on <= %(last)s AND quantity > 0
) AS buyer ON buyer.customer_id = customer.id
WHERE customer.merged_into_id IS NULL
    AND (customer.archived_at IS NULL OR customer.archived_at >= %(end)s)
GROUP BY point.model_id, point.score
ORDER BY point.model_id, point.score
"""


@dataclass(frozen=True, slots=True)
class Count:
    """``customers`` who had ``score`` by ``version``, and how many of them bought."""

    version: int
    score: int
    customers: int
    bought: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """Everybody who had a score at the end of ``day``; ``horizon`` is in days."""

    day: dt.date
    horizon: int
    counts: tuple[Count, ...]

    @property
    def everybody(self) -> Rate:
        """How many bought, whatever their score."""
        return rate(self.counts)

    def of_segment(self, segment: str) -> Rate:
        """How many of those who were Hot, Warm or Cold bought."""
        return self.where(lambda one: scale.segment(one.score) == segment)

    def where(self, belongs: Callable[[Count], bool]) -> Rate:
        """How many of some bought."""
        return rate(one for one in self.counts if belongs(one))


def count(day: dt.date, horizon: int) -> Cohort:
    """Count a cohort; one statement, some seconds for a million customers."""
    last = day + dt.timedelta(days=horizon)
    values = {"day": day, "last": last, "end": midnight(day + ONE_DAY)}
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, values)
        return Cohort(day, horizon, tuple(Count(*row) for row in cursor.fetchall()))


def rate(counts: Iterable[Count]) -> Rate:
    """How many of these customers bought."""
    several = tuple(counts)
    return Rate(sum(one.bought for one in several), sum(one.customers for one in several))
