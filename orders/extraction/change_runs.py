"""Parts of a message's clauses that ask for a change, neighbours of one kind put together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from orders.extraction import change_cues as cues
from orders.extraction.intent import Clause, clauses
from orders.extraction.mentions import mentions, quantities
from orders.extraction.told import SPLIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orders.extraction.drafts import Span
    from orders.extraction.scan import Scan

# What a part says of an order as a whole goes before what it says of goods.
_WHOLE = (
    ("replace", cues.REPLACES),
    ("forget", cues.FORGETS),
    ("cancel", cues.CANCELS_ORDER),
    ("keep", cues.KEEPS),
)
_LIST_ITEM = re.compile(r"\n\s*(?:[-•*–·]|\d)")


@dataclass(slots=True)
class Run:
    """Neighbouring parts of a clause that ask for the same."""

    scan: Scan
    start: int
    end: int
    action: str
    is_explicit: bool


def runs_of(one: Scan) -> list[Run]:
    found: list[Run] = []
    for clause in clauses(one):
        if cues.NOT_ASKED.search(clause.text):
            continue
        about = bool(cues.OF_AN_ORDER.search(clause.text))
        told = bool(cues.RECEIVED.search(clause.text)) and not about
        for start, end in () if told else _parts(clause):
            action, is_explicit = _action(one.text[start:end])
            last = found[-1] if found and _goes_on(found[-1], clause, start) else None
            if last and not action and _continues(last) and _says_more(one, start, end):
                last.end = end
            elif last and action == last.action:
                last.end, last.is_explicit = end, last.is_explicit or is_explicit
            elif action:
                found.append(Run(one, start, end, action, is_explicit or about))
    return found


def _goes_on(last: Run, clause: Clause, start: int) -> bool:
    """Whether a part follows the last run: in its sentence, or in the list it introduces."""
    if last.scan is not clause.scan or last.scan.text[last.end : start].strip():
        return False
    if last.start >= clause.start:
        return True
    before = last.scan.text[last.start : last.end].rstrip()
    return before.endswith(":") or bool(_LIST_ITEM.search(last.scan.text[last.end - 1 : start + 3]))


def _continues(last: Run) -> bool:
    """Whether goods without a word of change go the way of those before them."""
    before = last.scan.text[last.start : last.end].rstrip()
    return last.action in {"set", "add"} or bool(cues.AND.search(before))


def _parts(clause: Clause) -> Iterator[Span]:
    text = clause.text
    cuts = [0, *(cut.end() for cut in SPLIT.finditer(text)), len(text)]
    for a, b in pairwise(cuts):
        if text[a:b].strip():
            yield clause.start + a, clause.start + b


def _action(part: str) -> tuple[str, bool]:
    """What a part asks for, and whether by itself it speaks of an order made before."""
    for action, pattern in _WHOLE:
        if pattern.search(part):
            return action, True
    sets, perhaps, moves = (
        bool(pattern.search(part)) for pattern in (cues.SETS, cues.SETS_PERHAPS, cues.MOVES)
    )
    judged = (
        ("address", sets and bool(cues.ADDRESS.search(part)), True),
        ("date", moves or ((sets or perhaps) and bool(cues.OF_DELIVERY.search(part))), not perhaps),
        ("less", bool(cues.LESSENS.search(part)), True),
        ("remove", bool(cues.REMOVES.search(part)) and not sets, True),
        ("set", sets, True),
        ("set", perhaps, False),
        ("add", bool(cues.ADDS.search(part)), False),
    )
    return next(((action, sure) for action, is_so, sure in judged if is_so), ("", False))


def says_goods(run: Run) -> bool:
    return bool(mentions(run.scan, run.start, run.end) or quantities(run.scan, run.start, run.end))


def _says_more(one: Scan, start: int, end: int) -> bool:
    """Whether a part without a word of change goes on with the list before it."""
    return bool(quantities(one, start, end) or mentions(one, start, end))


def stripped(run: Run) -> Span:
    text = run.scan.text[run.start : run.end]
    start = run.start + len(text) - len(text.lstrip(" ,;:-\n"))
    return start, max(start + 1, run.end - (len(text) - len(text.rstrip(" ,;:-\n"))))
