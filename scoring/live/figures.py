"""The seven figures of customers as they were known at the end of a day, set-based.

One statement per block of customers. What happened after the day is not looked at, so the same
statement serves scores of today and training on the past:

* contact: a day with a purchase, an entry of the contact history other than a mailing or a visit
  to the website, a mailing that was answered, a message to us from an address that is this
  customer's alone; the last contact is the last of these, so a mailing without an answer and a
  visit to the website are none,
* nor is a call or e-mail that the worklist notes, until it is marked as replied: we went to them
  because of their score, which says nothing new of them,
* mailing: an e-mail, SMS or letter, save one that is noted as done and of no campaign: staff
  wrote that one to this customer alone, it is a contact,
* e-mails sent are mailings by e-mail, once a week old: by then those who open them have done so,
* money is that of the currency the customer buys in most, returns taken off; the usual purchase
  is this money by days with a purchase,
* a customer is known from the first of all these, mailings and visits too, or from the day the
  row was made.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np
from django.conf import settings
from django.db import connection, transaction

from backoffice.core import local_days
from backoffice.core.figures.period import ONE_DAY, midnight
from scoring.engine.clients import FIELDS
from scoring.live import statement

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from numpy.typing import NDArray

BLOCK: Final = 50_000
# Of the seven figures, in the order of scoring.engine.clients.FIELDS, none may pass its limit.
_LIMITS: Final = np.array([field.limit for field in FIELDS], dtype=np.float64)
_MOST: Final = Decimal("999999999999.99")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Customers by their ids: all between two, ends included, or each of some."""

    first: int = 0
    last: int = 0
    ids: tuple[int, ...] | None = None

    def condition(self, column: str) -> str:
        """For a statement; the words are numbers and a column of ours."""
        if self.ids is None:
            return f"{column} BETWEEN {self.first:d} AND {self.last:d}"
        return f"{column} = ANY('{{{','.join(f'{one:d}' for one in self.ids)}}}'::bigint[])"


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
    while (chosen := after(last, size)) is not None:
        last = chosen.last
        found = _block(chosen, day, living=living)
        if len(found.ids):
            yield found


def between(first: int, last: int, day: dt.date, *, living: bool = True) -> Block:
    """The customers whose ids lie within these bounds, ends included; one statement."""
    return _block(Chosen(first, last), day, living=living)


def after(position: int, size: int = BLOCK) -> Chosen | None:
    """The next ``size`` customers with ids above ``position``; None where there are no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(id), max(id) FROM"
            " (SELECT id FROM crm_customer WHERE id > %s ORDER BY id LIMIT %s) AS next",
            [position, size],
        )
        row = cursor.fetchone()
    return Chosen(int(row[0]), int(row[1])) if row and row[0] is not None else None


def facts(chosen: Chosen, day: dt.date, *, living: bool = True) -> str:
    """The statement that reads these customers' facts, named as in ``LeadScore``.

    Those who bought nothing that has a price have no ``usual`` purchase and no ``currency``.
    """
    return statement.FACTS.format(
        people=chosen.condition("id"),
        theirs=chosen.condition("customer_id"),
        living="AND archived_at IS NULL" if living else "",
        **_words(day),
    )


def rows_of(source: str, day: dt.date) -> Block:
    """The seven figures on ``day``, of facts: the statement or the table that has them."""
    words = {"day": _words(day)["day"], "facts": source}
    # COPY takes no parameters; these are a day and statements of ours.
    copied = f"COPY ({statement.FIGURES.format(**words)}) TO STDOUT"
    with connection.cursor() as cursor, cursor.copy(copied) as copying:
        text = b"".join(bytes(part) for part in copying)
    if not text:
        return Block(np.empty(0, dtype=np.int64), np.empty((0, len(FIELDS))))
    table = np.loadtxt(io.BytesIO(text), delimiter="\t", ndmin=2)
    return Block(table[:, 0].astype(np.int64), np.minimum(table[:, 1:], _LIMITS))


def house_currency() -> str:
    """The currency of sales that name none, for a statement."""
    return _quoted(settings.DEFAULT_CURRENCY)


def house_purchase(day: dt.date) -> Decimal:
    """The median of what our customers usually spend, in the default currency; 0 without sales."""
    with connection.cursor() as cursor:
        cursor.execute(statement.HOUSE.format(theirs="TRUE", **_words(day)))
        row = cursor.fetchone()
    return min(Decimal(row[0] or 0), _MOST)


@contextmanager
def by_index() -> Iterator[None]:
    """Within, in one transaction, statements look into tables by their indexes only.

    Else, where tables have grown since PostgreSQL last looked at them, it reads a whole table
    for each customer.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")


def _block(chosen: Chosen, day: dt.date, *, living: bool) -> Block:
    with by_index():
        return rows_of(facts(chosen, day, living=living), day)


def _words(day: dt.date) -> dict[str, str]:
    """A day, and settings of ours."""
    return {
        "day": f"DATE '{day:%Y-%m-%d}'",
        "end": f"TIMESTAMPTZ '{midnight(day + ONE_DAY).isoformat()}'",
        "day_made": local_days.day_of("created_at"),
        "day_occurred": local_days.day_of("occurred_at"),
        "day_sent": local_days.day_of("found.sent_at"),
        "currency": house_currency(),
        "our_calls": statement.OUR_CALLS,
    }


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
