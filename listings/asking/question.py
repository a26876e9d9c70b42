"""What a question asks for: about which watches, and what of them.

Names, conditions and amounts are read as in messages (:mod:`listings.extraction`); the words that
only questions have are in ``data/words.csv``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from django.utils import timezone

from listings.asking import bounds, periods, words
from listings.asking.names import Named, names
from listings.extraction import attributes, mentions
from listings.extraction.message import understand
from listings.extraction.noise import paint
from listings.reading import catalogue
from listings.search import parted

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from listings.asking.bounds import Bounds
    from listings.asking.periods import Days
    from listings.asking.words import Language
    from listings.extraction.message import Message
    from listings.extraction.tokens import Match

# A nearest price, the newest offer; how many; whose; what it costs; or simply which there are.
Wish = Literal["cheapest", "dearest", "newest", "count", "who", "worth", "list"]
Side = Literal["sale", "wanted", "trade", "question", "sold", "any"]

_PRICES = frozenset({"average", "median", "worth"})
_WISHES: tuple[Wish, ...] = ("cheapest", "dearest", "newest")
# Of two phrases in one place the one that says more: "wurde verkauft" is sold, not for sale.
_SIDES: tuple[Side, ...] = ("sold", "wanted", "trade", "sale", "question", "any")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question understood; empty fields do not narrow.

    ``words`` are those that name something we know no column for ("blue", a trader's name).
    ``is_empty``: nothing in it could be looked for.
    """

    text: str
    language: Language
    wish: Wish
    side: Side
    named: tuple[Named, ...] = ()
    bounds: Bounds = field(default_factory=lambda: bounds.NONE)
    condition: str = ""
    movement: str = ""
    size_mm: str = ""
    box: bool | None = None
    papers: bool | None = None
    days: Days | None = None
    words: tuple[str, ...] = ()
    is_empty: bool = False

    @property
    def narrows(self) -> bool:
        """Whether a column of listings is asked for, beside the side of the market."""
        details = (self.condition, self.movement, self.size_mm, self.days)
        return bool(
            self.named
            or self.bounds != bounds.NONE
            or any(details)
            or self.box is not None
            or self.papers is not None
        )

    def without_words(self, unheard: Sequence[str]) -> Asked:
        """The same, without the words that nothing was found by."""
        return replace(self, words=tuple(word for word in self.words if word not in unheard))


def read(text: str, *, otherwise: Language = "en", today: dt.date | None = None) -> Asked:
    """Understand a question; ``otherwise`` is its language where its words do not tell."""
    known = catalogue.current()
    message = understand(parted.joined(text, known))
    found = words.find(message.tokens)
    named = names(message, mentions.find(message, known), known)
    taken = [span for one in named for span in one.spans]
    days, of_days = periods.read(message, found, today or timezone.localdate())
    masked = paint(message.masked, [*taken, *of_days])
    limits, of_limits = bounds.read(message, masked, found)
    taken += [*of_days, *of_limits]
    details, of_details = _details(message, taken)
    side = _side(found, taken)
    left = _left(message, found, [*taken, *of_details])
    wish = _wish(found)
    asked = Asked(
        text=text,
        language=words.language_of(message.tokens, text, otherwise),
        wish=wish,
        side=side or ("any" if wish == "newest" and not named else "sale"),
        named=tuple(named),
        bounds=limits,
        days=days,
        words=left,
        **details,
    )
    spoke = side or wish != "list" or asked.narrows or left
    return asked if spoke else _empty(asked)


def _empty(asked: Asked) -> Asked:
    return Asked(asked.text, asked.language, asked.wish, asked.side, is_empty=True)


def _side(found: dict[str, list[Match[str]]], taken: list[tuple[int, int]]) -> Side | None:
    said = {
        match.value
        for match in found.get("side", ())
        if not any(start <= match.start < end for start, end in taken)
    }
    return next((side for side in _SIDES if side in said), None)


def _wish(found: dict[str, list[Match[str]]]) -> Wish:
    said = {match.value for match in found.get("asked", ())}
    if any(name in said for name in _WISHES):
        return next(wish for wish in _WISHES if wish in said)
    if said & _PRICES:
        return "worth"
    if "count" in said:
        return "count"
    return "who" if "who" in said else "list"


def _details(
    message: Message, taken: list[tuple[int, int]]
) -> tuple[dict[str, Any], list[tuple[int, int]]]:
    """Condition, movement, size, box and papers, and where they are said."""
    end = len(message.low)
    condition = attributes.condition(message, 0, end)
    movement = attributes.movement(message, 0, end)
    size = attributes.size(message, 0, end)
    box, papers = attributes.box_and_papers(message, 0, end)
    inside = [
        (message.folded.position(one.start), message.folded.position(one.end))
        for found in (condition, movement, size, box, papers)
        for one in found.evidence
    ]
    if any(start <= first < end for first, _last in inside[:1] for start, end in taken):
        condition = type(condition)()  # "new" of a name is no condition
    return {
        "condition": condition.value or "",
        "movement": movement.value or "",
        "size_mm": str(size.value or ""),
        "box": box.value,
        "papers": papers.value,
    }, inside


_WORD = re.compile(r"[^\W_][\w./-]*[^\W_]|[^\W_]")
_NUMBER = re.compile(r"[\d.,]{1,6}")
_SHORTEST = 2


def _left(
    message: Message, found: dict[str, list[Match[str]]], taken: list[tuple[int, int]]
) -> tuple[str, ...]:
    """Words that nothing else explains: what texts and traders' names are searched for."""
    spans = [*taken, *((match.start, match.end) for rows in found.values() for match in rows)]
    text = paint(message.low, spans).replace("\x00", " ")
    kept = []
    for match in _WORD.finditer(text):
        word = match.group()
        # A number by itself says nothing that a text could be searched for.
        if word in words.fillers() or len(word) < _SHORTEST or _NUMBER.fullmatch(word):
            continue
        kept.append(word)
    return tuple(dict.fromkeys(kept))
