"""Whether the rates are fresh, and which currencies lack one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Max, Q
from django.utils import timezone

from backoffice.core.kept import Kept
from listings.market import comparing, euros
from listings.market.rates import storing
from listings.models import ExchangeRate, Listing

if TYPE_CHECKING:
    from collections.abc import Mapping

# Rates come each working day: at Easter four days lie between two of them.
STALE_AFTER = dt.timedelta(days=4)
# What a person types for a currency that the bank does not list is mostly tied to the dollar.
STALE_TYPED_AFTER = dt.timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Lacking:
    """Offers of the last days in a currency that could not be priced, or by an old rate only."""

    currency: str
    unpriced: int
    outdated: int
    # The last day with a rate; None where there is none at all.
    last_day: dt.date | None
    from_ecb: bool


@dataclass(frozen=True, slots=True)
class State:
    """``last_day`` is the newest day of the European Central Bank's rates."""

    last_day: dt.date | None
    currencies: int
    lacking: tuple[Lacking, ...]

    @property
    def is_stale(self) -> bool:
        return is_stale(self.last_day)


@Kept
def last_day() -> dt.date | None:
    """The newest day of the European Central Bank's rates."""
    days = ExchangeRate.objects.exclude(source=storing.STAFF).values_list("day", flat=True)
    return days.order_by("-day").first()


def is_stale(day: dt.date | None) -> bool:
    """Whether the newest rate is older than it should be; so are no rates at all."""
    return day is None or timezone.localdate() - day > STALE_AFTER


def build() -> State:
    """As things are now: three queries."""
    newest = ExchangeRate.objects.order_by("currency").values("currency")
    rows = {
        row["currency"]: row
        for row in newest.annotate(
            last_day=Max("day"), ecb_day=Max("day", filter=~Q(source=storing.STAFF))
        )
    }
    days = [row["ecb_day"] for row in rows.values() if row["ecb_day"]]
    return State(max(days, default=None), len(rows), tuple(_lacking(rows)))


current = Kept(build)


def forget() -> None:
    """Look anew: this process has changed the rates."""
    current.forget()
    last_day.forget()


def _lacking(rates: Mapping[str, Mapping[str, Any]]) -> list[Lacking]:
    since = timezone.now() - dt.timedelta(days=comparing.DAYS)
    of_bank = Q(currency__in=[code for code, row in rates.items() if row["ecb_day"]])
    old = Q(of_bank, offered_at__date__gt=F("rate_day") + STALE_AFTER) | Q(
        offered_at__date__gt=F("rate_day") + STALE_TYPED_AFTER
    )
    found = (
        Listing.objects.filter(price__isnull=False, offered_at__gte=since)
        .exclude(currency__in=["", euros.EURO])
        .order_by("currency")
        .values("currency")
        .annotate(
            unpriced=Count("pk", filter=Q(price_eur__isnull=True)),
            outdated=Count("pk", filter=old),
        )
        .filter(Q(unpriced__gt=0) | Q(outdated__gt=0))
    )
    return [
        Lacking(
            row["currency"],
            row["unpriced"],
            row["outdated"],
            rates.get(row["currency"], {}).get("last_day"),
            bool(rates.get(row["currency"], {}).get("ecb_day")),
        )
        for row in found
    ]
