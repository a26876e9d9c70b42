"""What came of it: approved -> contacted -> bought within the horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from backoffice.core import local_days
from crm.models import Question
from crm.recommendations import rules

if TYPE_CHECKING:
    import datetime as dt

# Any number nobody else uses: two of them go one after the other.
_ADVISORY_LOCK = 7_215_107

# Returns are for what was bought last before them. So a purchase was kept where what the customer
# holds of the product (bought less returned) never falls back to what it was before the purchase.
_BOUGHT = """
CREATE TEMPORARY TABLE loop_bought ON COMMIT DROP AS
WITH used AS (
    SELECT id AS recommendation_id, customer_id,
        {since} AS since
    FROM crm_recommendation WHERE contacted_at IS NOT NULL
), proposed AS (
    SELECT p.id, u.recommendation_id, u.customer_id, p.product_id, u.since
    FROM used u JOIN crm_recommendedproduct p USING (recommendation_id)
    WHERE p.rank IS NOT NULL
), pair AS (
    SELECT customer_id, product_id, min(since) AS since
    FROM proposed GROUP BY customer_id, product_id
), held AS (
    SELECT customer_id, product_id, s.sold_on, s.quantity, s.id, pair.since, sum(s.quantity) OVER (
        PARTITION BY customer_id, product_id ORDER BY s.sold_on, s.quantity < 0, s.id
    ) AS net
    FROM pair JOIN crm_sale s USING (customer_id, product_id)
    WHERE s.sold_on BETWEEN pair.since AND %(today)s
), kept AS (
    SELECT *, min(net) OVER (
        PARTITION BY customer_id, product_id ORDER BY sold_on, quantity < 0, id
        ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
    ) AS least
    FROM held
)
SELECT p.id, p.recommendation_id, min(k.sold_on) AS bought_on
FROM proposed p JOIN kept k ON k.customer_id = p.customer_id AND k.product_id = p.product_id
    AND k.quantity > 0 AND k.least > k.net - k.quantity
    AND k.sold_on BETWEEN p.since AND p.since + %(horizon)s::int
GROUP BY p.id, p.recommendation_id
"""

# In the order of ids: who marks contacts at the moment locks them in that order, too.
_RECOMMENDATIONS = """
WITH first AS (
    SELECT recommendation_id, min(bought_on) AS bought_on
    FROM loop_bought GROUP BY recommendation_id
), changed AS (
    SELECT r.id, first.bought_on
    FROM crm_recommendation r LEFT JOIN first ON first.recommendation_id = r.id
    WHERE r.contacted_at IS NOT NULL AND r.bought_on IS DISTINCT FROM first.bought_on
    ORDER BY r.id FOR NO KEY UPDATE OF r
)
UPDATE crm_recommendation old SET bought_on = changed.bought_on
FROM changed WHERE old.id = changed.id
"""
_PRODUCTS = """
UPDATE crm_recommendedproduct old SET bought_on = new.bought_on
FROM (
    SELECT p.id, found.bought_on
    FROM crm_recommendedproduct p LEFT JOIN loop_bought found USING (id)
    WHERE p.bought_on IS DISTINCT FROM found.bought_on
) new
WHERE old.id = new.id
"""


def close(today: dt.date | None = None) -> int:
    """Note the purchases that followed a contact, set-based; the number of products bought.

    Counts from the day of the contact to the horizon of today's rules. Safe to repeat: undone
    sales, returns, merges and other horizons change or take away what was noted before.
    """
    values: dict[str, Any] = {
        "today": today or timezone.localdate(),
        "horizon": rules.current().horizon_days,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(_BOUGHT.format(since=local_days.day_of("contacted_at")), values)
        cursor.execute(_RECOMMENDATIONS)
        cursor.execute(_PRODUCTS)
        cursor.execute("SELECT count(*) FROM loop_bought")
        (bought,) = cursor.fetchone()
        cursor.execute("DROP TABLE loop_bought")
    return int(bought)


def funnel() -> list[dict[str, Any]]:
    """Per algorithm and question: made, approved, contacted, bought and the rate of each."""
    rows: list[dict[str, Any]] = []
    for question, column in (
        (Question.REPEAT, "repeat_algorithm"),
        (Question.NEW, "new_algorithm"),
    ):
        with connection.cursor() as cursor:
            cursor.execute(_FUNNEL.format(column=column), {"question": question.value})
            rows += [_line(question.value, *found) for found in cursor]
    return rows


_FUNNEL = """
SELECT r.{column}, count(*),
    count(*) FILTER (WHERE r.status IN ('approved', 'rejected')),
    count(*) FILTER (WHERE r.status = 'approved'),
    count(*) FILTER (WHERE r.contacted_at IS NOT NULL),
    count(*) FILTER (WHERE r.bought_on IS NOT NULL AND EXISTS (
        SELECT FROM crm_recommendedproduct p
        WHERE p.recommendation_id = r.id AND p.question = %(question)s
            AND p.algorithm = r.{column} AND p.bought_on IS NOT NULL
    ))
FROM crm_recommendation r
WHERE r.{column} <> '' AND r.status <> 'replaced'
GROUP BY r.{column} ORDER BY r.{column}
"""


def _line(  # noqa: PLR0913 - the columns
    question: str,
    algorithm: str,
    made: int,
    decided: int,
    approved: int,
    contacted: int,
    bought: int,
) -> dict[str, Any]:
    return {
        "question": question,
        "algorithm": algorithm,
        "made": made,
        "decided": decided,
        "approved": approved,
        "contacted": contacted,
        "bought": bought,
        "approval_rate": _rate(approved, decided),
        "contact_rate": _rate(contacted, approved),
        "purchase_rate": _rate(bought, contacted),
    }


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
