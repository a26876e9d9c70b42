"""From a question to the rows it is about: all of them, counted by the database."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q
from django.utils import timezone

from listings.facts import reference_key
from listings.market import euros
from listings.models import Listing, Trader
from listings.search import synonyms

if TYPE_CHECKING:
    from decimal import Decimal

    from django.db.models import QuerySet

    from listings.asking.bounds import Bounds
    from listings.asking.names import Named
    from listings.asking.periods import Days
    from listings.asking.question import Asked

_TYPES = {
    "sale": Listing.Type.SALE,
    "wanted": Listing.Type.WANTED,
    "trade": Listing.Type.TRADE,
    "question": Listing.Type.QUESTION,
}
_OPERATORS = {"least": "gte", "most": "lte", "below": "lt", "above": "gt"}
_MOST_TRADERS = 200


@dataclass(frozen=True, slots=True)
class Matched:
    """``rows`` are all that fit; ``unheard`` the words of the question that none of them has."""

    rows: QuerySet[Listing]
    unheard: tuple[str, ...] = ()


def matched(asked: Asked) -> Matched:
    """The listings of the market that a question is about; none where it names nothing known."""
    if asked.is_empty:
        return Matched(Listing.objects.none())
    rows = _market(asked).filter(_watches(asked), _details(asked), _prices(asked.bounds))
    if asked.days:
        rows = rows.filter(_within(asked.days))
    unheard = []
    for word in asked.words:
        narrowed = rows.filter(_says(word))
        if narrowed.exists():
            rows = narrowed
        else:
            unheard.append(word)
    # Nothing but words, and not all of them: what has some of them is about something else.
    if unheard and not asked.narrows:
        rows = rows.none()
    return Matched(rows, tuple(unheard))


def _market(asked: Asked) -> QuerySet[Listing]:
    if asked.side == "sold":
        sold = Listing.objects.filter(status=Listing.Status.SOLD)
        return sold.exclude(trader__is_blocked=True)
    rows = Listing.objects.live()
    return rows if asked.side == "any" else rows.filter(type=_TYPES[asked.side])


def _watches(asked: Asked) -> Q:
    return reduce(or_, map(watch, asked.named)) if asked.named else Q()


def watch(named: Named) -> Q:
    """The listings of a watch that a question names."""
    if named.reference:
        brand = Q(brand__iexact=named.brand) | Q(brand="") if named.brand else Q()
        return brand & _reference(named.reference)
    if named.nickname:
        said = SearchQuery(named.nickname, search_type="phrase", config="simple")
        is_one = Q(reference_key__in=named.keys) | Q(reference_key="", search_vector=said)
        return Q(brand__iexact=named.brand) & is_one
    family = Q(brand__iexact=named.brand)
    if named.model:
        longer = Q(model__istartswith=f"{named.model} ") & ~Q(model__in=named.sisters)
        family &= Q(model__iexact=named.model) | longer | Q(model__in=named.within)
    return family


def _reference(reference: str) -> Q:
    """A reference, or what begins with it up to a mark: 5711 is 5711/1A, 16610 no 166100."""
    last = "a-z" if reference[-1:].isalpha() else "0-9"
    letters = r"[\s./-]?".join(re.escape(part) for part in re.split(r"[\s./-]", reference))
    begun = rf"^M?{letters}([^{last}]|$)"
    return Q(reference_key=reference_key(reference)) | Q(reference__iregex=begun)


def _details(asked: Asked) -> Q:
    said = {
        "condition": asked.condition,
        "movement": asked.movement,
        "size_mm": asked.size_mm,
        "box": asked.box,
        "papers": asked.papers,
        "year__gte": asked.bounds.year_from,
        "year__lte": asked.bounds.year_to,
    }
    return Q(**{name: value for name, value in said.items() if value not in (None, "")})


def _prices(limits: Bounds) -> Q:
    """Compared in euros; in the currency itself where no rate of it is known."""
    found = Q()
    for name, operator in _OPERATORS.items():
        limit: Decimal | None = getattr(limits, name)
        if limit is None:
            continue
        worth = euros.at(limit, limits.currency, timezone.now())
        if worth is not None:
            found &= Q(**{f"price_eur__{operator}": worth.amount})
        else:
            found &= Q(**{"currency": limits.currency, f"price__{operator}": limit})
    return found


def _within(days: Days) -> Q:
    return Q(
        offered_at__gte=_midnight(days.first),
        offered_at__lt=_midnight(days.last + dt.timedelta(days=1)),
    )


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _says(word: str) -> Q:
    """The text has the word, or one that means the same; or its trader is called so."""
    plain = [re.sub(r"[^\w]", " ", one).split() for one in synonyms.beginnings(word)]
    alternatives = [" & ".join(f"{part}:*" for part in parts) for parts in plain if parts]
    joined = " | ".join(f"({one})" for one in alternatives)
    text = Q(search_vector=SearchQuery(joined, search_type="raw", config="simple"))
    called = Trader.objects.filter(name__iregex=rf"\m{re.escape(word)}\M")
    return text | Q(trader__in=[*called.values_list("pk", flat=True)[:_MOST_TRADERS]])
