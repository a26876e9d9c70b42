"""What a model said, held against the text: a value that is nowhere in it loses its place."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from backoffice.core.text import folded
from listings.extraction import mentions, prices
from listings.extraction.items import Evidence, Found, ListingItem
from listings.extraction.message import understand

if TYPE_CHECKING:
    from listings.extraction.catalogue import Catalogue
    from listings.extraction.mention import Mention
    from listings.reading.openai.answer import WatchAnswer

# A model is sure of most things.
_MOST: Final = 0.95
_GRADES: Final = ("condition", "movement", "box", "papers", "authenticity")
_YEARS: Final = range(1900, 2100)
_SIZES: Final = range(15, 61)


class Grounding:
    """One message, and what of a model's answers it bears out."""

    def __init__(self, text: str, catalogue: Catalogue) -> None:
        self._message = understand(text)
        self._catalogue = catalogue

    def item(self, answer: WatchAnswer) -> ListingItem | None:
        """The watch with what the text says; None where the text does not speak of it."""
        confidence = round(min(max(answer.confidence, 0.0), _MOST), 2)
        quotes = {one.field: one.quote for one in answer.quotes}
        reference = self._written(answer.reference, confidence)
        brand = self._brand(answer, reference, confidence)
        model = self._model(answer, brand, reference, confidence)
        if not (brand or model or reference):
            return None
        price = self._price(answer, confidence)
        values: dict[str, Any] = {
            "type": Found(answer.type, confidence, self._located(quotes.get("type", ""))),
            "brand": brand,
            "model": model,
            "reference": reference,
            "price": price,
            "currency": self._currency(answer, price),
            "year": self._number(answer.year, _YEARS, confidence),
            "size_mm": self._number(answer.size_mm, _SIZES, confidence),
        }
        for name in _GRADES:
            where = self._located(quotes.get(name, ""))
            value = getattr(answer, name)
            values[name] = (
                Found(value, confidence, where) if value is not None and where else Found()
            )
        return ListingItem(**values, confidence=confidence, span=self._span(answer, values))

    def _located(self, quote: str) -> tuple[Evidence, ...]:
        """Where a quote stands, whatever its case, accents and blanks."""
        words = folded(quote).lower().split()
        if not words:
            return ()
        pattern = re.compile(r"\s+".join(map(re.escape, words)))
        return self._at(pattern)

    def _at(self, pattern: re.Pattern[str]) -> tuple[Evidence, ...]:
        match = pattern.search(self._message.low)
        return (self._message.evidence(*match.span()),) if match else ()

    def _written(self, reference: str | None, confidence: float) -> Found[str]:
        """A reference as the message writes it, whatever marks and blanks are in it."""
        key = re.sub(r"[^0-9a-z]", "", folded(reference or ""))
        if len(key) < 2 or not any(char.isdigit() for char in key):  # noqa: PLR2004 - "5" names nothing
            return Found()
        where = self._at(re.compile(r"(?<![0-9a-z])" + r"[\s./-]?".join(key) + r"(?![0-9a-z])"))
        return Found(where[0].text, confidence, where) if where else Found()

    @cached_property
    def _mentions(self) -> list[Mention]:
        return list(mentions.find(self._message, self._catalogue))

    def _brand(self, answer: WatchAnswer, reference: Found[str], confidence: float) -> Found[str]:
        """The catalogue's name of a brand that the text names, or implies by model or reference."""
        wanted = folded(answer.brand or "").strip()
        if not wanted:
            return Found()
        for mention in self._mentions:
            if folded(mention.brand) == wanted:
                span = mention.spans.get("brand", (mention.start, mention.end))
                return Found(mention.brand, confidence, (self._message.evidence(*span),))
        known = {folded(row.brand): row.brand for row in self._catalogue.brands}
        if reference and wanted in known:
            senses = self._catalogue.senses(folded(str(reference.value)).replace(" ", ""))
            if any(folded(sense.brand) == wanted for sense in senses):
                return Found(known[wanted], confidence, reference.evidence)
        where = self._located(wanted)
        return Found(known.get(wanted, str(answer.brand)), confidence, where) if where else Found()

    def _model(
        self, answer: WatchAnswer, brand: Found[str], reference: Found[str], confidence: float
    ) -> Found[str]:
        wanted = folded(answer.model or "").strip()
        if not wanted:
            return Found()
        for mention in self._mentions:
            if brand and mention.brand != brand.value:
                continue
            if folded(mention.family) == wanted:
                where = mention.spans.get("model") or mention.spans.get("reference")
                found = (self._message.evidence(*where),) if where else ()
                return Found(mention.family, confidence, found)
        if reference:
            for sense in self._catalogue.senses(folded(str(reference.value)).replace(" ", "")):
                if folded(sense.model) == wanted:
                    return Found(sense.model, confidence, reference.evidence)
        located = self._located(wanted)
        return Found(str(answer.model).strip(), confidence, located) if located else Found()

    def _price(self, answer: WatchAnswer, confidence: float) -> Found[Decimal]:
        """An amount of the text; one in thousands without saying so ("10.8") counts too."""
        value = _decimal(answer.price)
        if value is None or value <= 0:
            return Found()
        for amount in prices.find(self._message.masked):
            if amount.value == value:
                where = self._message.evidence(amount.start, amount.end)
                return Found(amount.value, confidence, (where,))
        short = format((value / 1000).normalize(), "f")
        pattern = re.escape(short).replace(r"\.", "[.,]")
        located = self._at(re.compile(rf"(?<![\d.,]){pattern}0?(?![\d]|[.,]\d)"))
        return Found(value, confidence, located) if located and value >= 1000 else Found()  # noqa: PLR2004

    def _currency(self, answer: WatchAnswer, price: Found[Decimal]) -> Found[str]:
        code = (answer.currency or "").strip().upper()
        if not price or not re.fullmatch(r"[A-Z]{3}", code):
            return Found()
        for match in re.finditer(prices.CURRENCY, self._message.low):
            word = match.group()
            if prices.CURRENCIES[word] == code or (word == "$" and code.endswith("D")):
                where = self._message.evidence(*match.span())
                return Found(code, price.confidence, (where,))
        # A lone "e" after a figure, which is no word of its own.
        where_e = self._at(re.compile(r"(?<=\d) ?e\b")) if code == "EUR" else ()
        return Found(code, price.confidence, where_e) if where_e else Found()

    def _number(self, value: float | None, within: range, confidence: float) -> Found[Any]:
        """A year or a size that stands in the text; a year also by its last two figures."""
        exact = _decimal(value)
        if exact is None or int(exact) not in within:
            return Found()
        if within is _YEARS:
            pattern = rf"(?<!\d)(?:{int(exact)}|(?<=['/ .-]){int(exact) % 100:02})(?!\d)"
            found: int | Decimal = int(exact)
        else:
            written = re.escape(format(exact.normalize(), "f")).replace(r"\.", "[.,]")
            pattern, found = rf"(?<![\d.,]){written}(?!\d)", exact
        where = self._at(re.compile(pattern))
        return Found(found, confidence, where) if where else Found()

    def _span(self, answer: WatchAnswer, values: dict[str, Any]) -> tuple[int, int]:
        """The part that speaks of the watch: its quote, or from its first to its last value."""
        where = list(self._located(answer.quote))
        where = where or [one for name in values for one in values[name].evidence]
        return (min(one.start for one in where), max(one.end for one in where))


def _decimal(value: float | None) -> Decimal | None:
    """The figure as it was written, without the noise of binary fractions."""
    try:
        return Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None
