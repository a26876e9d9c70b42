"""Where a text speaks of bags, and where of quantities."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orders.extraction.catalogue import PACKAGING, Catalogue
from orders.extraction.lines.products import Traits, sign_of, traits_of
from orders.extraction.text import units
from orders.extraction.text.bag_words import FILLERS
from orders.extraction.text.numbers import ARTICLES, PLAIN, TIMES

if TYPE_CHECKING:
    from decimal import Decimal

    from orders.extraction.text.numbers import Number
    from orders.extraction.text.scan import Scan
    from orders.reading import Unit

_TOKEN = re.compile(r"w/o|s/(?=\s?[pa])|[^\W_]+|\x01+|\n|[^\w\s]")
_GOES_ON = frozenset("()-:/\"'’.,_*|")
_MOST_UNKNOWN = 3
_SENTENCE_END = re.compile(r"\s|$")
_COUNTED = re.compile(r"(?:\d|\dk|mille|alf|alaf|mya|cents?)\s+(?:de\s+|d'|d\s+|dyal\s+)?$")
_BEFORE_NAME = re.compile(r"[ \t]*(?:(?:en|de|d'|les?|type|modele|dyal|\()[ \t]*)*")
# "sachets, idem en torsadées", "sachets. Pas de poignées plates": another bag follows.
_ANOTHER = frozenset({"pas", "sauf", "hors", "idem", "pareil", "autant", "meme", "same"})
# "torsadé, w alfayn sachet": a number in words counts another bag.
_COUNTING = frozenset({*PLAIN, *TIMES}) - ARTICLES - {"k"}
_COMPLETE = frozenset({"none", "flat", "twisted"})
# A mark of these kinds may stand inside a product's name.
_INSIDE = frozenset({"size", "grammage", "duration", "percent"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A bag, or a product called by name, at ``start``-``end`` of the folded text."""

    start: int
    end: int
    traits: Traits


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that may count goods, with the unit written after it."""

    start: int
    end: int
    value: Decimal
    unit: Unit
    unit_word: str
    number: Number


@dataclass(slots=True)
class _Open:
    start: int
    end: int
    signs: list[tuple[str, str]]

    def takes(self, sign: str) -> bool:
        """Whether one more sign can belong to the same bag."""
        traits = traits_of(self.signs)
        if sign in "SB":
            return not traits.head
        if sign == "F":
            return not (traits.bottom and any(s == "F" for s, _ in self.signs))
        if sign == "K":
            return self.signs[-1][0] == "H"
        if sign in "THN":
            last = self.signs[-1][0]
            finishing = sign in "TH" and last in "HNP" and traits.handles in {"", "some"}
            return finishing or traits.handles not in _COMPLETE
        if sign == "P":
            return self.signs[-1][0] in "FH" or traits.handles not in _COMPLETE
        return True


def mentions(scan: Scan, start: int, end: int, catalogue: Catalogue | None = None) -> list[Mention]:
    """Return the bags, and products called by name, between ``start`` and ``end``, in order.

    The names are those of the ``catalogue``, by default the one the scan was made for.
    """
    known: Catalogue = catalogue or scan.memory.get("catalogue", PACKAGING)
    called = [
        Mention(name.start, name.end, Traits(code=name.code))
        for name in known.called(scan.text, start, end)
    ]
    return _merged(scan, _bags(scan, start, end), called) if called else _bags(scan, start, end)


def _merged(scan: Scan, bags: list[Mention], called: list[Mention]) -> list[Mention]:
    """Names beside bags: of two that overlap the longer one, of "sacs en zif" what "zif" is."""
    kept = [
        name
        for name in called
        if not any(_overlap(bag, name) and _length(bag) > _length(name) for bag in bags)
    ]
    for bag in bags:
        if any(_overlap(bag, name) for name in kept):
            continue
        index = next((i for i, name in enumerate(kept) if _goes_on_as(scan, bag, name)), None)
        if index is None:
            kept.append(bag)
        else:
            kept[index] = Mention(bag.start, kept[index].end, kept[index].traits)
    return sorted(kept, key=lambda mention: mention.start)


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def _length(mention: Mention) -> int:
    return mention.end - mention.start


def _goes_on_as(scan: Scan, bag: Mention, name: Mention) -> bool:
    """Whether a bag of which nothing is told is the product named right behind it."""
    if bag.traits.telling or bag.traits.foreign or bag.traits.code or name.start < bag.end:
        return False
    return bool(_BEFORE_NAME.fullmatch(scan.masked, bag.end, name.start))


def _bags(scan: Scan, start: int, end: int) -> list[Mention]:
    found: list[Mention] = []
    current: _Open | None = None
    unknown, broken, stopped = 0, False, False
    tokens = list(_TOKEN.finditer(scan.masked, start, end))
    for index, token in enumerate(tokens):
        word = token.group()
        sign = sign_of(word) if word[0].isalnum() else ""
        if sign == "N" and not _followed_by_handle(tokens, index):
            sign = "P" if current and current.signs[-1][0] == "F" else ""
        if not sign:
            kind = _gap(scan, token)
            unknown += kind == "unknown"
            stopped |= word == "." and _SENTENCE_END.match(scan.masked, token.end()) is not None
            broken |= (
                kind == "break"
                or (stopped and kind == "unknown")
                or word in _ANOTHER
                or (kind == "newline" and _blank_or_list(scan, token.end()))
            )
            continue
        if current is None or broken or unknown > _MOST_UNKNOWN or not current.takes(sign):
            found += _closed(scan, current)
            current = _Open(token.start(), token.end(), [])
        current.signs.append((sign, word))
        current.end = token.end()
        unknown, broken, stopped = 0, False, False
    return found + _closed(scan, current)


def _closed(scan: Scan, current: _Open | None) -> list[Mention]:
    """The mention, unless its words say too little: "fond", "plat", "care" alone."""
    if current is None:
        return []
    traits = traits_of(current.signs)
    if not traits.head and not (
        traits.handles in _COMPLETE or (traits.bottom and _has_bottom(current))
    ):
        return []
    if not traits.head and current.signs in ([("P", "plat")], [("P", "flat")]):
        return []
    if not traits.head and current.signs == [("P", "plate")]:
        # "1k5 plate" counts bags, "une surface plate" does not.
        lead = scan.masked[max(0, current.start - 12) : current.start]
        return [Mention(current.start, current.end, traits)] if _COUNTED.search(lead) else []
    return [Mention(current.start, current.end, traits)]


def _has_bottom(current: _Open) -> bool:
    return any(sign == "F" for sign, _ in current.signs)


def _followed_by_handle(tokens: list[re.Match[str]], index: int) -> bool:
    for token in tokens[index + 1 : index + 3]:
        word = token.group()
        if not word[0].isalnum():
            return False
        if sign_of(word):
            return sign_of(word) == "H"
    return False


def _gap(scan: Scan, token: re.Match[str]) -> str:
    """What a word without sign does to the name it stands in."""
    word = token.group()
    if word[0] == "\x01":
        mark = scan.mark_at(token.start())
        return "filler" if mark and mark.kind in _INSIDE else "break"
    if word == "\n":
        return "newline"
    if word[0].isdigit():
        content = units.after(scan.text, token.end())
        return "filler" if content and content.unit == "kg" else "break"
    if word in FILLERS or word in _GOES_ON:
        return "filler"
    if word in _COUNTING:
        return "break"
    return "unknown" if word[0].isalpha() else "break"


_LIST_LINE = re.compile(r"[ \t]*(?:\n|[-•*–✅✔▪️➡👉🔹◦·]|\x01|\d)")


def _blank_or_list(scan: Scan, position: int) -> bool:
    """Whether the next line starts something new rather than going on."""
    return bool(_LIST_LINE.match(scan.masked, position))


def quantities(scan: Scan, start: int, end: int) -> list[Quantity]:
    """Return the numbers between ``start`` and ``end`` that may count goods."""
    found: list[Quantity] = []
    for number in scan.numbers:
        if number.start < start or number.end > end:
            continue
        unit = units.after(scan.text, number.end)
        if unit is None:
            found.append(Quantity(number.start, number.end, number.value, "piece", "", number))
        else:
            value = number.value * unit.factor
            found.append(Quantity(number.start, unit.end, value, unit.unit, unit.word, number))
    return found


def counted(counts: list[Quantity], found: list[Mention]) -> list[Quantity]:
    """The quantities, less units that begin a name: "200 boîtes pizza" are 200 of these."""
    names = [mention for mention in found if mention.traits.code]
    return [
        replace(one, end=one.number.end, value=one.number.value, unit="piece", unit_word="")
        if one.unit_word and any(one.number.end <= name.start < one.end for name in names)
        else one
        for one in counts
    ]
