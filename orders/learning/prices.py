"""Prices as learning keeps them: "0.16 MAD/piece", each for one make of a product."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.conf import settings

from backoffice.core.text import folded

if TYPE_CHECKING:
    from orders.models import OrderLine
    from orders.reading import LineReading

DETAILS = ("size", "grammage", "paper", "printing")
_SIZE = re.compile(r"(?<!\d)\d{1,3}(?:\s?x\s?\d{1,3}){1,2}(?!\d)")
_THOUSAND = 1000
# What the column of a unit price holds.
_SMALLEST = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Price:
    amount: Decimal
    currency: str
    unit: str

    @classmethod
    def of(cls, line: OrderLine) -> Price:
        amount = line.unit_price or Decimal(0)
        currency = line.order.currency or settings.DEFAULT_CURRENCY
        return cls(Decimal(f"{amount.normalize():f}"), currency, line.unit)

    @classmethod
    def parse(cls, value: str) -> Price | None:
        """The price of a fact's value; None where somebody wrote something else there."""
        amount, _blank, rest = value.partition(" ")
        currency, _slash, unit = rest.partition("/")
        try:
            return cls(Decimal(amount), currency, unit)
        except InvalidOperation:
            return None

    def per(self, unit: str) -> Decimal | None:
        """The amount for another unit: pieces and thousands convert, nothing else does."""
        if unit == self.unit:
            return self.amount
        if (unit, self.unit) == ("piece", "mille"):
            return (self.amount / _THOUSAND).quantize(_SMALLEST, rounding=ROUND_HALF_UP)
        if (unit, self.unit) == ("mille", "piece"):
            return self.amount * _THOUSAND
        return None

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}/{self.unit}"


def make_of(line: OrderLine) -> str:
    """Size, grammage, paper and printing of a line in one text; empty where none is known."""
    stated = {name: str(line.attributes.get(name) or "") for name in DETAILS}
    if not stated["size"] and (size := _SIZE.search(folded(line.description))):
        stated["size"] = re.sub(r"\s", "", size.group())
    return _joined(stated[name] for name in DETAILS)


def make_read(line: LineReading) -> str:
    """The make that a line of a message asks for, as :func:`make_of`."""
    return _joined(str(getattr(line, name).value or "") for name in DETAILS)


def fits(wanted: str, made: str) -> bool:
    """Whether two makes agree in all that both say."""
    pairs = zip(wanted.split("|"), made.split("|"), strict=False)
    return all(one == other for one, other in pairs if one and other)


def in_words(make: str) -> str:
    """The make for people: "18x35, 90"."""
    return ", ".join(filter(None, make.split("|")))


def _joined(values: object) -> str:
    cleaned = [folded(value).replace("|", " ").strip()[:45] for value in values]  # type: ignore[attr-defined]
    return "|".join(cleaned) if any(cleaned) else ""
