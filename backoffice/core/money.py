"""Figures and currencies as people write them.

``babel`` reads a figure when the locale is known. In a message it is not: the
shape of the figure has to tell, and "1,080" stays ambiguous. All functions
take folded text (:mod:`backoffice.core.text`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_NAMES = {
    "MAD": "dh dhs dhm mad dirham dirhams derham derhams drahem drham dirhem درهم دراهم دراهيم د.م",
    "EUR": "€ eur euro euros يورو اورو",
    "USD": "$ us$ usd dollar dollars دولار",
    "GBP": "£ gbp",
    "CHF": "chf",
    "XOF": "fcfa cfa xof",
}
CURRENCY_WORDS: dict[str, str] = {
    word: code for code, names in _NAMES.items() for word in names.split()
}

# Groups of three after a space, dot, comma or apostrophe; or a plain figure.
FIGURE = (
    r"(?:\d{1,3}(?:[ ']\d{3})+(?:[.,]\d{1,4})?(?!\d)"
    r"|\d{1,3}(?:\.\d{3})+,\d{1,4}(?!\d)|\d{1,3}(?:,\d{3})+\.\d{1,4}(?!\d)"
    r"|\d{1,3}(?:\.\d{3})+(?![\d.])|\d{1,3}(?:,\d{3})+(?![\d,])|\d+(?:[.,]\d+)?)"
)
_SYMBOL = (
    "(?:"
    + "|".join(re.escape(word) for word in sorted(CURRENCY_WORDS, key=len, reverse=True))
    + ")"
)
CURRENCY = rf"(?:(?<![^\W\d_]){_SYMBOL}(?![^\W\d_]))"
AMOUNT = re.compile(
    rf"(?<![\w.,/-])(?P<before>{CURRENCY})\s?(?P<figure_b>{FIGURE})"
    rf"|(?<![\d.,/])(?<![^\W\d_])(?P<figure_a>{FIGURE})[ \t]?(?P<after>{CURRENCY})"
)
_CURRENCY = re.compile(CURRENCY)
_GROUPED = re.compile(r"[1-9]\d{0,2}([.,])\d{3}")


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure with its currency (ISO 4217), at ``start``-``end`` of the folded text."""

    start: int
    end: int
    value: Decimal
    currency: str


@lru_cache(maxsize=4096)
def readings(figure: str) -> tuple[Decimal, ...]:
    """Return what a figure may mean, likeliest first.

    "1 167,00" and "1,167.00" have one meaning; "5.000" may be 5000 or 5.
    """
    digits = re.sub(r"[ '\u00a0\u202f]", "", figure)
    if _GROUPED.fullmatch(digits):
        plain = re.sub(r"[.,]", "", digits)
        return Decimal(plain), Decimal(digits.replace(",", "."))
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return (Decimal(digits),)
    separator, other = digits[last], {".": ",", ",": "."}[digits[last]]
    if digits.count(separator) > 1:
        return (Decimal(re.sub(r"[.,]", "", digits)),)
    return (Decimal(digits.replace(other, "").replace(separator, ".")),)


def currency_of(word: str) -> str:
    """Return the ISO code a folded word or sign stands for, or empty."""
    return CURRENCY_WORDS.get(word.strip(" ()."), "")


def find_currency(text: str) -> str:
    """Return the ISO code of the first currency named in ``text``, or empty."""
    match = _CURRENCY.search(text)
    return CURRENCY_WORDS[match.group()] if match else ""


def find(text: str) -> list[Amount]:
    """Return the amounts of ``text`` that carry a currency, in order.

    An amount never has grouped and decimal readings at once: with three digits
    after the only separator, cents of cents ("0,165 €") need a leading zero.
    """
    found: list[Amount] = []
    for match in AMOUNT.finditer(text):
        figure = match["figure_b"] or match["figure_a"]
        word = match["before"] or match["after"]
        found.append(Amount(match.start(), match.end(), readings(figure)[0], CURRENCY_WORDS[word]))
    return found
