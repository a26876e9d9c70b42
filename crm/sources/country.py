"""A source's country: whose phone numbers and postal codes it writes without saying so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from babel import Locale
from babel.numbers import get_territory_currencies
from django.conf import settings
from django.utils.translation import get_language

from crm.mapping import tables
from crm.mapping.context import context_of
from crm.mapping.suggest import suggest
from crm.mapping.transformations.places import TERRITORIES, country_of
from crm.models import DataSource, Entity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crm.models import SourceTable

# Of a choice, these come first; in doubt the earlier is meant.
USUAL = ("FR", "BE", "CH", "LU", "DE", "IT", "ES", "PT", "GB", "NL", "US", "CA", "MA")
ROWS = 300
# So many values that tell a country are needed, and so great a part of them must agree.
FEWEST = 3
AGREEING = 0.6
# Codes that a country does give; most of five figures look like those of several.
_FIVE = {"FR": (1, 98), "DE": (1, 99), "IT": (0, 98), "ES": (1, 52), "US": (0, 99), "MA": (10, 94)}
_FOUR = ("BE", "CH", "LU")


@dataclass(slots=True)
class _Evidence:
    countries: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    postal_codes: list[str] = field(default_factory=list)


def choices() -> list[tuple[str, str]]:
    """Every country by its name in the active language, the company's and the usual ones first."""
    names = Locale.parse((get_language() or "fr").replace("-", "_")).territories
    first = list(dict.fromkeys((settings.PHONE_REGION, *USUAL)))
    rest = sorted(TERRITORIES.difference(first), key=lambda code: str(names.get(code, code)))
    return [(code, str(names.get(code, code))) for code in (*first, *rest)]


def name_of(code: str) -> str:
    """The country's name in the active language; the code where it has none."""
    locale = Locale.parse((get_language() or "fr").replace("-", "_"))
    return str(locale.territories.get(code, code))


def default_of(kind: str) -> str:
    """A new source's country where nobody says so; empty where its files are to tell it."""
    if kind == DataSource.Kind.FILES:
        return ""
    return "FR" if kind == DataSource.Kind.ISAVIGNE else str(settings.PHONE_REGION)


def currencies() -> list[tuple[str, str]]:
    """What is paid with anywhere today, by name, that of the usual countries first."""
    names = Locale.parse((get_language() or "fr").replace("-", "_")).currencies
    first = list(dict.fromkeys(currency_of(code) for code in (settings.PHONE_REGION, *USUAL)))
    others = {currency_of(code) for code in TERRITORIES}.difference(first, {""})
    return [(code, f"{code} – {names.get(code, code)}") for code in (*first, *sorted(others))]


def currency_of(code: str) -> str:
    """What is paid with in the country today, or empty."""
    return next(iter(get_territory_currencies(code)), "") if code else ""


def guess(read: Iterable[SourceTable]) -> str:
    """The country that the customers of these tables are written for; empty where none tells.

    A column of countries says so; else phone numbers without a prefix, and postal codes.
    Raises DomainError where a table cannot be read.
    """
    found = _Evidence()
    for table in read:
        if table.entity == Entity.CUSTOMER:
            _collect(table, found)
    named = Counter(code for text in found.countries if (code := country_of(text)))
    if named:
        code, count = named.most_common(1)[0]
        if count >= AGREEING * named.total():
            return code
    return _by_shape(found)


def _collect(table: SourceTable, found: _Evidence) -> None:
    rows = tables.read(table, ROWS)
    rules = suggest(Entity.CUSTOMER, rows.columns, rows.rows, context_of(table))
    places = {name: place for place, name in enumerate(rows.columns)}
    into = {
        "country": found.countries,
        "phone": found.phones,
        "postal_code": found.postal_codes,
    }
    for rule in rules:
        for column in rule.columns[:1]:
            if rule.field in into and column in places:
                values = (row[places[column]].strip() for row in rows.rows)
                into[rule.field] += [value for value in values if value]


def _by_shape(found: _Evidence) -> str:
    scores = {
        code: _fitting(code, found) for code in dict.fromkeys((settings.PHONE_REGION, *USUAL))
    }
    best = max(scores, key=lambda code: scores[code])
    told = len(found.phones) + len(found.postal_codes)
    return best if told >= FEWEST and scores[best] >= AGREEING * told else ""


def _fitting(code: str, found: _Evidence) -> int:
    """How many of the values are such as this country has."""
    return sum(_is_phone(one, code) for one in found.phones) + _postal(found.postal_codes, code)


def _is_phone(text: str, code: str) -> bool:
    import phonenumbers  # noqa: PLC0415 - slow import

    try:
        number = phonenumbers.parse(text, code)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number_for_region(number, code)


def _postal(codes: Sequence[str], code: str) -> int:
    if code in _FOUR:
        return sum(len(one) == 4 and one.isdecimal() for one in codes)  # noqa: PLR2004 - of such a code
    low, high = _FIVE.get(code, (1, 0))
    return sum(
        len(one) == 5 and one.isdecimal() and low <= int(one[:2]) <= high  # noqa: PLR2004 - as above
        for one in codes
    )
