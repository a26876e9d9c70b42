"""Bounds that a search names: "moins de 9000", "10 to 12k", "after 2019", "anni 70".

Prices are taken as euros unless a currency is said; today's rate counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from listings.asking import words
from listings.extraction.prices import CURRENCIES, CURRENCY
from listings.search import roughly

if TYPE_CHECKING:
    from collections.abc import Callable

Years = tuple[int | None, int | None]
Prices = tuple[Decimal | None, Decimal | None, frozenset[str]]

_NUMBER = r"(?P<{0}>\d{{1,3}}(?:[ '.,]\d{{3}})+|\d+(?:[.,]\d{{1,2}})?)"
_THOUSANDS = r"\s?(?P<{0}k>k\d{{0,2}}|tsd\.?|tausend|mille|mil|mila|thousand)?(?![a-z0-9])"
_MONEY = r"(?:(?P<{0}c>" + CURRENCY + r")\s?)?" + _NUMBER + _THOUSANDS
_MONEY += r"(?:\s?(?P<{0}d>" + CURRENCY + r"|e(?![a-z0-9])))?"
_A, _B = _MONEY.format("a"), _MONEY.format("b")

_UNDER = (
    r"(?:moins de|moins d'|sous(?: les)?|maximum|maximal|maxi|max|jusqu'?\s?a"
    r"|pas plus de|ne depassant pas"
    r"|inferieur(?:e|es|s)? a|en dessous de|au dessous de|plafond"
    r"|under|below|less than|up to|no more than|not over|cheaper than|at most|within|sub"
    r"|unter|unterhalb(?: von)?|bis(?: zu)?|hochstens|weniger als|gunstiger als|nicht mehr als"
    r"|sotto(?: i| gli| le)?|meno di|fino a|entro(?: i)?|massimo|al massimo|non oltre"
    r"|menos de|hasta|bajo|por debajo de|maximo|como maximo|inferior a|no mas de"
    r"|budget(?: de| of| von| di)?|presupuesto(?: de)?|<=?)"
)
_OVER = (
    r"(?:plus de|au dessus de|a partir de|superieur(?:e|es|s)? a|minimum|mini|min|au moins"
    r"|over|above|more than|at least|upwards of|starting at|from"
    r"|uber|mehr als|mindestens|ab|oberhalb von"
    r"|oltre(?: i)?|piu di|almeno|sopra(?: i)?|a partire da|minimo|da"
    r"|mas de|al menos|por encima de|desde|superior a|como minimo|>=?)"
)
_AROUND = (
    r"(?:autour de|environ|aux alentours de|vers|dans les|around|about|approx(?:imately)?|roughly"
    r"|circa|ca\.?|ungefahr|etwa|rund|um die|intorno a(?:i)?|alrededor de|sobre los|unos|~|≈)"
)
_BETWEEN = re.compile(
    rf"(?:\b(?:entre|between|zwischen|tra|fra|de|von|from|da|desde)\s)?"
    rf"(?<![a-z0-9.,/-]){_A}\s?"
    rf"(?:-|–|et|and|und|e|y|a|to|bis|hasta)\s?{_B}"
)
_PATTERNS = tuple(
    (kind, re.compile(rf"(?<![a-z])(?P<said>{said})\s?(?:de |of |:)?\s?{_A}"))
    for kind, said in (("under", _UNDER), ("over", _OVER), ("around", _AROUND))
)
_ENDS = {"under": "price_to", "over": "price_from"}
_LIMIT_AFTER = re.compile(rf"(?<![a-z0-9.,/-]){_A}\s?(?P<word>maximum|maxi|max|minimum|mini|min)\b")
_PLAIN = re.compile(rf"(?<![a-z0-9.,/-]){_A}")
# Before a figure of four digits these make it money; "from 2015" and "ab 2015" name a year.
_MONEY_ONLY = (
    rf"(?:{_UNDER}|{_AROUND}|plus de|over|above|more than|at least|mehr als|uber|oltre|mas de)"
)
_BOUND_BEFORE = re.compile(
    rf"(?<![a-z])(?:{_UNDER}|{_OVER}|{_AROUND}|{CURRENCY})\s?(?:de |of |:)?\s?$"
)
_SMALL = 150  # "sous 9" means thousands
_EARLIEST = 1900
_SPREAD = Decimal("0.15")

_YEAR = r"(?:19[3-9]\d|20\d\d)"
_YEARS_BETWEEN = re.compile(
    rf"(?<![\d.,])(?P<low>{_YEAR})\s?(?:-|/|et|and|und|e|y|a|to|bis|al?|hasta)\s?"
    rf"(?P<high>{_YEAR})(?![\d.,]\d|\d)"
)
_YEAR_AFTER = re.compile(
    r"\b(?:apres|depuis|a partir de|des|after|since|from|newer than|post|nach|seit|ab|neuer als"
    rf"|dopo(?: il)?|dal|da|a partire dal|despues de|desde|posterior a)\s(?P<year>{_YEAR})(?!\d)"
)
_YEAR_BEFORE = re.compile(
    r"\b(?:avant|jusqu'?\s?en|before|older than|until|pre|vor|bis|alter als"
    rf"|prima del|fino al|antes de(?:l)?|anterior a)[\s-](?P<year>{_YEAR})(?!\d)"
)
_DECADE = re.compile(
    r"\b(?:(?:annees|anni|anos)\s'?(?P<after>[3-9]0|19[3-9]0)"
    r"|(?P<full>19[3-9]0|20[012]0)'?(?:s|er)\b|'?(?P<short>[3-9]0)'?(?:s|er)\b)"
)
_ONE_YEAR = re.compile(rf"(?<![\w.,/-])(?P<year>{_YEAR})(?![\w/-]|[.,]\d|\s?(?:{CURRENCY}|k\b))")


@dataclass(frozen=True, slots=True)
class Limits:
    """None where nothing is said. ``rest`` is the text without what was read.

    Ends are included, but for those prices that ``left_out`` names ("under 9000").
    """

    price_from: Decimal | None
    price_to: Decimal | None
    left_out: frozenset[str]
    year_from: int | None
    year_to: int | None
    rest: str


def read(low: str) -> Limits:
    """Read the bounds of a folded text; references must be painted over before."""
    years, rest = _years(low)
    prices, rest = _prices(rest)
    return Limits(*prices, *years, rest)


def is_bound(before: str) -> bool:
    """Whether the figure that follows such a folded text is a bound ("sous", "under")."""
    return bool(_BOUND_BEFORE.search(before))


def _years(low: str) -> tuple[Years, str]:
    latest = timezone.localdate().year + 1
    for pattern, read_years in _YEAR_READERS:
        for found in pattern.finditer(low):
            if _is_money(low, found):
                continue
            first, last = read_years(found)
            if (first or 0) <= latest and (last or 0) <= latest + 10:
                return (first, last), _without(low, found)
    return (None, None), low


def _decade(found: re.Match[str]) -> tuple[int, int]:
    said = int(found["after"] or found["full"] or found["short"])
    first = said if said > _EARLIEST else _EARLIEST + said
    return first, first + 9


_YEAR_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Years]], ...] = (
    (_YEARS_BETWEEN, lambda found: (int(found["low"]), int(found["high"]))),
    (_DECADE, _decade),
    (_YEAR_AFTER, lambda found: (int(found["year"]), None)),
    (_YEAR_BEFORE, lambda found: (None, int(found["year"]))),
    (_ONE_YEAR, lambda found: (int(found["year"]), int(found["year"]))),
)


def _is_money(low: str, found: re.Match[str]) -> bool:
    """A figure with a currency, or after a word that only prices have, is no year."""
    after = low[found.end() : found.end() + 6]
    before = low[max(0, found.start() - 24) : found.start()]
    if re.match(rf"\s?(?:{CURRENCY}|e(?![a-z])|k\b)", after):
        return True
    return bool(re.search(rf"(?:{CURRENCY}|(?<![a-z]){_MONEY_ONLY})\s?$", before))


def _prices(low: str) -> tuple[Prices, str]:
    if (found := _BETWEEN.search(low)) and (pair := _pair(found)):
        return (*pair, frozenset()), _without(low, found)
    bounds: dict[str, Decimal] = {}
    left_out: set[str] = set()
    rest = low
    if found := _LIMIT_AFTER.search(low):
        kind = "under" if found["word"].startswith("max") else "over"
        if amount := _amount(found, "a", is_said=True):
            bounds[kind], rest = amount, _without(rest, found)
    for kind, pattern in _PATTERNS:
        found = pattern.search(rest)
        if found and kind not in bounds and (amount := _amount(found, "a", is_said=True)):
            bounds[kind], rest = amount, _without(rest, found)
            left_out |= (
                {_ENDS[kind]} if kind in _ENDS and words.leaves_out(found["said"]) else set()
            )
    if not bounds and (found := _priced(rest)):
        bounds["around"], rest = _amount(found, "a", is_said=False), _without(rest, found)  # type: ignore[assignment]
    if around := bounds.get("around"):
        bounds.setdefault("over", around * (1 - _SPREAD))
        bounds.setdefault("under", around * (1 + _SPREAD))
    return (bounds.get("over"), bounds.get("under"), frozenset(left_out)), rest


def _priced(low: str) -> re.Match[str] | None:
    """A figure that its currency or its k shows to be money."""
    for found in _PLAIN.finditer(low):
        is_money = found["ac"] or found["ad"] or found["ak"]
        if is_money and _amount(found, "a", is_said=False):
            return found
    return None


def _pair(found: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    """Both ends of a range; "10-12k" lends its thousands and its currency to the first."""
    is_said = any(found[name] for name in ("ac", "ad", "ak", "bc", "bd", "bk"))
    is_said = is_said or not found.group()[:1].isdigit()
    first, second = _amount(found, "a", is_said=is_said), _amount(found, "b", is_said=is_said)
    if first is None or second is None:
        return None
    if found["bk"] and not found["ak"] and first < second / 100:
        first *= 1000
    return (first, second) if first < second and (is_said or first > 2100) else None  # noqa: PLR2004 - years are smaller


def _amount(found: re.Match[str], name: str, *, is_said: bool) -> Decimal | None:
    """What a figure is in euros; None where it cannot be a price."""
    figure, thousands = found[name], found[f"{name}k"]
    if re.fullmatch(r"\d{1,3}(?:[ '.,]\d{3})+", figure):
        value = Decimal(re.sub(r"\D", "", figure))
    else:
        value = Decimal(figure.replace(",", "."))
    if thousands:
        extra = thousands[1:] if thousands[:1] == "k" else ""
        value = value * 1000 + (Decimal(extra) * 10 ** (3 - len(extra)) if extra else 0)
    elif is_said and value <= _SMALL:
        value *= 1000
    word = (found[f"{name}c"] or found[f"{name}d"] or "").strip()
    currency = CURRENCIES.get(word, "EUR")
    value = roughly.today(value, currency)
    return value if value >= 10 else None  # noqa: PLR2004 - no watch costs less


def _without(low: str, found: re.Match[str]) -> str:
    return f"{low[: found.start()]} {low[found.end() :]}"
