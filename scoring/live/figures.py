"""The seven figures of customers as they were known at the end of a day, set-based.

One statement per block of customers. What happened after the day is not looked at, so the same
statement serves scores of today and training on the past:

* contact: a day with a purchase, an entry of the contact history other than a mailing or a visit
  to the website, a mailing that was answered, a message to us from an address that is this
  customer's alone,
* e-mails count once a week old: by then those who open them have done so,
* money is that of the currency the customer buys in most, returns taken off,
* a customer is known from the first of all these, or from the day the row was made.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from django.conf import settings
from django.db import connection

from scoring.engine.clients import FIELDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from numpy.typing import NDArray

BLOCK: Final = 50_000
# Of the seven figures, in the order of scoring.engine.clients.FIELDS, none may pass its limit.
_LIMITS: Final = np.array([field.limit for field in FIELDS], dtype=np.float64)

_STATEMENT: Final = """
WITH people AS (
    SELECT id, (created_at AT TIME ZONE {zone})::date AS made
    FROM crm_customer
    WHERE id BETWEEN {first} AND {last} AND merged_into_id IS NULL {living}
), line AS (
    SELECT customer_id, sold_on, quantity, COALESCE(NULLIF(currency, ''), {currency}) AS currency,
        CASE WHEN quantity < 0 THEN -abs(amount) ELSE amount END AS amount
    FROM crm_sale
    WHERE customer_id BETWEEN {first} AND {last} AND sold_on <= {day}
), money AS (
    SELECT DISTINCT ON (customer_id) customer_id, sum(amount) AS spent
    FROM line
    GROUP BY customer_id, currency
    ORDER BY customer_id, count(*) DESC, currency
), bought AS (
    SELECT customer_id, min(sold_on) AS first, max(sold_on) AS last,
        count(DISTINCT sold_on) AS contacts
    FROM line
    WHERE quantity > 0
    GROUP BY customer_id
), entry AS (
    SELECT customer_id, channel, status, (occurred_at AT TIME ZONE {zone})::date AS day
    FROM crm_interaction
    WHERE customer_id BETWEEN {first} AND {last} AND status NOT IN ('planned', 'bounced')
        AND occurred_at < ({day} + 1)::timestamp AT TIME ZONE {zone}
), history AS (
    SELECT customer_id, min(day) AS first, max(day) AS last,
        count(*) FILTER (
            WHERE channel NOT IN ('email', 'visit') OR status = 'replied'
        ) AS contacts,
        count(*) FILTER (WHERE channel = 'email' AND day <= {day} - 7) AS sent,
        count(*) FILTER (
            WHERE channel = 'email' AND day <= {day} - 7
                AND status IN ('opened', 'clicked', 'replied', 'unsubscribed')
        ) AS opened,
        count(*) FILTER (WHERE channel = 'visit') AS visits
    FROM entry
    GROUP BY customer_id
), address AS (
    SELECT customer_id, kind, value
    FROM crm_customeridentity AS own
    WHERE customer_id BETWEEN {first} AND {last} AND kind IN ('email', 'phone', 'whatsapp_user_id')
        AND NOT EXISTS (
            SELECT FROM crm_customeridentity AS other
            WHERE other.kind = own.kind AND other.value = own.value
                AND other.customer_id <> own.customer_id
        )
), written AS (
    SELECT address.customer_id, message.id, (message.sent_at AT TIME ZONE {zone})::date AS day
    FROM address
    JOIN messaging_inboundmessage AS message ON address.kind = 'email'
        AND message.sender_email = address.value
    UNION
    SELECT address.customer_id, message.id, (message.sent_at AT TIME ZONE {zone})::date
    FROM address
    JOIN messaging_inboundmessage AS message ON address.kind = 'phone'
        AND message.sender_phone = address.value
    UNION
    SELECT address.customer_id, message.id, (message.sent_at AT TIME ZONE {zone})::date
    FROM address
    JOIN messaging_inboundmessage AS message ON address.kind = 'whatsapp_user_id'
        AND message.sender_user_id = address.value
), messages AS (
    SELECT customer_id, min(day) AS first, max(day) AS last, count(*) AS contacts
    FROM written
    WHERE day <= {day}
    GROUP BY customer_id
), known AS (
    SELECT people.id,
        LEAST(bought.first, history.first, messages.first,
            CASE WHEN people.made <= {day} THEN people.made END) AS first,
        GREATEST(bought.last, history.last, messages.last) AS last,
        COALESCE(bought.contacts, 0) + COALESCE(history.contacts, 0)
            + COALESCE(messages.contacts, 0) AS contacts,
        GREATEST(COALESCE(money.spent, 0), 0) AS spent,
        COALESCE(history.sent, 0) AS sent,
        COALESCE(history.opened, 0) AS opened,
        COALESCE(history.visits, 0) AS visits
    FROM people
    LEFT JOIN bought ON bought.customer_id = people.id
    LEFT JOIN money ON money.customer_id = people.id
    LEFT JOIN history ON history.customer_id = people.id
    LEFT JOIN messages ON messages.customer_id = people.id
)
SELECT id, {day} - COALESCE(last, first), contacts, spent, sent, opened, visits, {day} - first
FROM known
WHERE first IS NOT NULL
ORDER BY id
"""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Customers, by ascending id, their figures as ``scoring.engine.clients.read`` gives them."""

    ids: NDArray[np.int64]
    rows: NDArray[np.float64]


def blocks(day: dt.date, *, living: bool = True, size: int = BLOCK) -> Iterator[Block]:
    """Yield all customers known at the end of ``day``; ``living`` leaves archived ones out.

    Training takes those archived since, too: on that day nobody knew.
    """
    last = 0
    while (bounds := _bounds(last, size)) is not None:
        first, last = bounds
        found = between(first, last, day, living=living)
        if len(found.ids):
            yield found


def between(first: int, last: int, day: dt.date, *, living: bool = True) -> Block:
    """The customers whose ids lie within these bounds, ends included; one statement."""
    words = {
        "first": f"{first:d}",
        "last": f"{last:d}",
        "day": f"DATE '{day:%Y-%m-%d}'",
        "living": "AND archived_at IS NULL" if living else "",
        "zone": _quoted(settings.TIME_ZONE),
        "currency": _quoted(settings.DEFAULT_CURRENCY),
    }
    # COPY takes no parameters; these are numbers, a day, and settings of ours.
    statement = f"COPY ({_STATEMENT.format(**words)}) TO STDOUT"
    with connection.cursor() as cursor, cursor.copy(statement) as copying:
        text = b"".join(bytes(part) for part in copying)
    if not text:
        return Block(np.empty(0, dtype=np.int64), np.empty((0, len(FIELDS))))
    table = np.loadtxt(io.BytesIO(text), delimiter="\t", ndmin=2)
    return Block(table[:, 0].astype(np.int64), np.minimum(table[:, 1:], _LIMITS))


def _bounds(after: int, size: int) -> tuple[int, int] | None:
    """The ids of the next ``size`` customers, as bounds; None where there are no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(id), max(id) FROM"
            " (SELECT id FROM crm_customer WHERE id > %s ORDER BY id LIMIT %s) AS next",
            [after, size],
        )
        row = cursor.fetchone()
    return (int(row[0]), int(row[1])) if row and row[0] is not None else None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
