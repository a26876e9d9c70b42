"""Whether a text about listings says only what they say: ids, figures, references, names."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.text import folded
from listings.asking.names import names
from listings.extraction import mentions
from listings.extraction.message import understand
from listings.facts import reference_key
from listings.reading import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listings.asking.question import Asked
    from listings.asking.summing import Summary
    from listings.models import Listing

LONGEST: Final = 1200
_CITED: Final = re.compile(r"\[(\d+)\]")
_SENTENCE: Final = re.compile(r"(?<=[.!?;])\s+(?=[^\s\[])")
_REACHED: Final = re.compile(
    r"https?:|www\.|@|\b[\w-]+\.(?:com|net|org|ch|fr|de|it|es|io|me)\b|\+\d"
)
_FIGURE: Final = re.compile(r"(?<![\w.,])\d[\d\s'.,\u00a0\u202f]*k?(?![\w])", re.IGNORECASE)
# Words with figures in them: references, and what looks like one.
_MIXED: Final = re.compile(r"(?<![\w.])(?=\w*\d)(?=\w*[a-z])[\w./-]+", re.IGNORECASE)
_MEASURES: Final = re.compile(r"\d+(?:mm|k|h|e|er|ere|eme|st|nd|rd|th|s)", re.IGNORECASE)


def problem(text: str, asked: Asked, summary: Summary, shown: Sequence[Listing]) -> str:
    """Why the text may not be shown; empty where it may."""
    if not text:
        return _("OpenAI could not answer from the listings.")
    cited = {int(number) for number in _CITED.findall(text)}
    by_id = {listing.pk: listing for listing in shown}
    listings = [by_id[pk] for pk in cited if pk in by_id]
    if len(text) > LONGEST or _REACHED.search(text):
        return _("OpenAI's words were not used: they hold what no answer may hold.")
    if not cited or len(listings) < len(cited):
        return _("OpenAI's words were not used: they do not cite the listings given.")
    rest = _CITED.sub(" ", text)
    if not all(_figures_stand(one, asked, summary, by_id) for one in _SENTENCE.split(text)):
        return _("OpenAI's words were not used: a figure does not stand in the listings cited.")
    if not _names_stand(rest, asked, listings):
        return _("OpenAI's words were not used: a watch does not stand in the listings cited.")
    return ""


def _figures_stand(
    sentence: str, asked: Asked, summary: Summary, by_id: Mapping[int, Listing]
) -> bool:
    """Whether each figure is the question's, or counted, or of a listing that is cited there."""
    allowed = {*_numbers(asked.text), *_of_summary(summary)}
    for number in _CITED.findall(sentence):
        allowed |= set(_of_listing(by_id[int(number)]))
    rest = _CITED.sub(" ", sentence)
    return all(any(one in allowed for one in readings) for readings in _said(rest))


def _said(text: str) -> Iterator[set[Decimal]]:
    """What each figure of a text may mean; digits of references are looked at apart."""
    for match in _FIGURE.finditer(_MIXED.sub(" ", text)):
        if readings := _readings(match.group()):
            yield readings
    for match in _MIXED.finditer(text):
        if _MEASURES.fullmatch(match.group()):
            yield _readings(re.sub(r"[a-z]+$", "", match.group(), flags=re.IGNORECASE)) | _readings(
                match.group()
            )


def _numbers(text: str) -> set[Decimal]:
    return {one for readings in _said(text) for one in readings}


def _readings(figure: str) -> set[Decimal]:
    """What a figure may mean: “8.200” is 8200 or 8.2, “8.2k” is 8200."""
    thousand = 1000 if figure[-1:] in "kK" else 1
    plain = re.sub(r"[\s'\u00a0\u202f]", "", figure).rstrip("kK.,")
    found = set()
    for decimal, group in ((".", ","), (",", ".")):
        try:
            found.add(Decimal(plain.replace(group, "").replace(decimal, ".")) * thousand)
        except InvalidOperation:
            continue
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", plain):
        found.add(Decimal(re.sub(r"\D", "", plain)))
    return found


def _of_summary(summary: Summary) -> set[Decimal]:
    found = {Decimal(one) for one in (summary.count, summary.priced, summary.traders)}
    # The lowest and the highest are prices of listings, which are to be cited.
    for amount in (summary.median_eur, summary.average_eur):
        if amount is not None:
            found |= {amount, amount.quantize(Decimal(1))}
    return found


def _of_listing(listing: Listing) -> Iterator[Decimal]:
    day = timezone.localdate(listing.offered_at)
    facts = (listing.price, listing.price_eur, listing.year, listing.size_mm)
    yield from (
        Decimal(fact) for fact in (*facts, day.day, day.month, day.year) if fact is not None
    )
    # Of names ("Black Bay 58") and of references written with blanks.
    for name in (listing.model, listing.reference):
        yield from (Decimal(part) for part in re.findall(r"\d+", name))


def _names_stand(text: str, asked: Asked, listings: Sequence[Listing]) -> bool:
    known = {reference_key(listing.reference) for listing in listings} - {""}
    known |= {reference_key(one.reference) for one in asked.named} - {""}
    about = folded(" ".join((asked.text, *(f"{one.brand} {one.model}" for one in listings))))
    for match in _MIXED.finditer(text):
        word = match.group().strip("./-")
        if _MEASURES.fullmatch(word) or folded(word) in about:
            continue
        if not any(key.startswith(reference_key(word)) for key in known):
            return False
    message, current = understand(text), catalogue.current()
    models = {(one.brand, one.model) for one in listings}
    models |= {(one.brand, one.model) for one in asked.named}
    brands = {brand for brand, _model in models}
    return all(
        one.brand in brands
        and (not one.model or any(model.startswith(one.model) for _brand, model in models))
        for one in names(message, mentions.find(message, current), current)
    )
