"""Recency, frequency, monetary and segment of every customer, set-based."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from psycopg import errors

from crm.models import CustomerProfile
from crm.profiles import rules, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Any number nobody else uses: two recomputations go one after the other.
_ADVISORY_LOCK = 7_215_104
# Somebody deleted customers whose profiles we were writing: the next time they are gone.
_TRIES = 3
_PASSING = (errors.ForeignKeyViolation, errors.DeadlockDetected)


def recompute(customer_ids: Sequence[int] | None = None) -> int:
    """Bring every customer's profile up to date with their sales; the number of profiles.

    Only those of ``customer_ids`` where given: the others keep their fifths until the whole is
    computed again, which the day's date asks for each night anyway.
    """
    if customer_ids is not None and not customer_ids:
        return 0
    is_partial = customer_ids is not None
    now = timezone.now()
    parameters: dict[str, Any] = {
        **rules.PARAMETERS,
        "today": timezone.localdate(now),
        "now": now,
        "currency": settings.DEFAULT_CURRENCY,
        "ids": list(customer_ids or []),
    }

    def only(column: str) -> str:
        return statements.ONLY.format(column=column) if is_partial else ""

    steps = (
        *filter(
            None, map(str.strip, statements.LINES.format(only=only("s.customer_id")).split(";"))
        ),
        statements.FIGURES,
        statements.PREFERENCES,
        statements.QUALITY.format(
            only_identity=only("customer_id"),
            only_record=only("object_id"),
            only_customer=only("c.id"),
        ),
        statements.FORGET_MERGED,
        statements.WRITE.format(),
        statements.RANKS.format(only=only("p.customer_id")),
        statements.DROP,
    )
    for left in reversed(range(_TRIES)):
        try:
            _run(steps, parameters)
            break
        except (IntegrityError, OperationalError) as error:
            if not (left and isinstance(error.__cause__, _PASSING)) or connection.in_atomic_block:
                raise
    found = CustomerProfile.objects.all()
    return found.filter(pk__in=parameters["ids"]).count() if is_partial else found.count()


def recompute_one(customer_id: int) -> CustomerProfile | None:
    """The customer's profile as of now; None for one who was merged into another."""
    recompute([customer_id])
    return CustomerProfile.objects.filter(pk=customer_id).first()


def _run(steps: Iterable[str], parameters: dict[str, Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
        cursor.execute("SET LOCAL work_mem = '128MB'")
        for statement in steps:
            cursor.execute(statement, parameters)
