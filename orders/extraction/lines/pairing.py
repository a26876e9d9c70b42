"""Which quantity belongs to which product, in running text and lists.

Quantities and products come in turn; a quantity goes with the product before
or after it. The cheapest pairing of a whole stretch wins: what stands between
the two costs something, and so does changing the order people write in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from backoffice.core.text import word_set
from orders.extraction.lines.referring import refers_back
from orders.extraction.text.bag_words import FILLERS
from orders.extraction.text.mentions import Mention, Quantity
from orders.extraction.text.units import UNITS

if TYPE_CHECKING:
    from orders.extraction.text.scan import Scan

UNPAIRED_QUANTITY = 3.5
UNPAIRED_MENTION = 0.8
CHANGED_ORDER = 0.7
_TOO_FAR = 4.2

_TOKEN = re.compile(r"\.{2,}|_{2,}|-{2,}|[^\W_]+|\x01+|\n|[^\w\s]")
_ABBREVIATED = re.compile(r"\s*:")  # "2 coul. : 20 mille"
_AND = word_set("et w + and و & puis ou plus ainsi")
# What stands between: (quantity first, product first).
_COSTS: dict[str, tuple[float, float]] = {
    "\n": (1.2, 1.2),
    ".": (2.5, 2.5),
    ";": (3.0, 3.0),
    "!": (3.0, 3.0),
    "?": (3.0, 3.0),
    ",": (1.0, 0.6),
    ":": (0.6, 0.0),
    "=": (0.6, 0.0),
    "|": (0.2, 0.2),
    "(": (0.5, 0.3),
    "-": (0.2, 0.1),
    "•": (4.0, 4.0),
}
# Small words that carry the sentence from the goods to their number.
_LIGHT = word_set(
    "il nous en me m faut faudrait faudra fait besoin cette fois ce sera mets mettez moi on passe "
    "passez prend prends plus les des la fin we need it is l' memes meme same"
)
_AND_COST = 2.5
_WORD_COST = 0.4
_UNIT_WORDS = frozenset({"quantite", "qte", "qty", "quantity", "nombre", "nbre", "qt", "x"})


@dataclass(frozen=True, slots=True)
class Pair:
    quantity: Quantity
    mention: Mention
    cost: float

    @property
    def start(self) -> int:
        return min(self.quantity.start, self.mention.start)

    @property
    def end(self) -> int:
        return max(self.quantity.end, self.mention.end)


def gap_cost(scan: Scan, first: Mention | Quantity, second: Mention | Quantity) -> float:
    """How little ``first`` and ``second``, a quantity and a product, belong together."""
    side = 0 if isinstance(first, Quantity) else 1
    if side and refers_back(scan.masked, first.end, second.start):
        return 0.8
    cost = 0.0
    previous = ""
    for token in _TOKEN.finditer(scan.masked, first.end, second.start):
        word = token.group()
        if word == "." and _ABBREVIATED.match(scan.masked, token.end()):
            continue
        if word in _COSTS:
            # A blank line separates more than a line end.
            cost += 3.0 if word == "\n" == previous else _COSTS[word][side]
        elif word in _AND:
            cost += _AND_COST
        elif word[0] == "\x01":
            cost += _mark_cost(scan, token.start())
        elif word[0].isalpha() and word not in FILLERS and word not in UNITS | _COUNTING:
            cost += 0.1 if word in _LIGHT else _WORD_COST
        elif word[0].isdigit():
            cost += 1.0
        previous = word
    return cost


_COUNTING: dict[str, None] = dict.fromkeys(_UNIT_WORDS)


def _mark_cost(scan: Scan, position: int) -> float:
    mark = scan.mark_at(position)
    kind = mark.kind if mark else "size"
    return {"size": 0.1, "grammage": 0.1, "reference": 0.3, "bullet": 4.0, "amount": 1.5}.get(
        kind, 1.5
    )


def pair(
    scan: Scan, events: list[Mention | Quantity]
) -> tuple[list[Pair], list[Quantity], list[Mention]]:
    """Pair neighbours at least cost; return pairs, then quantities and mentions left alone."""

    @cache
    def best(index: int, order: int) -> tuple[float, tuple[int, ...]]:
        """Cheapest (cost, indexes at which a pair begins) from ``index`` on."""
        if index >= len(events):
            return 0.0, ()
        alone = UNPAIRED_QUANTITY if isinstance(events[index], Quantity) else UNPAIRED_MENTION
        cost, starts = best(index + 1, order)
        choice = (cost + alone, starts)
        if index + 1 < len(events) and type(events[index]) is not type(events[index + 1]):
            this_order = 1 if isinstance(events[index], Quantity) else 2
            gap = gap_cost(scan, events[index], events[index + 1])
            changed = CHANGED_ORDER if order and order != this_order else 0.0
            if gap <= _TOO_FAR:
                cost, starts = best(index + 2, this_order)
                choice = min(choice, (cost + gap + changed, (index, *starts)))
        return choice

    # Long texts would recurse too deep; tables of that length are read as tables.
    if len(events) > 400:  # noqa: PLR2004 - see above
        events = events[:400]
    starts = best(0, 0)[1]
    pairs, used = [], set()
    for index in starts:
        first, second = events[index], events[index + 1]
        quantity, mention = (first, second) if isinstance(first, Quantity) else (second, first)
        if isinstance(quantity, Quantity) and isinstance(mention, Mention):
            pairs.append(Pair(quantity, mention, gap_cost(scan, first, second)))
            used |= {index, index + 1}
    rest = [event for i, event in enumerate(events) if i not in used]
    return (
        pairs,
        [event for event in rest if isinstance(event, Quantity)],
        [event for event in rest if isinstance(event, Mention)],
    )
