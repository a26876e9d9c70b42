"""Read a message: the public door of the local rules.

Steps: :mod:`message` (fold, words, noise), :mod:`mentions` (names and
references), :mod:`splitting` (one part per watch), then per part
:mod:`kinds`, :mod:`prices` and :mod:`attributes`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING, Any

from listings.extraction import attributes, figures, kinds, mentions, prices, splitting, years
from listings.extraction.catalogue import load_shipped
from listings.extraction.items import FIELDS, Found, ListingItem
from listings.extraction.message import understand
from listings.extraction.noise import paint

if TYPE_CHECKING:
    from listings.extraction.catalogue import Catalogue
    from listings.extraction.kinds import KindFound
    from listings.extraction.message import Message
    from listings.extraction.prices import Amount
    from listings.extraction.splitting import Part

Span = tuple[int, int]
_TOGETHER = ("price", "currency")
_CAPTION = 9  # words under a picture
_SHARED = frozenset({"condition", "box", "papers", "authenticity"})
_SHARED_BY_ALL = frozenset({"year", "movement"})  # where "all" or "both" stands with them
_PLENTY = 4  # details beside a price, which nobody writes to ask


def read(text: str, catalogue: Catalogue | None = None) -> list[ListingItem]:
    """Return the watches that a message speaks of, in its order; none is an empty list."""
    message = understand(text)
    found = mentions.find(message, catalogue or load_shipped())
    parts = splitting.split(message, found)
    if not parts:
        return []
    context = _Context(message, _amounts(message, parts), _years_taken(parts))
    items: list[ListingItem] = []
    kind: KindFound | None = None
    for part in parts:
        item, kind = context.item(part, kind, alone=len(parts) == 1)
        if item is not None:
            items.append(item)
    return _demands_shared(message, items)


_DEMANDS = ("condition", "box", "papers")


def _demands_shared(message: Message, items: list[ListingItem]) -> list[ListingItem]:
    """What a buyer demands after naming several watches in a line holds for all of them."""
    _movement_shared(message, items)
    for index in range(len(items) - 2, -1, -1):
        item, after = items[index], items[index + 1]
        between = message.folded.original[item.span[0] : after.span[1]]
        if item.type.value != "wanted" or after.type.value != "wanted" or "\n" in between.strip():
            continue
        if any(getattr(item, name) for name in _DEMANDS):
            continue
        if item.price:
            items[index] = replace(
                item, **_apart(after, between[-(after.span[1] - after.span[0]) :])
            )
            continue
        shared = {name: getattr(after, name) for name in _DEMANDS}
        if not re.search(r"[.!?]\s", between[: after.span[0] - item.span[0]]):
            shared |= {name: getattr(after, name) for name in _TOGETHER}
        items[index] = replace(item, **shared)
    return items


def _movement_shared(message: Message, items: list[ListingItem]) -> None:
    """Let a movement hold for all that is wanted in a line, said before or after the names."""
    for one, other in (*pairwise(range(len(items))), *pairwise(reversed(range(len(items))))):
        item, after = items[one], items[other]
        first, last = min(item.span, after.span), max(item.span, after.span)
        if item.type.value != "wanted" or after.type.value != "wanted" or after.movement:
            continue
        if "\n" in message.folded.original[first[0] : last[1]].strip():
            continue
        where = next((said.start for said in item.movement.evidence), None)
        if where is None:
            continue
        name = _named(item)
        apart = "," in message.folded.original[name:where]  # "A und B, Handaufzug"
        if where < name if one < other else apart:
            items[other] = replace(after, movement=item.movement)


def _named(item: ListingItem) -> int:
    """Where the name of a watch begins."""
    said = (*item.brand.evidence, *item.model.evidence, *item.reference.evidence)
    return min((one.start for one in said), default=item.span[0])


def _apart(item: ListingItem, text: str) -> dict[str, Any]:
    """What a buyer demands in a sentence after the last price: "5711 @ 200k. Full sets only"."""
    price = max((where.end for where in item.price.evidence), default=0)
    found = {}
    for name in _DEMANDS:
        said = getattr(item, name)
        where = min((one.start for one in said.evidence), default=0)
        between = text[max(0, price - item.span[0]) : max(0, where - item.span[0])]
        if said and price and where >= price and re.search(r"[.!]\s", between):
            found[name] = said
    return found


def _amounts(message: Message, parts: list[Part]) -> list[Amount]:
    spans = [span for part in parts for span in part.mention.spans.values()]
    spans += [
        match.span() for match in re.finditer(r"\b\d{2}(?:[.,]\d{1,2})?\s?mm\b", message.masked)
    ]
    text = paint(message.masked, (s for s in spans if re.search(r"\d", message.low[slice(*s)])))
    found = [
        amount
        for amount in prices.find(_without_years(text))
        if amount.currency or amount.value > 0
    ]
    return figures.completed(message, text, found, parts)


def _without_years(text: str) -> str:
    """Paint years over, unless a currency or a price word makes them money."""
    spans = []
    for match in years.DATE.finditer(text):
        if match["plain"] and (
            years.AFTER_MONEY.match(text, match.end())
            or years.BEFORE_MONEY.search(text[max(0, match.start() - 14) : match.start()])
        ):
            continue
        spans.append(match.span())
    return paint(text, spans)


def _years_taken(parts: list[Part]) -> list[Span]:
    return [span for part in parts for span in part.mention.spans.values()]


def _demanded(name: str, found: Found[Any]) -> Found[Any]:
    """Nobody demands that a box is missing: "head only is fine" asks for nothing."""
    return Found() if name in {"box", "papers"} and found.value is False else found


@dataclass(frozen=True, slots=True)
class _Context:
    message: Message
    amounts: list[Amount]
    taken: list[Span]
    shared_currency: list[str] = field(default_factory=list)
    shared_details: dict[Span, dict[str, Found[Any]]] = field(default_factory=dict)

    def item(
        self, part: Part, before: KindFound | None, *, alone: bool
    ) -> tuple[ListingItem | None, KindFound | None]:
        """Return the watch of a part, or None when the part is about something else."""
        details = self._details(part)
        price = self._price(part, wanted=False)
        evidence = self._is_offer(part, details, priced=price is not None)
        plenty = price is not None and sum(map(bool, details.values())) >= _PLENTY
        kind = kinds.decide(self.message, part, evidence=evidence, plenty=plenty, before=before)
        if kind.kind is None or self._about_else(part, alone=alone, kind=kind):
            return None, before
        if kind.kind == "wanted":
            price = self._price(part, wanted=True)
            details = {name: _demanded(name, found) for name, found in details.items()}
        item = self._built(part, kind, price, details)
        return item, kind

    def _price(self, part: Part, *, wanted: bool) -> prices.Price | None:
        return prices.choose(self.message, self.amounts, part, wanted=wanted)

    def _details(self, part: Part) -> dict[str, Found[Any]]:
        own = self._read(part.start, part.end)
        for span in part.shared:
            if span not in self.shared_details:
                self.shared_details[span] = self._shared(*span)
            for name, found in self.shared_details[span].items():
                own[name] = own[name] or found
        if not own["size_mm"] and part.mention.size:
            own["size_mm"] = Found(
                Decimal(str(part.mention.size)), 0.9, self._evidence(part, "model")
            )
        return own

    def _shared(self, start: int, end: int) -> dict[str, Found[Any]]:
        """What the words of a heading or of the end say of every watch of a list."""
        whole = bool(self.message.phrases.of("all", start, end))
        return {
            name: replace(found, confidence=found.confidence * 0.9)
            for name, found in self._read(start, end).items()
            if found and (name in _SHARED or (whole and name in _SHARED_BY_ALL))
        }

    def _read(self, start: int, end: int) -> dict[str, Found[Any]]:
        box, papers = attributes.box_and_papers(self.message, start, end)
        return {
            "condition": attributes.condition(self.message, start, end),
            "year": years.year(self.message, start, end, self.taken),
            "size_mm": attributes.size(self.message, start, end),
            "movement": attributes.movement(self.message, start, end),
            "box": box,
            "papers": papers,
            "authenticity": attributes.authenticity(self.message, start, end),
        }

    def _is_offer(self, part: Part, details: dict[str, Found[Any]], *, priced: bool) -> bool:
        """Tell whether the details are those of an offer though no word says so."""
        if self._talk(part):
            return False
        said = sum(1 for found in details.values() if found)
        if priced:
            return True
        sold = self.message.phrases.of("sold", part.start, part.end)
        if sold or "?" in self.message.low[part.start : part.end]:
            return False
        short = len(self.message.tokens) <= _CAPTION
        if part.mention.reference and (said or short):
            return True
        return bool(part.mention.model) and said >= 2  # noqa: PLR2004 - "my 1972 Speedmaster" is talk

    def _talk(self, part: Part) -> bool:
        """Tell whether the words before a watch are those of talk ("just picked up my")."""
        line = self.message.lines[self.message.line_of(part.mention.start)][0]
        return bool(self.message.phrases.of("talk", max(part.start, line), part.mention.start))

    def _about_else(self, part: Part, *, alone: bool, kind: KindFound) -> bool:
        """A strap, a box, a handbag, or a brand in small talk is no watch."""
        message, mention = self.message, part.mention
        if kind.kind != "question" and kind.span is None and self._warned(part):
            return True
        start, end = (0, len(message.low)) if alone else (part.start, part.end)
        if not mention.model and not mention.reference:
            if message.phrases.of("object", start, end) or any(
                claim.value == "replica" for claim in message.phrases.of("authenticity", start, end)
            ):
                return True
            if (
                kind.span is None
                and kind.kind in {"sale", "question"}
                and not self._bare(part, kind)
            ):
                return True
        if not mention.reference and message.phrases.of("object", start, mention.start):
            return True
        if kind.kind == "question" and (mention.model or mention.reference):
            return False
        return self._accessory(part, start) or self._piece_of(part)

    def _warned(self, part: Part) -> bool:
        """Tell whether the group is warned of a replica of this watch."""
        if not self.message.phrases.of("warning"):
            return False
        first, last = kinds.sentence(self.message.low, part.mention.start)
        return any(
            claim.value == "replica" and not attributes.denied(self.message, claim)
            for claim in self.message.phrases.of("authenticity", first, last)
        )

    def _bare(self, part: Part, kind: KindFound) -> bool:
        """A brand alone counts where a price or a type word stands with it."""
        if kind.kind == "question":
            return bool(self.message.phrases.of("interest", part.start, part.end))
        return any(
            part.start <= amount.start < part.end and amount.currency for amount in self.amounts
        )

    def _accessory(self, part: Part, start: int) -> bool:
        message = self.message
        first = message.low.rfind("\n", 0, part.mention.start) + 1
        named = max(low for low, _high in part.mention.spans.values())
        opening = min(low for low, _high in part.mention.spans.values())
        for match in message.phrases.of("accessory", max(start, first), named):
            if match.end <= opening and not message.low[match.end : opening].strip():
                return True
            between = message.low[match.end : named]
            if re.search(
                r"\b(?:pour|for|fur|per|para|de|della|von|rolex|omega)\b", between
            ) or not (between.strip()):
                return True
        return False

    def _piece_of(self, part: Part) -> bool:
        """Tell whether a piece is offered by the name of its watch ("Submariner insert")."""
        mention = part.mention
        if mention.reference_model:
            return False
        line = self.message.lines[self.message.line_of(mention.start)][1]
        named = max(high for _low, high in mention.spans.values())
        for match in self.message.phrases.of("accessory", mention.start, line):
            before = self.message.low[named : match.start]
            if match.start >= named and not before.strip():
                return True
            if not mention.model and not re.search(
                r"[^\w\s]|\b(?:on|with|avec|sur|mit|am|con|su|sul|en)\b", before
            ):
                return True
        return False

    def common_currency(self) -> str:
        """The currency of prices that have none of their own; looked for once a message."""
        if not self.shared_currency:
            self.shared_currency.append(prices.common_currency(self.message, self.amounts))
        return self.shared_currency[0]

    def _evidence(self, part: Part, name: str) -> tuple[Any, ...]:
        span = part.mention.spans.get(name)
        return (self.message.evidence(*span),) if span else ()

    def _built(
        self,
        part: Part,
        kind: KindFound,
        price: prices.Price | None,
        details: dict[str, Found[Any]],
    ) -> ListingItem:
        mention = part.mention
        names = {
            "type": Found(
                kind.kind,
                kind.confidence,
                (self.message.evidence(*kind.span),) if kind.span else (),
            ),
            "brand": self._brand(part),
            "model": self._model(part),
            "reference": Found(
                mention.reference or None,
                0.98 if mention.known else 0.9,
                self._evidence(part, "reference"),
            )
            if mention.reference
            else Found(),
        }
        values = names | self._money(price) | details
        sure = [found.confidence for name, found in values.items() if name in FIELDS and found]
        first, _ = self.message.folded.source(part.start, part.start)
        _, last = self.message.folded.source(max(part.start, part.end - 1), part.end)
        return ListingItem(**values, confidence=round(fmean(sure), 3), span=(first, last))

    def _brand(self, part: Part) -> Found[str]:
        said = "brand" in part.mention.spans
        where = self._evidence(part, "brand") or self._evidence(part, "model")
        where = where or self._evidence(part, "reference")
        return Found(part.mention.brand, 0.98 if said else 0.9, where)

    def _model(self, part: Part) -> Found[str]:
        mention = part.mention
        family = mention.family
        if not family:
            return Found()
        said = bool(mention.model)
        where = self._evidence(part, "model") or self._evidence(part, "reference")
        return Found(family, 0.96 if said else 0.88, where)

    def _money(self, price: prices.Price | None) -> dict[str, Found[Any]]:
        if price is None:
            return {"price": Found(), "currency": Found()}
        amount = price.amount
        where = (self.message.evidence(amount.start, amount.end),)
        code = amount.currency or self.common_currency()
        return {
            "price": Found(amount.value, price.confidence, where),
            "currency": Found(code, price.confidence if amount.currency else 0.8, where)
            if code
            else Found(),
        }
