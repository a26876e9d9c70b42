"""What traders say of their own watches being gone: the words, and what follows."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from backoffice.core.text import word_set, words
from listings.deciding import match_endings
from listings.models import Listing, ListingEvent

if TYPE_CHECKING:
    from collections.abc import Collection

# What can be sold.
OFFERED: Final = (Listing.Type.SALE, Listing.Type.TRADE)
# Without signs and accents, as ``words`` leaves them.
_SOLD: Final = word_set(
    "vendu vendue vendus vendues sold venduto venduta venduti vendute"
    " vendido vendida vendidos vendidas verkauft"
)
_UNAVAILABLE: Final = tuple(
    tuple(phrase.split())
    for phrase in (
        "plus dispo",
        "plus disponible",
        "no longer available",
        "not available anymore",
        "non piu disponibile",
        "ya no disponible",
        "ya no esta disponible",
        "nicht mehr verfugbar",
        "nicht mehr da",
    )
)
# What may stand beside it and says nothing else; no word that denies.
_BESIDE: Final = word_set(
    "c est sont elle elles il ils la le les l a ete to member this that"
    " one it s is the watch piece item montre orologio"
    " uhr reloj now deja already ya gia schon bereits ist e es esta been has out"
    " merci thanks thank thx you tks danke grazie gracias mille many so much beaucoup"
    " tous toutes all everyone tutti alle todos desole desolee sorry scusate lo siento"
    " bonjour hello hi hier yesterday today aujourd hui ieri oggi heute gestern ayer hoy"
    " up spf pending fast via ici here guys les gars messieurs"
)
_IS: Final = word_set("is are est sont e sono ist sind esta estan a ete now")
_EVERYTHING: Final = word_set("tout toutes tous all everything tutto tutti alles alle todo todos")
# "Not sold", "still for sale": then it is not.
_DENIES: Final = word_set(
    "pas not non nicht no yet encore still noch ancora aun jamais never mai nie isn wasn hasn"
)
_SHORTEST: Final = 3
# After it, "sold" tells how the watch is sold: "vendue avec boîte", "sold as is".
_GOES_ON: Final = (
    r"(?:avec|with|con|mit|as|as-is|par|by|dans|in|im|en|neuf|neuve|new|nuovo|neu|full|complet\w*"
    r"|sans|without|senza|ohne|sin|pour|for|per|für|para|comme|come|como|wie|out|wird|or|ou|only)\b"
)
_WORD: Final = "|".join(sorted(_SOLD))
_FIRST: Final = re.compile(
    rf"\W*(?:{_WORD})\b(?!\W*{_GOES_ON})(?=\s*(?:[^\w\s,]|$))", re.IGNORECASE
)
_LAST: Final = re.compile(rf"(?:^|[^\w\s'’]\s*|\d\s*)(?:{_WORD})\W*$", re.IGNORECASE)
# Loud beside words that are not: "VENDU Rolex ...", "Rolex ... SOLD".
_LOUD: Final = re.compile(
    rf"^\W*(?:{_WORD.upper()})\b(?!\W*(?i:{_GOES_ON}))|\b(?:{_WORD.upper()})\W*$"
)
_STRUCK: Final = re.compile(r"~[^~\n]+~")


def beside_sold(text: str) -> frozenset[str] | None:
    """The words beside "sold" that tell of which watch; None where it says something else.

    Empty where it names none: "Vendue, merci !".
    """
    if "?" in text:
        return None
    said = words(text)
    left = _without(said)
    if left is None or not _DENIES.isdisjoint(left):
        return None
    return frozenset(left) - _BESIDE - _EVERYTHING


def says_all(text: str) -> bool:
    """Whether it speaks of everything that was offered: "tout vendu", "all sold"."""
    said = words(text)
    pairs = itertools.pairwise(word for word in said if word not in _IS)
    return any(first in _EVERYTHING and second in _SOLD for first, second in pairs)


def names(left: Collection[str], listing: Listing) -> bool:
    """Whether these words can speak of the listing: they are its own, or how those begin."""
    own = words(f"{listing} {listing.text}")
    return all(
        word in own or (len(word) >= _SHORTEST and any(other.startswith(word) for other in own))
        for word in left
    )


def is_marked(text: str) -> bool:
    """Whether an offer is marked as gone: "SOLD - Rolex ...", "... 9500 € VENDU", or struck out."""
    lines = [line for line in text.splitlines() if line.strip()]
    if any(_is_marked(line) for line in lines):
        return True
    struck = _STRUCK.sub("", text)
    return struck != text and not words(struck)


def mark(listings: Collection[Listing]) -> None:
    """Mark them as sold, as their trader said; locked, and announced by the caller."""
    for listing in listings:
        listing.status = Listing.Status.SOLD
        listing.save(update_fields=["status", "updated_at"])
        ListingEvent.objects.create(
            listing=listing,
            kind=ListingEvent.Kind.SOLD,
            note=_("The trader wrote that it is sold."),
        )
    match_endings.end([listing.pk for listing in listings])


def is_by_trader(listing: Listing) -> bool:
    """Whether a sold one is so by its trader's words alone."""
    last = _last(listing)
    return last is not None and last.kind == ListingEvent.Kind.SOLD and last.by_id is None


def was_put_back(listing: Listing) -> bool:
    """Whether a person put it on the market after it was sold: no old words sell it again."""
    last = _last(listing)
    return last is not None and last.kind == ListingEvent.Kind.SHOWN and last.by_id is not None


def _last(listing: Listing) -> ListingEvent | None:
    kinds = [ListingEvent.Kind.SOLD, ListingEvent.Kind.SHOWN]
    return listing.events.filter(kind__in=kinds).order_by("-pk").first()


def _is_marked(line: str) -> bool:
    bare = _STRUCK.sub("", line)
    if beside_sold(bare) == frozenset():
        return True
    if _FIRST.match(bare) or _LAST.search(bare):
        return True
    return not bare.isupper() and _LOUD.search(bare) is not None


def _without(said: list[str]) -> list[str] | None:
    """What is left without the words for "sold"; None where there are none."""
    for phrase in _UNAVAILABLE:
        size = len(phrase)
        for start in range(len(said) - size + 1):
            if tuple(said[start : start + size]) == phrase:
                return [*said[:start], *said[start + size :]]
    left = [word for word in said if word not in _SOLD]
    return left if len(left) < len(said) else None
