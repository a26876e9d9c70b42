"""A product line on its way from text to reading, with where each part was read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from orders.extraction.text.scan import GRAMMAGE, SIZE, Scan
from orders.reading import Evidence, Found, LineReading, Unit

if TYPE_CHECKING:
    from orders.extraction.lines.products import Match

Span = tuple[int, int]

_PAPER = re.compile(
    r"(?:papier\s+)?kraft(?:\s+(?:brun|blanc|blanchi|naturel|noir|recycle|marron|ecru|couleur))?"
    r"|(?<![^\W_])(?:papier|paper)\s+(?:brun|blanc|recycle|naturel|brown|white|couche)"
    r"|(?<![^\W_])(?:brown|white)\s+kraft"
)
_PRINTING = re.compile(
    r"(?:impression|imprimes?|imprimees?|printed|printing)(?:\s+[^\s,;.|()\n]+){0,3}"
    r"|\d\s?(?:couleurs?|colou?rs?)|logo(?:\s+[^\s,;.|()\n]+){0,2}|sans impression|neutres?"
)
_BLANKS = re.compile(r"[\s|]+")


@dataclass(slots=True)
class Draft:
    """One product line; all spans are in the scan's folded text."""

    scan: Scan
    description: Span
    product: Match
    quantity: Decimal
    quantity_span: Span
    unit: Unit = "piece"
    unit_span: Span | None = None  # where it is written apart from the number
    unit_certainty: float = 0.9
    certainty: float = 0.9
    unit_price: Decimal | None = None
    price_span: Span | None = None
    total: Decimal | None = None
    total_span: Span | None = None
    currency: str = ""
    whole: Span | None = None
    note: str = ""
    price_certainty: float = 1.0  # lower where the price stands apart from its goods
    in_thousands: bool = False  # written "10 mille"

    @property
    def key(self) -> tuple[str, Decimal, str]:
        return self.product.code, self.quantity, self.unit

    def adds_up(self) -> bool | None:
        """Whether quantity x unit price is the line's total; None where one is missing."""
        if self.unit_price is None or self.total is None:
            return None
        return abs(self.quantity * self.unit_price - self.total) <= max(
            Decimal("0.05"), self.total * Decimal("0.005")
        )

    def reading(self) -> LineReading:
        described = self.scan.evidence(*self.description)
        text = _BLANKS.sub(" ", described[0].text).strip(" :-–•*.,;(")
        confidence = self.certainty
        if self.adds_up():
            confidence = max(confidence, 0.97)
        elif self.adds_up() is False:
            confidence = min(confidence, 0.6)
        counted = self.scan.evidence(*self.quantity_span)
        note = gettext(self.product.note) if self.product.note else ""
        return LineReading(
            description=Found(text, 0.9, described),
            product=Found(self.product.code, self.product.confidence, described, note),
            quantity=Found(self.quantity, round(confidence, 2), counted, self.note),
            unit=Found(self.unit, self.unit_certainty, self._unit_place(counted)),
            unit_price=self._amount(
                self.unit_price, self.price_span, min(confidence, self.price_certainty)
            ),
            total=self._amount(self.total, self.total_span, confidence),
            size=self._attribute(SIZE),
            grammage=self._attribute(GRAMMAGE),
            paper=self._attribute(_PAPER),
            printing=self._attribute(_PRINTING),
        )

    def _unit_place(self, counted: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
        return self.scan.evidence(*self.unit_span) if self.unit_span else counted

    def _amount(
        self, value: Decimal | None, span: Span | None, confidence: float
    ) -> Found[Decimal]:
        if value is None or span is None:
            return Found()
        return Found(value, round(confidence, 2), self.scan.evidence(*span))

    def _attribute(self, pattern: re.Pattern[str]) -> Found[str]:
        start, end = self.whole or self.description
        match = pattern.search(self.scan.text, start, end)
        if match is None:
            return Found()
        evidence: tuple[Evidence, ...] = self.scan.evidence(*match.span())
        if pattern is SIZE:
            value = "x".join(match[name] for name in "abc" if match[name])
        elif pattern is GRAMMAGE:
            value = re.sub(r"\D.*", "", match.group())
        else:
            value = _BLANKS.sub(" ", evidence[0].text).strip()
        return Found(value, 0.85, evidence)
