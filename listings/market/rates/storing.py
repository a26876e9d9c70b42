"""Keeping rates: what a file says that is not known yet, and what a person types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core import jobs
from backoffice.core.errors import DomainError
from listings.market.rates import ecb_file
from listings.models import ExchangeRate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from listings.market.rates.ecb_file import Problem, Sheet

ECB, STAFF = "ecb", "staff"
_BATCH = 50_000
# Two imports at a time would write the same rows: any number nobody else uses.
_LOCK = 7_215_407

# Arrays rather than rows of parameters: the whole history is 270,000 of them.
_UPSERT = """
INSERT INTO listings_exchangerate (currency, day, rate, source, created_at)
SELECT one.*, %s, now() FROM unnest(%s::text[], %s::date[], %s::numeric[]) AS one
ON CONFLICT (currency, day) DO UPDATE SET rate = excluded.rate, source = excluded.source
"""


@dataclass(slots=True)
class Outcome:
    """What an import did. ``since``: the first day whose rates are new or other ones now."""

    added: int = 0
    corrected: int = 0
    unchanged: int = 0
    # Other rates stand there, typed by a person.
    kept: int = 0
    wrong: int = 0
    problems: list[Problem] = field(default_factory=list)
    since: dt.date | None = None
    last_day: dt.date | None = None

    def sentences(self) -> list[str]:
        """What a person is told, the first bad cells last."""
        words = {
            "added": self.added,
            "corrected": self.corrected,
            "unchanged": self.unchanged,
            "day": self.last_day or "–",
        }
        told = [
            _(
                "Rates up to %(day)s: %(added)d new, %(corrected)d corrected,"
                " %(unchanged)d known already."
            )
            % words
        ]
        if self.kept:
            told.append(
                ngettext(
                    "%(count)d rate typed by a person stays as it is.",
                    "%(count)d rates typed by people stay as they are.",
                    self.kept,
                )
                % {"count": self.kept}
            )
        if self.wrong:
            told.append(
                ngettext(
                    "%(count)d cell was left out.", "%(count)d cells were left out.", self.wrong
                )
                % {"count": self.wrong}
            )
        return told


def load(data: bytes) -> Outcome:
    """Keep the rates of a file of the European Central Bank; the same file again changes nothing.

    Bad cells are left out and told. Listings are priced anew by a job. ``DomainError`` where the
    file cannot be used, or holds no rate at all.
    """
    sheet = ecb_file.read(data)
    if not sheet.rates and not sheet.problems:
        raise DomainError(_("The file holds no rate."), code="empty_file", field="file")
    return store(sheet)


def store(sheet: Sheet) -> Outcome:
    """Write what is new or other than before; a person's rates stay."""
    outcome = Outcome(wrong=sheet.wrong, problems=sheet.problems)
    if not sheet.rates:
        return outcome
    outcome.last_day = max(day for _currency, day in sheet.rates)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        changed = list(_changed(sheet, outcome))
        _write(changed)
        if changed:
            outcome.since = min(rate.day for rate in changed)
            price_anew(outcome.since)
    return outcome


def price_anew(since: dt.date) -> None:
    """Have what was offered on that day and later priced again, once this transaction commits."""
    from listings import tasks  # noqa: PLC0415 - tasks import what calls this

    jobs.enqueue(tasks.reprice, since.isoformat())


def _write(rates: Sequence[ExchangeRate]) -> None:
    """Insert or correct them: the whole history holds 270,000."""
    for start in range(0, len(rates), _BATCH):
        block = rates[start : start + _BATCH]
        columns = ([one.currency for one in block], [one.day for one in block])
        with connection.cursor() as cursor:
            cursor.execute(_UPSERT, [ECB, *columns, [one.rate for one in block]])


def _changed(sheet: Sheet, outcome: Outcome) -> Iterator[ExchangeRate]:
    known = _known(sheet)
    for (currency, day), rate in sheet.rates.items():
        former, source = known.get((currency, day), (None, ECB))
        if former == rate:
            outcome.unchanged += 1
        elif former is not None and source == STAFF:
            outcome.kept += 1
        else:
            outcome.added += former is None
            outcome.corrected += former is not None
            yield ExchangeRate(currency=currency, day=day, rate=rate, source=ECB)


def _known(sheet: Sheet) -> dict[tuple[str, dt.date], tuple[Decimal, str]]:
    days = [day for _currency, day in sheet.rates]
    rows = ExchangeRate.objects.filter(
        currency__in={currency for currency, _day in sheet.rates},
        day__range=(min(days), max(days)),
    ).order_by()
    columns = rows.values_list("currency", "day", "rate", "source")
    return {
        (currency, day): (rate, source)
        for currency, day, rate, source in columns.iterator(chunk_size=20_000)
    }
