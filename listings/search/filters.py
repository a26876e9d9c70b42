"""From the filters of a query to the rows that fit, and what a query may not be."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.text import folded
from listings import facts
from listings.models import Listing
from listings.reading import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from listings.search.query import Query

MOST = 100
DEEPEST = 1_000
_LONGEST_TEXT = 1_000


def check(query: Query) -> None:
    """Raise ``DomainError`` that names the field where the query cannot be."""
    if not 1 <= query.limit <= MOST:
        sentence = _("A search gives 1 to %(most)s listings at a time.") % {"most": MOST}
        raise DomainError(sentence, field="limit", value=query.limit)
    if not 0 <= query.offset <= DEEPEST:
        sentence = _(
            "A search goes no deeper than %(most)s listings. Narrow it down by filters."
        ) % {"most": DEEPEST}
        raise DomainError(sentence, field="offset", value=query.offset)
    if len(query.text) > _LONGEST_TEXT:
        sentence = _("Search with at most %(most)s characters.") % {"most": _LONGEST_TEXT}
        raise DomainError(sentence, field="text", value=query.text[:60])
    for name, said, known in (
        ("types", query.types, Listing.Type.values),
        ("conditions", query.conditions, Listing.Condition.values),
    ):
        for value in said:
            if value not in known:
                sentence = _("“%(value)s” is none of: %(known)s.") % {
                    "value": value,
                    "known": ", ".join(known),
                }
                raise DomainError(sentence, field=name, value=value)


def rows(query: Query) -> QuerySet[Listing]:
    """The listings that fit all filters of the query; its text is not looked at."""
    found = Listing.objects.live() if query.live_only else Listing.objects.all()
    return found.filter(_facts(query), _amounts(query), _days(query))


def _facts(query: Query) -> Q:
    wanted, known = Q(), catalogue.current()
    if query.types:
        wanted &= Q(type__in=query.types)
    if query.brand:
        wanted &= Q(brand__in=_spellings(query.brand, (row.brand for row in known.brands)))
    if query.model:
        wanted &= Q(model__in=_spellings(query.model, (row.model for row in known.models)))
    if query.reference:
        wanted &= Q(reference_key=facts.reference_key(query.reference))
    if query.conditions:
        wanted &= Q(condition__in=query.conditions)
    if query.trader_id is not None:
        wanted &= Q(trader_id=query.trader_id)
    return wanted


def _spellings(said: str, names: Iterable[str]) -> list[str]:
    """The name as said, and as the catalogue writes it: no index knows upper from lower case."""
    low = folded(said.strip())
    return [said.strip(), *{name for name in names if folded(name) == low}]


def _amounts(query: Query) -> Q:
    limits = {
        "price_eur__gte": query.price_from,
        "price_eur__lte": query.price_to,
        "year__gte": query.year_from,
        "year__lte": query.year_to,
    }
    return Q(**{name: value for name, value in limits.items() if value is not None})


def _days(query: Query) -> Q:
    """From the first moment of ``since`` to the last one of ``until``, by the house's clock."""
    wanted = Q()
    if query.since:
        wanted &= Q(offered_at__gte=_midnight(query.since))
    # Nothing comes after the last day there is.
    if query.until and query.until < dt.date.max:
        wanted &= Q(offered_at__lt=_midnight(query.until + dt.timedelta(days=1)))
    return wanted


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
