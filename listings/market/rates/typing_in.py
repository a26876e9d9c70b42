"""Rates that a person types, for currencies the European Central Bank does not list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from listings.market import euros
from listings.market.rates import storing
from listings.models import ExchangeRate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection
    from decimal import Decimal

_CODE = re.compile(r"[A-Z]{3}", re.ASCII)


def currency_of(text: str) -> str:
    """The code of a currency as it is stored; ``DomainError`` where it is none, or the euro."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        sentence = _("“%(value)s” is no currency code: write three letters, such as AED.")
        raise DomainError(sentence % {"value": text[:20]}, field="currency", value=text)
    if code == euros.EURO:
        raise DomainError(_("A euro is worth a euro: it needs no rate."), field="currency")
    return code


def day_of(day: dt.date) -> dt.date:
    """``DomainError`` for a day that has not come yet."""
    if day > timezone.localdate():
        raise DomainError(
            _("This day has not come yet: choose today or an earlier day."), field="day"
        )
    return day


def keep(rate: ExchangeRate, *, former_day: dt.date | None = None) -> None:
    """Store what a person typed, over the central bank's too, and have offers priced anew.

    ``former_day``: of which day it was before. No import changes it; when it is deleted, the next
    one brings the central bank's back.
    """
    rate.source = storing.STAFF
    with transaction.atomic():
        rate.save()
        storing.price_anew(min(rate.day, former_day or rate.day))


def remove(ids: Collection[int]) -> int:
    """Delete rates; what they priced is priced by the one before, or by none."""
    with transaction.atomic():
        rows = ExchangeRate.objects.filter(pk__in=ids)
        days = list(rows.values_list("day", flat=True))
        rows.delete()
        if days:
            storing.price_anew(min(days))
    return len(days)


def words(rate: Decimal) -> str:
    """A rate as people write it, with the decimals it has, four at least."""
    places = max(4, -int(rate.normalize().as_tuple().exponent))
    return str(number_format(rate, places, force_grouping=True))
