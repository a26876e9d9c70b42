"""Order numbers in what customers write: "#123", "n°4587", "CMD-2026-00045", "cmd10423".

Telephone numbers, amounts, dates, postcodes and the numbers of parcels, invoices, returns,
articles and customers are none. What stands before a number decides; where nothing does, a
number of the usual length is one. Its shape is found in ``number_shapes``, what the words around
it say in ``number_labels``; here the customer's own orders are added.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final

from backoffice.core.text import Folded, fold, folded
from backoffice.messaging.documents import replies
from support.understanding import number_labels, number_prefixes, number_shapes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from backoffice.messaging.content import Span

LONGEST: Final = 20_000
_IN_SIGNATURE, _IN_QUOTE, _CONFIRMED = -2.5, -1.0, 10.0
_SHORTEST_OWN: Final = 4
# Of something else than an order: nothing that anybody else says changes that.
RULED_OUT: Final = number_labels.YEAR
# With this chance (0-1) a message is about no order, and a number that stands alone in it is none.
SURE_OF_NONE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number that may name an order, at ``start``-``end`` of the message.

    ``score`` above zero means that it is taken for one; ``is_known`` that the
    customer has such an order; ``is_alone`` that no word says what it is the number of.
    """

    number: str
    start: int
    end: int
    score: float
    is_known: bool = False
    is_alone: bool = False

    def is_order(self, *, is_other: bool = False) -> bool:
        """Whether it is taken for an order number, in a message that is surely of others or not."""
        return self.score > 0 and (self.is_known or not (self.is_alone and is_other))


def best(message: str, known: Collection[str] = ()) -> str | None:
    """Return the order number of the message, or nothing when it names none.

    ``known`` are the numbers of the customer's own orders: one of them that
    stands in the message wins, and is returned as it is written there.
    """
    found = find(message, known)
    return found[0].number if found and found[0].score > 0 else None


def find(
    message: str, known: Collection[str] = (), prefixes: Collection[str] = ()
) -> list[Candidate]:
    """Return the candidates of the message, likeliest first; those below zero were ruled out.

    ``prefixes`` are what the shop's order numbers begin with, as ``prefix_of`` gives it.
    """
    text = fold(message[:LONGEST])
    own = {_normal(number): number for number in known}
    begins = {*prefixes, *map(prefix_of, known)} - {""}
    found = [_confirm(one, own) for one in _weighed(text, begins)]
    found += _spelled_otherwise(text, own, found)
    unique: dict[str, Candidate] = {}
    for one in sorted(found, key=lambda one: (-one.score, one.start)):
        unique.setdefault(one.number, one)
    return list(unique.values())


def prefix_of(number: str) -> str:
    """Return the letters an order number of the shop begins with: "web" of "WEB-88213"."""
    return number_prefixes.prefix_of(folded(number))


def _weighed(text: Folded, prefixes: Collection[str]) -> Iterator[Candidate]:
    parts = replies.split(text.original)
    masked = number_shapes.masked(text)
    prefixed = dict(number_prefixes.find(text, masked, prefixes))
    weighed = [(one, number_labels.Weight(points)) for one, points in prefixed.items()]
    weighed += [
        (one, number_labels.weigh(text, masked, one))
        for one in number_shapes.find(masked)
        if number_shapes.is_free(one, prefixed)
    ]
    for shape, weight in weighed:
        score = weight.points
        first, last = text.source(shape.start, shape.end)
        if _inside(parts.signature, first):
            score += _IN_SIGNATURE
        elif _inside(parts.quoted, first):
            score += _IN_QUOTE
        yield Candidate(shape.number, first, last, score, is_alone=weight.is_alone)


def _inside(spans: Sequence[Span], position: int) -> bool:
    return any(span.start <= position < span.end for span in spans)


def _normal(number: str) -> str:
    return re.sub(r"[\W_]", "", folded(number))


def _confirm(one: Candidate, own: dict[str, str]) -> Candidate:
    """Mark a candidate that is one of the customer's orders, also by its last part alone."""
    normal = _normal(one.number)
    number = own.get(normal) or own.get(normal.lstrip(ascii_lowercase))
    if number is None and one.score > 0:
        serial = re.escape(one.number.lstrip("0"))
        endings = [k for n, k in own.items() if re.search(rf"\D0*{serial}$", k)]
        number = endings[0] if len(endings) == 1 else None
    if number is None:
        return one
    return replace(one, number=number, score=one.score + _CONFIRMED, is_known=True)


def _spelled_otherwise(
    text: Folded, own: dict[str, str], found: Sequence[Candidate]
) -> Iterator[Candidate]:
    """Yield the customer's numbers that stand in the text in a shape of their own."""
    seen = {one.number for one in found}
    for normal, number in own.items():
        if number in seen or len(normal) < _SHORTEST_OWN:
            continue
        pattern = r"[\W_]{0,2}".join(map(re.escape, normal))
        match = re.search(rf"(?<![^\W_]){pattern}(?![^\W_])", text.text)
        if match:
            first, last = text.source(*match.span())
            yield Candidate(number, first, last, _CONFIRMED, is_known=True)
