"""Goods whose price is asked beside an order: "3tini 2500 torsadés, w chhal sachet fond plat?"."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from orders.extraction.kind import cues, order_cues
from orders.extraction.lines.told import SPLIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from orders.extraction.drafts import Draft, Span
    from orders.extraction.text.scan import Scan

# Lighter words ("tarif", "catalogue") ask for nothing by themselves.
_A_QUESTION = 2.5
_AN_ORDER = 3.0
_PRICE_CUES = [c for c in cues.OTHERS if c.kind == "quote_request" and c.weight >= _A_QUESTION]
_ORDER_CUES = [c for c in order_cues.ORDER if c.weight >= _AN_ORDER]
# "merci", "pouvez-vous" ask for a price as well as for goods.
_ONLY_POLITE = re.compile(
    r"(?:merci|pouvez|pourr\w+|svp|stp|please|could|can|kindly|veuillez|priere|prie)"
)


def known_prices_blanked(text: str) -> str:
    """``text`` without the prices that are only referred to, positions kept."""
    text = cues.KNOWN_PRICE.sub(lambda known: " " * len(known.group()), text)
    return cues.OWN_WORDS.sub(lambda known: " " * len(known.group()), text)


def spans(text: str, start: int, end: int) -> list[Span]:
    """Where a clause asks for a price; ``text`` is without known prices."""
    asked = [m.end() for cue in _PRICE_CUES if (m := cue.pattern.search(text, start, end))]
    if not asked:
        return []
    cuts = sorted({start, *(m.end() for m in SPLIT.finditer(text, start, end)), end})
    parts = list(pairwise(cuts))
    first = next(i for i, (_, stop) in enumerate(parts) if min(asked) <= stop)
    # What comes before goes with the question, unless it is ordered.
    ordered = [i for i, (a, b) in enumerate(parts[:first]) if _orders(text, a, b)]
    begin = parts[ordered[-1] + 1][0] if ordered else start
    stop = next((a for a, b in parts[first + 1 :] if _orders(text, a, b)), end)
    return [(begin, stop)]


def _orders(text: str, start: int, end: int) -> bool:
    """Whether words between two positions order something that is counted there."""
    if not re.search(r"\d", text[start:end]) and not re.search(r"alf|mille|الف", text[start:end]):
        return False
    found = (cue.pattern.search(text, start, end) for cue in _ORDER_CUES)
    return any(match and not _ONLY_POLITE.match(match.group()) for match in found)


def wanted(drafts: list[Draft], asked: Callable[[Scan], Iterable[Span]]) -> list[Draft]:
    """The lines that are ordered; all of them where a price is asked for every one."""
    kept = [
        draft
        for draft in drafts
        if not any(start <= draft.quantity_span[0] < end for start, end in asked(draft.scan))
    ]
    return kept or drafts
