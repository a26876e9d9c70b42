"""How many readings were validated as they were proposed, and what people changed in the others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from backoffice.core.figures.comparison import Rate

if TYPE_CHECKING:
    from orders.analytics.scope import Scope

# With fewer, a rate says more about chance than about the readings.
ENOUGH_DECISIONS = 200


class Touch(models.TextChoices):
    """Why an order was not validated as it was proposed."""

    REJECTED = "rejected", _("rejected")
    REREAD = "reread", _("read again")
    ASKED = "asked", _("changed or cancelled by the customer")
    CUSTOMER_CHOSEN = "customer_chosen", _("customer chosen")
    CUSTOMER_CHANGED = "customer_changed", _("customer changed")
    CONTACT = "contact", _("name or address of the customer")
    LINE_ADDED = "line_added", _("line added")
    LINE_REMOVED = "line_removed", _("line removed")
    PRODUCT = "product", _("product")
    DESCRIPTION = "description", _("description")
    QUANTITY = "quantity", _("quantity")
    UNIT = "unit", _("unit")
    PRICE = "price", _("unit price")
    DETAILS = "details", _("size, paper or printing")
    TOTAL = "total", _("amount or total")
    CURRENCY = "currency", _("currency")
    DELIVERY_DATE = "delivery_date", _("delivery date")
    NOTES = "notes", _("notes")
    DUPLICATE = "duplicate", _("marked or cleared as a duplicate")
    LANGUAGE = "language", _("language")
    OTHER = "other", _("other")


# What an event's changes call the field. What is not named here is "other".
_REASONS = {
    "rejected": Touch.REJECTED,
    "reread": Touch.REREAD,
    "asked": Touch.ASKED,
    "customer_chosen": Touch.CUSTOMER_CHOSEN,
    "customer_changed": Touch.CUSTOMER_CHANGED,
    "line_added": Touch.LINE_ADDED,
    "line_removed": Touch.LINE_REMOVED,
    "contact_name": Touch.CONTACT,
    "company": Touch.CONTACT,
    "email": Touch.CONTACT,
    "phone": Touch.CONTACT,
    "language": Touch.LANGUAGE,
    "currency": Touch.CURRENCY,
    "total": Touch.TOTAL,
    "delivery_date": Touch.DELIVERY_DATE,
    "notes": Touch.NOTES,
    "duplicate_of_id": Touch.DUPLICATE,
    "line.product_id": Touch.PRODUCT,
    "line.description": Touch.DESCRIPTION,
    "line.quantity": Touch.QUANTITY,
    "line.unit": Touch.UNIT,
    "line.unit_price": Touch.PRICE,
    "line.total": Touch.TOTAL,
    "line.attributes": Touch.DETAILS,
}

# Totals that follow a changed quantity or price, and descriptions that follow a changed product,
# are no touch of their own. Where lines came or went, their places tell nothing about their
# values. A line's "before" and "after" are compared by place. An edit that names no field (an order
# opened by hand) is one all the same: whoever was edited has a reason.
_SQL = """
WITH decided AS ({decided}),
edits AS (
    SELECT event.id, event.order_id, event.changes
    FROM orders_orderevent event JOIN decided ON decided.id = event.order_id
    WHERE event.kind = 'edited' AND event.at <= decided.decided_at
),
fields AS (
    SELECT edits.id, edits.order_id, change.key AS field,
        change.value -> 0 AS was, change.value -> 1 AS is_now,
        edits.changes ? 'lines' AS with_lines
    FROM edits CROSS JOIN LATERAL jsonb_each(edits.changes) change
),
lines AS (
    SELECT id, order_id, was, is_now,
        jsonb_array_length(was) AS count_was, jsonb_array_length(is_now) AS count_now
    FROM fields
    WHERE field = 'lines' AND jsonb_typeof(was) = 'array' AND jsonb_typeof(is_now) = 'array'
),
line_values AS (
    SELECT lines.order_id, old.key AS field,
        (lines.was -> place) ->> 'quantity' IS DISTINCT FROM (lines.is_now -> place) ->> 'quantity'
        OR (lines.was -> place) ->> 'unit_price'
            IS DISTINCT FROM (lines.is_now -> place) ->> 'unit_price' AS amount_follows,
        (lines.was -> place) ->> 'product_id'
            IS DISTINCT FROM (lines.is_now -> place) ->> 'product_id' AS words_follow
    FROM lines
    CROSS JOIN LATERAL generate_series(0, lines.count_was - 1) place
    CROSS JOIN LATERAL jsonb_each(
        CASE WHEN jsonb_typeof(lines.was -> place) = 'object' THEN lines.was -> place
        ELSE '{}'::jsonb END) old
    WHERE lines.count_was = lines.count_now
        AND old.value IS DISTINCT FROM lines.is_now -> place -> old.key
),
touches AS (
    SELECT id AS order_id, 'rejected' AS field FROM decided WHERE status = 'rejected'
    UNION ALL
    SELECT event.order_id, 'reread'
    FROM orders_orderevent event JOIN decided ON decided.id = event.order_id
    WHERE event.kind = 'reread' AND event.at <= decided.decided_at
    UNION ALL
    SELECT asked.order_id, 'asked'
    FROM orders_changerequest asked JOIN decided ON decided.id = asked.order_id
    WHERE asked.state = 'applied'
        AND (asked.kind = 'cancellation' OR asked.decided_at <= decided.decided_at)
    UNION ALL
    SELECT order_id, CASE
        WHEN field <> 'customer_id' THEN field
        WHEN was = 'null'::jsonb THEN 'customer_chosen'
        ELSE 'customer_changed' END
    FROM fields WHERE field <> 'lines' AND NOT (field = 'total' AND with_lines)
    UNION ALL
    SELECT order_id, CASE WHEN count_now > count_was THEN 'line_added' ELSE 'line_removed' END
    FROM lines WHERE count_now <> count_was
    UNION ALL
    SELECT order_id, 'line.' || field FROM line_values
    WHERE NOT (field = 'total' AND amount_follows)
        AND NOT (field IN ('description', 'attributes') AND words_follow)
),
named AS (
    SELECT DISTINCT order_id, COALESCE(%s::jsonb ->> field, 'other') AS reason FROM touches
),
reasons AS (
    SELECT order_id, reason FROM named
    UNION
    SELECT order_id, 'other' FROM edits WHERE order_id NOT IN (SELECT order_id FROM named)
),
alone AS (
    SELECT order_id, reason, count(*) OVER (PARTITION BY order_id) AS reasons FROM reasons
)
SELECT reason, count(*), count(*) FILTER (WHERE reasons = 1) FROM alone GROUP BY reason
UNION ALL
SELECT NULL, (SELECT count(*) FROM decided), (SELECT count(DISTINCT order_id) FROM reasons)
"""


@dataclass(frozen=True, slots=True)
class TouchCount:
    """Orders touched for this reason; ``alone`` of them for no other."""

    touch: Touch
    orders: int
    alone: int


@dataclass(frozen=True, slots=True)
class Touchless:
    """``untouched`` of ``decisions`` about readings were validated as they were proposed."""

    decisions: int
    untouched: int
    touches: tuple[TouchCount, ...]

    @property
    def missing(self) -> int:
        """How many decisions are missing until a rate can be claimed."""
        return max(0, ENOUGH_DECISIONS - self.decisions)

    @property
    def rate(self) -> Rate | None:
        """Nothing until there are decisions enough."""
        return None if self.missing else Rate(self.untouched, self.decisions)


def counted(scope: Scope) -> Touchless:
    """Decisions of the period about orders that a machine had read; one query.

    Validated without any edit by a person, from the proposal to the decision, is untouched:
    an edit that was taken back is an edit. Copies, imported orders and typed ones are left out.
    """
    decided = scope.readings_decided().values("id", "status", "decided_at")
    sql, parameters = decided.query.sql_with_params()
    known = json.dumps({field: touch.value for field, touch in _REASONS.items()})
    with connection.cursor() as cursor:
        # The queryset's own SQL, its values still apart from it.
        cursor.execute(_SQL.replace("{decided}", sql, 1), [*parameters, known])
        rows = cursor.fetchall()
    decisions, touched = next((count, alone) for reason, count, alone in rows if reason is None)
    touches = [TouchCount(Touch(reason), *counts) for reason, *counts in rows if reason is not None]
    touches.sort(key=lambda row: (-row.orders, row.touch.value))
    return Touchless(decisions, decisions - touched, tuple(touches))
