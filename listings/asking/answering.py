"""Retrieval, then an answer that says nothing its citations do not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from listings.asking import doubts, grounded, narrowing, question, summing, telling
from listings.asking.telling import Part
from listings.asking.words import LANGUAGES

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from listings.asking.question import Asked
    from listings.asking.summing import Summary
    from listings.asking.words import Language
    from listings.models import Listing

LONGEST = 500
MOST_CITED = 50
_MOST_COMPARED = 6
_CITED = re.compile(r"\[(\d+)\]")
_ORDERS = {
    "cheapest": (F("price_eur").asc(nulls_last=True), "-offered_at", "-pk"),
    "dearest": (F("price_eur").desc(nulls_last=True), "-offered_at", "-pk"),
}
_NEWEST = ("-offered_at", "-pk")


@dataclass(frozen=True, slots=True)
class Answer:
    """``text`` cites listings as [id]; ``citations`` are those, in the order of the text.

    ``summary``: {"count", "priced", "traders", "median_eur", "average_eur", "lowest_eur",
    "highest_eur", "newest"} over all that matched; ``reader``: "openai" or "rules"; ``problem``:
    why OpenAI did not answer. ``language`` is that of the question, in which the text is.
    """

    text: str
    citations: tuple[Listing, ...]
    summary: dict[str, Any]
    reader: str
    problem: str = ""
    language: str = "en"


def ask(text: str, *, limit: int = 8) -> Answer:
    """Answer from the market. ``DomainError`` where the question is empty or too long."""
    text = _checked(text, limit)
    asked = question.read(text, otherwise=_own_language())
    found = narrowing.matched(asked)
    summary = summing.summary(found.rows)
    if not summary.count:
        return _of(asked, telling.nothing(asked), (), summary)
    parts = _parts(found.rows, asked)
    shown = _shown(found.rows, asked, summary, limit)
    whole = _whole(found.rows, summary, shown)
    cited = {one: None for part in (whole, *parts) for one in part.cited if one not in shown}
    shown += tuple(cited)
    told = telling.answer(asked, whole, shown, found.unheard, parts)
    reply = grounded.reply(asked, summary, shown)
    if reply.text:
        # What is held against the lowest price is for rules to say, whoever tells the rest.
        warned = [telling.warning(asked, part) for part in (whole, *parts) if part.doubt]
        text = "\n".join(dict.fromkeys([reply.text, *warned]))
        return _of(asked, text, shown, summary, reader="openai")
    return _of(asked, told, shown, summary, problem=reply.problem)


def _checked(text: str, limit: int) -> str:
    text = text.strip()
    if not text:
        raise DomainError(_("Write a question."), code="required", field="question")
    if len(text) > LONGEST:
        sentence = _("Ask with at most %(most)d characters.") % {"most": LONGEST}
        raise DomainError(sentence, code="too_long", field="question", value=text[:60])
    if "\0" in text:
        sentence = _("A text cannot hold the character NUL: leave it out.")
        raise DomainError(sentence, code="nul", field="question")
    if not 1 <= limit <= MOST_CITED:
        sentence = _("An answer shows 1 to %(most)d listings.") % {"most": MOST_CITED}
        raise DomainError(sentence, code="limit", field="limit", value=limit)
    return text


def _own_language() -> Language:
    """That of whoever asks, where the words of a question do not tell."""
    code = (get_language() or "en").split("-")[0]
    return next((known for known in LANGUAGES if known == code), "en")


def _shown(
    rows: QuerySet[Listing], asked: Asked, summary: Summary, limit: int
) -> tuple[Listing, ...]:
    """The first of those that matched, with both ends of their prices."""
    rows = rows.select_related("trader")
    prices = summary.priced and asked.wish in {"count", "worth"}
    order = _ORDERS["cheapest"] if prices else _ORDERS.get(asked.wish, _NEWEST)
    shown = list(rows.order_by(*order)[:limit])
    for price in (summary.lowest_eur, summary.highest_eur):
        if price is not None and all(listing.price_eur != price for listing in shown):
            end = rows.filter(price_eur=price).order_by(*_NEWEST).first()
            shown += [end] if end else []
    return tuple(shown)


def _whole(rows: QuerySet[Listing], summary: Summary, shown: tuple[Listing, ...]) -> Part:
    """All that matched; the ends of its prices are among those shown."""
    prices = [price for price in (summary.lowest_eur, summary.highest_eur) if price is not None]
    ends = tuple(next(one for one in shown if one.price_eur == price) for price in prices)
    return Part("", summary, ends, doubts.of(rows, ends[0]) if ends else None)


def _parts(rows: QuerySet[Listing], asked: Asked) -> tuple[Part, ...]:
    """The figures of each watch where several are named, to be compared."""
    if not 1 < len(asked.named) <= _MOST_COMPARED:
        return ()
    return tuple(_part(rows.filter(narrowing.watch(one)), str(one)) for one in asked.named)


def _part(rows: QuerySet[Listing], name: str) -> Part:
    summary = summing.summary(rows)
    prices = (summary.lowest_eur, summary.highest_eur)
    found = (
        rows.select_related("trader").filter(price_eur=price).order_by(*_NEWEST).first()
        for price in prices
        if price is not None
    )
    ends = tuple(end for end in found if end)
    return Part(name, summary, ends, doubts.of(rows, ends[0]) if ends else None)


def _of(  # noqa: PLR0913 - the parts of one answer
    asked: Asked,
    text: str,
    shown: tuple[Listing, ...],
    summary: Summary,
    *,
    reader: str = "rules",
    problem: str = "",
) -> Answer:
    by_id = {listing.pk: listing for listing in shown}
    cited = dict.fromkeys(int(number) for number in _CITED.findall(text))
    return Answer(
        text=text,
        citations=tuple(by_id[pk] for pk in cited if pk in by_id),
        summary=summary.as_dict(),
        reader=reader,
        problem=problem,
        language=asked.language,
    )
