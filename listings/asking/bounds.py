"""Limits of price and year in a question: "under 50k", "entre 8 et 10k", "von 2015 bis 2020"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from listings.extraction import prices

if TYPE_CHECKING:
    from collections.abc import Iterable

    from listings.extraction.message import Message
    from listings.extraction.prices import Amount
    from listings.extraction.tokens import Match

Span = tuple[int, int]
_FIRST_YEAR, _LAST_YEAR = 1900, 2050
_SMALLEST = 100  # without a currency
_AROUND = Decimal("0.1")
_YEAR = re.compile(r"(?<![\w.,'/-])(?:19|20)\d\d(?![\w'/-]|[.,]\d)")
_TO = re.compile(r"\s?(?:-|/|to|a|et|and|und|bis|e|y|hasta|al|till|until|fino a)\s?(?:[€$£]\s?)?")
_MONEY_AFTER = re.compile(r"\s?(?:€|\$|£|eur\b|euros?\b|usd\b|chf\b|gbp\b|k\b)")
_SIGN = re.compile(r"(<=|>=|=<|=>|≤|≥|<|>)\s*(?:[€$£]\s*)?$")
# "between 8 and 10k"
_SHORT = re.compile(
    r"(?<![\w.,])(?P<figure>\d{1,3}(?:[.,]\d)?)\s?(?:-|/|to|a|et|and|und|bis|e|y|hasta)\s?[€$£]?$"
)
_SIGNS = {"<": "below", ">": "above"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Prices are in ``currency``; ``below`` and ``above`` leave their ends out, others do not."""

    currency: str = "EUR"
    least: Decimal | None = None
    most: Decimal | None = None
    below: Decimal | None = None
    above: Decimal | None = None
    year_from: int | None = None
    year_to: int | None = None

    @property
    def has_price(self) -> bool:
        return any(value is not None for value in (self.least, self.most, self.below, self.above))


NONE = Bounds()


def read(
    message: Message, masked: str, found: dict[str, list[Match[str]]]
) -> tuple[Bounds, list[Span]]:
    """The limits, and where they are said; ``masked`` is the text without names and numbers."""
    dated = [match.span() for match in _YEAR.finditer(masked) if _is_year(message, match, found)]
    years, spans = _years(message, dated, found)
    amounts = [
        amount
        for amount in prices.find(masked)
        if not any(start <= amount.start < end for start, end in dated)
        and (amount.currency or amount.value >= _SMALLEST or amount.thousands)
    ]
    priced, of_prices = _prices(message, amounts, found)
    return replace(priced, year_from=years[0], year_to=years[1]), [*spans, *of_prices]


def _before(matches: Iterable[Match[str]], message: Message, start: int) -> str:
    """The value of the phrase that ends just before ``start``."""
    near = [
        match
        for match in matches
        if match.end <= start and re.fullmatch(r"[\s:€$£]{0,3}", message.low[match.end : start])
    ]
    return max(near, key=lambda match: match.end).value if near else ""


def _is_year(message: Message, match: re.Match[str], found: dict[str, list[Match[str]]]) -> bool:
    start, end = match.span()
    if not _FIRST_YEAR <= int(match.group()) <= _LAST_YEAR or _MONEY_AFTER.match(message.low, end):
        return False
    if re.search(r"[€$£]\s?$", message.low[:start]):
        return False
    said = _before(found.get("dated", ()), message, start)
    limit = _before(found.get("bound", ()), message, start)
    # "under 2000" is money, "after 2000" is not; "up to 2000" is both, and money more often.
    return bool(said in {"after", "from", "before"}) or limit not in {"below", "above", "most"}


def _years(
    message: Message, dated: list[Span], found: dict[str, list[Match[str]]]
) -> tuple[tuple[int | None, int | None], list[Span]]:
    if not dated:
        return (None, None), []
    years = [int(message.low[start:end]) for start, end in dated]
    if len(dated) > 1 and _TO.fullmatch(message.low[dated[0][1] : dated[1][0]]):
        low, high = sorted(years[:2])
        return (low, high), dated[:2]
    start, end = dated[0]
    said = _before(found.get("dated", ()), message, start)
    later = any(match.start - end in {0, 1} for match in found.get("later", ()))
    year = years[0]
    ranges: dict[str, tuple[int | None, int | None]] = {
        "after": (year + 1, None),
        "from": (year, None),
        "before": (None, year - 1),
        "to": (None, year),
    }
    return (year, None) if later else ranges.get(said, (year, year)), dated[:1]


def _prices(
    message: Message, amounts: list[Amount], found: dict[str, list[Match[str]]]
) -> tuple[Bounds, list[Span]]:
    limits, spans, index = NONE, [], 0
    while index < len(amounts):
        amount = amounts[index]
        after = amounts[index + 1] if index + 1 < len(amounts) else None
        if after and _TO.fullmatch(message.low[amount.end : after.start]):
            low, high = _range(amount, after)
            currency = after.currency or amount.currency or "EUR"
            limits = replace(limits, currency=currency, least=low, most=high)
            spans += [(amount.start, after.end)]
            index += 2
            continue
        index += 1
        short = _SHORT.search(message.low[: amount.start])
        if short and amount.thousands:
            low = Decimal(short["figure"].replace(",", ".")) * 1000
            limits = replace(
                limits, currency=amount.currency or "EUR", least=low, most=amount.value
            )
            spans += [(short.start(), amount.end)]
            continue
        said = _said(message, amount, found)
        if not said:
            continue
        limits = _limited(replace(limits, currency=amount.currency or "EUR"), said, amount.value)
        spans.append((amount.start, amount.end))
    return limits, spans


def _range(first: Amount, second: Amount) -> tuple[Decimal, Decimal]:
    """Lowest and highest; "8-10k" means thousands twice."""
    low = first.value
    if second.thousands and not first.thousands and low * 100 < second.value:
        low *= 1000
    return min(low, second.value), max(low, second.value)


def _said(message: Message, amount: Amount, found: dict[str, list[Match[str]]]) -> str:
    sign = _SIGN.search(message.low[: amount.start])
    if sign:
        return _SIGNS.get(sign[1], "most" if "<" in sign[1] or sign[1] == "≤" else "least")
    said = _before(found.get("bound", ()), message, amount.start)
    # A bare figure is a price only where a word makes it one.
    return said or ("most" if amount.currency or amount.thousands else "")


def _limited(limits: Bounds, said: str, value: Decimal) -> Bounds:
    if said == "about":
        return replace(limits, least=value * (1 - _AROUND), most=value * (1 + _AROUND))
    field = {"between": "least"}.get(said, said)
    return replace(limits, **{field: value})  # type: ignore[arg-type]
