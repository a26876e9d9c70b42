"""Which watches a question names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from listings.search import families, nicknames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listings.extraction.catalogue import Catalogue
    from listings.extraction.mention import Mention
    from listings.extraction.message import Message
    from listings.extraction.tokens import Match
    from listings.search.nicknames import Nickname

Span = tuple[int, int]
_REFERENCE = re.compile(r"(?<![\w.€$£])[a-z]{0,4}\d[\da-z]{2,}(?:[./-][\da-z]+)*(?!\w)")
_MONEY = re.compile(r"\s?(?:€|eur|\$|usd|chf|k\b|£|gbp|mm)")
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Named:
    """A watch by name; empty words were not said.

    ``keys`` are the references that a ``nickname`` stands for. ``sisters`` are families whose
    names are longer: "Explorer" is not "Explorer II", but it is "Explorer 36mm". ``within`` are
    those that are called so as well: a "Planet Ocean" is a "Seamaster".
    """

    brand: str = ""
    model: str = ""
    reference: str = ""
    nickname: str = ""
    keys: frozenset[str] = frozenset()
    sisters: tuple[str, ...] = ()
    within: frozenset[str] = frozenset()
    spans: tuple[Span, ...] = ()

    def __str__(self) -> str:
        nickname = f"“{self.nickname.title()}”" if self.nickname else ""
        return " ".join(filter(None, (self.brand, self.model, nickname, self.reference)))


def names(message: Message, found: Sequence[Mention], catalogue: Catalogue) -> list[Named]:
    """The watches named, one each; a reference beside its family is one watch."""
    named: list[Named] = []
    for mention in found:
        one = _of(mention, catalogue)
        last = named[-1] if named else None
        if last and _fits(last, mention):
            named[-1] = replace(
                last,
                model=last.model or one.model,
                reference=last.reference or one.reference,
                sisters=last.sisters or one.sisters,
                within=last.within or one.within,
                spans=(*last.spans, *one.spans),
            )
        else:
            named.append(one)
    for match in nicknames.find(message.tokens):
        named = _with_nickname(named, match)
    return [*named, *_bare_references(message, named, catalogue)]


def _of(mention: Mention, catalogue: Catalogue) -> Named:
    sisters = tuple(
        row.model
        for row in catalogue.models
        if row.brand == mention.brand
        and mention.model
        and row.model.lower().startswith(f"{mention.model.lower()} ")
    )
    spans = tuple(mention.spans.values())
    return Named(
        mention.brand,
        mention.model,
        mention.reference.replace(" ", ""),
        sisters=sisters,
        within=families.within(catalogue, mention.brand, mention.model) - {*sisters},
        spans=spans,
    )


def _with_nickname(named: list[Named], match: Match[tuple[Nickname, ...]]) -> list[Named]:
    """The watches, with the one that a nickname is of narrowed to its references."""
    span = (match.start, match.end)
    brands = {one.brand for one in named}
    meant = nicknames.meant(match.value, brands, strict=bool(brands))
    if not meant:
        return named
    keys = frozenset(key for one in meant for key in one.keys)
    models = {one.model for one in meant}
    for index, one in enumerate(named):
        # "Hulk or Kermit" are two watches, though both are a Submariner.
        if one.brand != meant[0].brand or one.reference or one.nickname:
            continue
        if one.model and one.model not in models and "" not in models:
            continue
        # The family is said by the references; a nickname may have those of two.
        narrowed = replace(one, nickname=meant[0].word, keys=keys, spans=(*one.spans, span))
        return [*named[:index], narrowed, *named[index + 1 :]]
    first = meant[0]
    model = first.model if len(models) == 1 else ""
    return [*named, Named(first.brand, model, "", first.word, keys, spans=(span,))]


def _fits(last: Named, mention: Mention) -> bool:
    """Whether the mention only adds to the watch named before it ("Nautilus ref. 5711")."""
    if last.brand != mention.brand or (last.reference and mention.reference):
        return False
    if not mention.model and not mention.reference:
        return True
    if last.model and mention.model:
        return last.model == mention.model
    family = mention.reference_model or mention.model
    return bool(mention.reference or last.reference) and (
        not family or not last.model or family == last.model
    )


def _bare_references(message: Message, named: Sequence[Named], catalogue: Catalogue) -> list[Named]:
    """References without their brand: "the cheapest 5711"."""
    taken = [span for one in named for span in one.spans]
    found = []
    for match in _REFERENCE.finditer(message.low):
        start, end = match.span()
        if len(match.group()) < _SHORTEST or any(a < end and start < b for a, b in taken):
            continue
        senses = [sense for sense in catalogue.senses(match.group()) if sense.known]
        if not senses or _MONEY.match(message.low, end):
            continue
        brand = senses[0].brand if len(senses) == 1 else ""
        found.append(
            Named(brand, "", message.folded.source_text(start, end), spans=((start, end),))
        )
    return found
