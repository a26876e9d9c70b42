"""Queries of a file: {"id", "query"} and filters under the names that people give them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from backoffice.core import phones
from backoffice.messaging.cleaning import storable
from listings.loading import values
from listings.models import Trader, TraderAddress
from listings.search.query import Query

_TEXTS = ("query", "text", "q", "question")
_NAMES = {
    "price_from": ("price_from", "min_price", "price_min", "price_gte", "price_eur_min"),
    "price_to": ("price_to", "max_price", "price_max", "price_lte", "price_eur_max", "budget"),
    "year_from": ("year_from", "min_year", "year_min", "year_gte"),
    "year_to": ("year_to", "max_year", "year_max", "year_lte"),
    "since": ("since", "date_from", "from_date", "after"),
    "until": ("until", "date_to", "to_date", "before"),
}
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with the id that its answer carries, as the file writes it."""

    id: Any
    query: Query


def read(line: bytes, *, limit: int) -> Asked:
    """Read a line. Raises ``ValueError`` with a sentence where it is no query."""
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ValueError(_("this is not JSON. Write one JSON object per line.")) from None
    if not isinstance(row, dict):
        raise ValueError(_('this is no JSON object. Write {"id": ..., "query": ...}.'))  # noqa: TRY004 - one kind of error for all bad lines
    text = next((row[name] for name in _TEXTS if isinstance(row.get(name), str)), None)
    filters = {**row, **row["filters"]} if isinstance(row.get("filters"), dict) else row
    found = _filters(filters)
    if text is None and not found:
        raise ValueError(_('there is no query under "query".'))
    query = Query(text=storable(text or "", _LONGEST), limit=limit, **found)
    return Asked(row.get("id"), query)


def _filters(row: dict[str, Any]) -> dict[str, Any]:
    given = {name: _first(row, names) for name, names in _NAMES.items()}
    facts = values.facts_of({name: row[name] for name in _FACTS if name in row})
    found: dict[str, Any] = {
        name: facts[name] for name in ("brand", "model", "reference") if name in facts
    }
    found["types"] = _several(row, "type", "types")
    found["conditions"] = _several(row, "condition", "conditions")
    for name in ("price_from", "price_to"):
        found[name] = _number(given[name])
    for name in ("year_from", "year_to"):
        number = _number(given[name])
        found[name] = int(number) if number is not None else facts.get("year")
    for name in ("since", "until"):
        found[name] = _day(given[name])
    found["trader_id"] = _trader(row.get("sender"))
    return {name: value for name, value in found.items() if value not in (None, (), "")}


_FACTS = ("brand", "model", "reference", "ref", "year")


def _first(row: dict[str, Any], names: tuple[str, ...]) -> object:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _several(row: dict[str, Any], one: str, many: str) -> tuple[str, ...]:
    given = row.get(many, row.get(one))
    listed = given if isinstance(given, list) else [given]
    read_facts = [values.facts_of({one: value}) for value in listed if value is not None]
    return tuple(str(facts[one]) for facts in read_facts if one in facts)


def _number(given: object) -> Decimal | None:
    if given is None or isinstance(given, bool):
        return None
    try:
        number = Decimal(str(given))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _day(given: object) -> Any:  # noqa: ANN401 - a date, or nothing
    try:
        return parse_date(str(given)[:10]) if given is not None else None
    except ValueError:
        return None


def _trader(given: object) -> int | None:
    """The trader of a number or a name; one that nobody has finds nothing."""
    if not isinstance(given, str | int) or not str(given).strip():
        return None
    number = phones.normalise(str(given), strict=False)
    address = TraderAddress.objects.filter(value=number or str(given)).first()
    if address is not None:
        return address.trader_id
    named = Trader.objects.filter(name=str(given)).order_by("pk").first()
    return named.pk if named else 0
