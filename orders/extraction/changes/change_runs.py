"""Parts of a message's clauses that ask for a change, neighbours of one kind put together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from orders.extraction.changes import change_cues as cues
from orders.extraction.changes import not_asked
from orders.extraction.kind import order_named
from orders.extraction.kind.intent import Clause, clauses
from orders.extraction.lines.told import SPLIT
from orders.extraction.splitting import places
from orders.extraction.text.mentions import mentions, quantities

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from orders.extraction.drafts import Span
    from orders.extraction.text.mentions import Quantity
    from orders.extraction.text.scan import Scan

# What a part says of an order as a whole goes before what it says of goods.
_WHOLE = (
    ("replace", cues.REPLACES),
    ("forget", cues.FORGETS),
    ("cancel", cues.CANCELS_ORDER),
    ("keep", cues.KEEPS),
)
# "7yed lplates mn lcommande": goods between the verb and the order are what is taken back.
_TAKEN_FROM = re.compile(
    r"(?<![^\W_])(?:de|d'|du|des|off|from|out\s+of|mn|men|من|sur|dans|in|f|في)\s*(?:\w+\s+){0,2}$"
)
_ORDER_WORD = re.compile(cues.ORDER_WORD)
_PLACE = re.compile(rf"{places.ANYWHERE}|{cues.STREET}")
_STREET_BEHIND = re.compile(rf"\s*,?\s*(?:bis\s*,?\s*)?{cues.STREET}")
_TAKES_ALL = frozenset({"cancel", "forget", "replace"})
_BESIDE_ANOTHER = frozenset({"add", "date", "address"})
_OF_DAY = re.compile(r"(?<![^\W_])(?:du|le|of\s+the|on\s+the|nhar|l|يوم)\s*$")
# "sachets : 3500" is one thing said; "correction : …" may be any.
_KNOWN = re.compile(r"\s*(?:les|nos|mes|ces|the|our|my|dok|duk|had|l)\s")
# A question that may wish for a day, or only ask: "vous livrez le samedi ?"
_WISH = re.compile(
    r"(?<![^\W_])(?:possible|pou[vr]\w+|peux|peut|can|could|would|may|serait|svp|stp|please|3afak|"
    r"besoin|voudr\w+|souhait\w+|ymken|بغيت|ممكن)(?![^\W_])"
)
_NO_CUT = re.compile(r":\s*\d")
_LIST_ITEM = re.compile(r"\n\s*(?:[-•*–·]|\d)")


@dataclass(slots=True)
class Run:
    """Neighbouring parts of a clause that ask for the same."""

    scan: Scan
    start: int
    end: int
    action: str
    is_explicit: bool
    # Words of its clause before it: "les sachets, finalement 4000".
    since: int = 0


def runs_of(one: Scan, today: dt.date) -> list[Run]:
    found: list[Run] = []
    framed: list[Run] = []
    is_framed = frames(one, today)
    for clause in clauses(one):
        if is_not_asked(clause):
            continue
        about = bool(cues.OF_AN_ORDER.search(clause.text))
        told = bool(cues.RECEIVED.search(clause.text)) and not about

        def since(start: int, clause: Clause = clause) -> int:
            return max([clause.start, *(run.end for run in found if run.end <= start)])

        before = None
        for start, end in () if told else _parts(clause):
            action, is_explicit = _action(one, start, end)
            if (
                action == "set"
                and before is not None
                and cues.ELSEWHERE.search(one.text, start, end)
            ):
                # "2800 sachets et 550 plates au lieu de ce qui était prévu"
                start = before  # noqa: PLW2901 - the list as a whole
            goes_on = not action and cues.AND.search(one.text[start:end].rstrip())
            before = (before or start) if goes_on and _counts(one, start, end) else None
            last = found[-1] if found and _goes_on(found[-1], clause, start) else None
            if last and not action and _continues(last) and _says_more(one, start, end):
                last.end = end
            elif last and action == last.action:
                last.end, last.is_explicit = end, last.is_explicit or is_explicit
            elif action:
                found.append(Run(one, start, end, action, is_explicit or about, since(start)))
            elif is_framed and _counts(one, start, end):
                found.append(Run(one, start, end, "set", is_explicit=False, since=since(start)))
                framed.append(found[-1])
    if any(run.action in _TAKES_ALL for run in found):
        # What is ordered beside a cancellation is an order.
        return [run for run in found if run not in framed]
    if is_another([one]):
        return [run for run in found if run.action not in _BESIDE_ANOTHER]
    return found


def is_another(scans: Iterable[Scan]) -> bool:
    """Whether the author speaks of an order beside the ones there are."""
    return any(
        cues.ANOTHER.search(one.text, start, end) for one in scans for start, end in one.regions()
    )


def is_not_asked(clause: Clause) -> bool:
    """Whether a clause speaks of changes without asking for one: a condition, a question."""
    one, start, end = clause.scan, clause.start, clause.end
    if not_asked.NOT_ASKED.search(one.text, start, end):
        return True
    return bool(not_asked.IN_GENERAL.search(one.text, start, end)) and not _counts(one, start, end)


def frames(one: Scan, today: dt.date) -> bool:
    """Whether the message puts right an order of before, and makes none beside it.

    Then goods with a figure and no word of change are what that order shall be.
    """
    if is_another([one]):
        return False
    return any(
        cues.FRAMES.search(one.text, clause.start, clause.end)
        or order_named.names_one(one, clause.start, clause.end, today)
        for clause in clauses(one)
        if not is_not_asked(clause) and not cues.RECEIVED.search(clause.text)
    )


def _goes_on(last: Run, clause: Clause, start: int) -> bool:
    """Whether a part follows the last run: in its sentence, or in the list it introduces."""
    if last.scan is not clause.scan or last.scan.text[last.end : start].strip():
        return False
    if last.start >= clause.start:
        return True
    if last.action == "add" and not _counts(last.scan, last.start, last.end) and says_goods(last):
        # "J'ai oublié les torsadées ! Il m'en faut 600"
        return not mentions(clause.scan, clause.start, clause.end)
    before = last.scan.text[last.start : last.end].rstrip()
    return before.endswith(":") or bool(_LIST_ITEM.search(last.scan.text[last.end - 1 : start + 3]))


def _continues(last: Run) -> bool:
    """Whether goods without a word of change go the way of those before them."""
    before = last.scan.text[last.start : last.end].rstrip()
    if last.action == "cancel":
        # "Annulez ma commande de ce matin, les 2000 sacs torsadés"
        return bool(_KNOWN.match(last.scan.text, last.end))
    return last.action in {"set", "add", "address"} or bool(
        cues.AND.search(before) or (before.endswith(":") and not says_goods(last))
    )


def _parts(clause: Clause) -> Iterator[Span]:
    text = clause.text
    found = (
        cut.end()
        for cut in SPLIT.finditer(text)
        if not _NO_CUT.match(text, cut.start()) and not cues.LEADS_OLD.match(text, cut.end())
    )
    cuts = [0, *found, len(text)]
    for a, b in pairwise(cuts):
        if text[a:b].strip():
            yield clause.start + a, clause.start + b


def _action(one: Scan, start: int, end: int) -> tuple[str, bool]:
    """What a part asks for, and whether by itself it speaks of an order made before."""
    part = one.text[start:end]
    whole = next((action for action, pattern in _WHOLE if pattern.search(part)), "")
    if whole == "cancel" and _takes_goods_from(one, start, end):
        whole = "remove"
    aims = bool(_counts(one, start, end) and cues.SETS_TO.search(part))
    if whole == "keep" and (aims or cues.MOVES.search(part)):
        whole = ""
    if whole:
        return whole, True
    sets, perhaps, moves, of_delivery = (
        bool(pattern.search(part))
        for pattern in (cues.SETS, cues.SETS_PERHAPS, cues.MOVES, cues.OF_DELIVERY)
    )
    counts, has_day = _counts(one, start, end), _has_day(one, start, end)
    about_one = bool(cues.OF_AN_ORDER.search(part))
    changes_place = (sets or bool(cues.NEW_ADDRESS.search(part))) and bool(
        cues.ADDRESS.search(part)
    )
    # "Livrez la commande d'hier au 14 rue Ibn Sina", "deliver it to Rabat, not Casablanca"
    other = cues.ELSEWHERE.search(part) or cues.OF_AN_ORDER.search(part)
    elsewhere = of_delivery and not counts and not has_day and bool(other)
    asks = "?" in part and not _WISH.search(part)
    changes_day = (moves and (has_day or not counts)) or (
        of_delivery and not counts and (sets or perhaps or (has_day and not asks))
    )
    judged = (
        ("address", changes_place or (elsewhere and bool(_PLACE.search(part))), True),
        ("date", changes_day, moves or sets),
        ("set", aims, True),
        ("add", counts and bool(cues.INCREASES.search(part)), about_one),
        ("less", bool(cues.LESSENS.search(part)), True),
        ("remove", bool(cues.REMOVES.search(part)) and not sets, True),
        ("set", sets, True),
        ("add", bool(cues.ADDS.search(part)), False),
        ("set", perhaps, False),
    )
    return next(((action, sure) for action, is_so, sure in judged if is_so), ("", False))


def _takes_goods_from(one: Scan, start: int, end: int) -> bool:
    """Whether goods stand before the order they are to be taken out of."""
    for word in _ORDER_WORD.finditer(one.text, start, end):
        named = [mention for mention in mentions(one, start, word.start()) if mention]
        if named and _TAKEN_FROM.search(one.text, named[-1].end, word.start()):
            return True
        if named and one.text[named[-1].end : word.start()].strip() in {"l", "d"}:
            return True
    return False


def _counts(one: Scan, start: int, end: int) -> bool:
    return bool(counted(one, start, end))


def counted(one: Scan, start: int, end: int) -> list[Quantity]:
    """The quantities without days of the month: "la commande du 14", "au lieu du 30"."""
    return [count for count in quantities(one, start, end) if not _is_day(one, count, end)]


def _is_day(one: Scan, count: Quantity, end: int) -> bool:
    """Whether a figure is a day, so many days, a price, or the number of a house."""
    if _STREET_BEHIND.match(one.text, count.number.end) or count.value < 1:
        return True
    if any(
        shift.start() <= count.start < shift.end()
        for shift in cues.SHIFT.finditer(one.text, max(0, count.start - 6))
    ):
        return True
    if count.unit_word or count.value > 31 or not _OF_DAY.search(one.text, 0, count.start):  # noqa: PLR2004 - days of a month
        return False
    return not any(m.start - count.end < 3 for m in mentions(one, count.end, end))  # noqa: PLR2004 - "les 14 sacs"


def _has_day(one: Scan, start: int, end: int) -> bool:
    return any(
        start <= day.start < end and not order_named.is_of_order(one, day) for day in one.dates
    )


def says_goods(run: Run) -> bool:
    return bool(mentions(run.scan, run.start, run.end) or quantities(run.scan, run.start, run.end))


def _says_more(one: Scan, start: int, end: int) -> bool:
    """Whether a part without a word of change goes on with the list before it."""
    return bool(counted(one, start, end) or mentions(one, start, end))


def stripped(run: Run) -> Span:
    text = run.scan.text[run.start : run.end]
    start = run.start + len(text) - len(text.lstrip(" ,;:-\n"))
    return start, max(start + 1, run.end - (len(text) - len(text.rstrip(" ,;:-\n"))))
