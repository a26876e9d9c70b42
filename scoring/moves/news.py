"""What changed among the leads since staff were last told: each customer's moves taken together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.utils import timezone

from scoring.leads import worklist
from scoring.models import LeadScore

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

# Named in one e-mail; more are counted.
NAMED: Final = 10
# Told and read by one statement, so that a change committed meanwhile is neither twice nor never
# told. Who was moved last by a new model has done nothing.
_TAKE: Final = """
WITH told AS (
    UPDATE scoring_segmentchange SET told_at = %(now)s WHERE told_at IS NULL RETURNING *
), net AS (
    SELECT customer_id,
        (array_agg(before ORDER BY changed_at, id))[1] AS before,
        (array_agg(after ORDER BY changed_at DESC, id DESC))[1] AS after,
        (array_agg(by_model ORDER BY changed_at DESC, id DESC))[1] AS by_model
    FROM told GROUP BY customer_id
), moved AS (
    SELECT net.customer_id AS id, net.by_model, lead.expected_value AS value,
        net.after = 'Hot' AS is_hot, net.before = 'Hot' AS was_hot
    FROM net JOIN scoring_leadscore AS lead USING (customer_id)
    WHERE net.before <> net.after AND lead.segment = net.after
)
SELECT array_agg(id) FILTER (WHERE is_hot AND NOT by_model),
    count(*) FILTER (WHERE was_hot AND NOT by_model),
    (array_agg(id ORDER BY value DESC, id) FILTER (WHERE was_hot AND NOT by_model))[:%(named)s],
    count(*) FILTER (WHERE by_model)
FROM moved
"""


@dataclass(frozen=True, slots=True)
class News:
    """``newly_hot`` and ``no_longer_hot`` name the first; how many there are is beside them.

    Of what a new model did only the number of customers is known.
    """

    newly_hot: Sequence[LeadScore]
    newly_hot_count: int
    no_longer_hot: Sequence[LeadScore]
    no_longer_hot_count: int
    by_model: int


def take(day: dt.date) -> News:
    """What the changes came to that nobody was told of; they are told now.

    Cold, Hot and Cold again is nothing. Newly hot are those of the worklist of ``day``: who rests
    or may not be reached is left out, as are all who were archived or merged.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"now": timezone.now(), "named": NAMED})
        hot_ids, gone, gone_ids, by_model = cursor.fetchone() or (None, 0, None, 0)
    hot = worklist.to_contact(day).filter(pk__in=hot_ids or ())
    return News(
        newly_hot=list(hot.select_related("customer").order_by("-expected_value", "pk")[:NAMED]),
        newly_hot_count=hot.order_by().count(),
        no_longer_hot=_leads(gone_ids or ()),
        no_longer_hot_count=int(gone),
        by_model=int(by_model),
    )


def _leads(ids: Sequence[int]) -> list[LeadScore]:
    leads = LeadScore.objects.select_related("customer").in_bulk(ids) if ids else {}
    return [leads[pk] for pk in ids if pk in leads]
