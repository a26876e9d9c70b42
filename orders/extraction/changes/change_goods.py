"""What is to change, and into what: figures, goods, days, as a part of a message says them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from orders.extraction.changes import change_cues as cues
from orders.extraction.changes.change_runs import counted, stripped
from orders.extraction.kind.order_named import is_of_order
from orders.extraction.lines import freetext
from orders.extraction.lines.products import match
from orders.extraction.text.mentions import Mention, Quantity, mentions, quantities

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from backoffice.core.dates import DateFound
    from orders.extraction.catalogue import Catalogue
    from orders.extraction.changes.change_runs import Run
    from orders.extraction.text.scan import Scan
    from orders.reading import Unit

Action = Literal["set", "add", "less", "remove", "swap", "date", "address"]
# "nous avions commandé 2000 sachets": what it was, in the message that says what it shall be.
_ORDERED_BEFORE = re.compile(
    r"(?<![^\W_])(?:av(?:ais|ions|ait|ons|ez)|ai|g|ete)\s+(?:\w+\s+){0,2}?com+and\w*|"
    r"com+ande\s+(?:de|d'|hier)|"
    r"(?:had|have|i|we)\s+ordered|order\s+(?:of|for)|(?:glt|golt|gult|قلت|j'ai\s+dit|"
    r"avais?\s+dit|said|told\s+you|avais\s+mis|ai\s+mis|7et+it|tlebt|dert|khdit|طلبت|درت|"
    r"كوموند\w*\s+ديال)"
)


@dataclass(frozen=True, slots=True)
class AskedChange:
    """One thing to change; what is not said is empty or None.

    ``quantity`` is the new one ("set"), or the difference ("add", "less"); ``before`` the
    one that no longer holds. ``product`` is a code, ``description`` the words for the goods.
    """

    action: Action
    product: str = ""
    description: str = ""
    quantity: Decimal | None = None
    before: Decimal | None = None
    unit: Unit | None = None
    day: dt.date | None = None
    instead_of: str = ""
    # So many times what there is; so many days later (negative: earlier).
    factor: Decimal | None = None
    days: int = 0
    # "la première ligne": counted from 1.
    row: int = 0


def changes_of(run: Run, catalogue: Catalogue) -> list[AskedChange]:
    if run.action == "date":
        return _new_day(run)
    if run.action == "address":
        return [AskedChange("address", description=_words(run))]
    if run.action not in {"set", "add", "less", "remove"}:
        return []
    if run.action == "set" and (day := _new_day(run)) and not counted(run.scan, run.start, run.end):
        return day
    return _goods(run, catalogue)


def _goods(run: Run, catalogue: Catalogue) -> list[AskedChange]:
    one = run.scan
    named = mentions(one, run.start, run.end) or mentions(one, run.since, run.start)[-1:]
    counts = counted(one, run.start, run.end)
    if counts and len(named) > 1:
        # "2000 plates et non torsadées": no figure is of what is not wanted.
        named = [mention for mention in named if not _is_refused(one, run, mention)]
    old = [count for count in counts if _is_superseded(one, run, count)]
    new = [count for count in counts if count not in old]
    if run.action == "set" and (factor := _factor(run)):
        return [replace(asked, factor=factor) for asked in _named_goods(run, named, catalogue)]
    if run.action == "set" and not new:
        return _swapped(run, named, catalogue)
    if run.action == "set" and len(named) < 2 and not old:  # noqa: PLR2004 - of one thing
        old = _said_before(run)
    if run.action == "set" and (exchanged := _exchanged(run, named, new, catalogue)):
        return [exchanged]
    if run.action == "remove" and not new:
        return [_of_goods("remove", one, mention, catalogue) for mention in named]
    changes: list[AskedChange] = []
    for count in new:
        mention = _nearest(one, count, named, new)
        before = _paired(count, old, new)
        asked = AskedChange(
            _verb_of(one, run, count),
            quantity=count.value,
            before=before.value if before else None,
            unit=count.unit if count.unit_word else None,
            row=_row(run),
        )
        if mention:
            goods = _of_goods(asked.action, one, mention, catalogue)
            asked = replace(asked, product=goods.product, description=goods.description)
        elif run.action != "set" and (other := _other_goods(run, count, catalogue)):
            asked = replace(asked, product=other[0], description=other[1])
        changes.append(asked)
    return changes


def _is_refused(one: Scan, run: Run, mention: Mention) -> bool:
    before = one.masked[max(run.start, mention.start - 30) : mention.start]
    return bool(cues.NOT_THESE.search(before))


def _said_before(run: Run) -> list[Quantity]:
    """The figure that was ordered: "je t'ai dit 3000 mais il me faut 2000"."""
    one = run.scan
    first = max((start for start, end in one.regions() if start <= run.start), default=0)
    told = [count for count in quantities(one, first, run.start) if _was_ordered(one, count)]
    return told[-1:]


def _verb_of(one: Scan, run: Run, count: Quantity) -> Action:
    if _is_target(one, run, count):
        return "set"
    # "+500 sachets sur ma commande"
    is_more = (
        run.action == "set"
        and one.text[max(run.start, count.start - 2) : count.start].strip() == "+"
    )
    return "add" if is_more else _verb(run.action)


def _verb(action: str) -> Action:
    verbs: dict[str, Action] = {"set": "set", "add": "add", "less": "less", "remove": "less"}
    return verbs[action]


def _of_goods(action: Action, one: Scan, mention: Mention, catalogue: Catalogue) -> AskedChange:
    words = one.folded.source_text(mention.start, mention.end)
    return AskedChange(
        action, product=match(mention.traits, catalogue).code, description=" ".join(words.split())
    )


def _other_goods(run: Run, count: Quantity, catalogue: Catalogue) -> tuple[str, str] | None:
    """Goods that are no bags, as the reader of lines finds them."""
    for draft in freetext.read_between(run.scan, run.start, run.end, catalogue):
        if draft.quantity_span[0] <= count.start < draft.quantity_span[1]:
            words = run.scan.folded.source_text(*draft.description)
            return draft.product.code, " ".join(words.split())
    return None


def _swapped(run: Run, named: list[Mention], catalogue: Catalogue) -> list[AskedChange]:
    """Other goods, as many as before: "des torsadées au lieu des plates"."""
    if len(named) != 2:  # noqa: PLR2004 - the new and the old one
        return []
    first, second = named
    between = run.scan.masked[first.end : second.start]
    if cues.EXCHANGED.search(between):
        first, second = second, first
    elif cues.SUPERSEDED.search(run.scan.masked[run.start : first.start]):
        # "à la place des plates, des torsadées"
        first, second = second, first
    elif not cues.SUPERSEDED.search(between):
        return []
    new = _of_goods("swap", run.scan, first, catalogue)
    old = _of_goods("swap", run.scan, second, catalogue)
    return [replace(new, instead_of=old.product)] if new.product and old.product else []


def _exchanged(
    run: Run, named: list[Mention], counts: list[Quantity], catalogue: Catalogue
) -> AskedChange | None:
    """One product for another, each with its figure: "les 2000 plates par 3000 torsadées"."""
    if len(named) != 2 or len(counts) != 2:  # noqa: PLR2004 - the old and the new goods
        return None
    (first, second), (old, new) = named, counts
    if not cues.EXCHANGED.search(run.scan.masked[first.end : new.start]):
        return None
    if old.start > first.end:
        # "sachets 3000 -> 2000, plates 500"
        return None
    goods = _of_goods("swap", run.scan, second, catalogue)
    instead = _of_goods("swap", run.scan, first, catalogue).product
    return replace(goods, quantity=new.value, before=old.value, instead_of=instead)


def is_swap(run: Run, catalogue: Catalogue) -> bool:
    named = mentions(run.scan, run.start, run.end)
    return bool(_swapped(run, named, catalogue)) and not quantities(run.scan, run.start, run.end)


def _is_superseded(one: Scan, run: Run, count: Quantity) -> bool:
    before = one.masked[max(run.start, count.start - 30) : count.start]
    if cues.IS_WRONG.match(one.masked, count.end, run.end):
        return True
    goes_from = cues.FROM.search(before) and cues.TO.match(one.masked, count.end)
    goes_to = re.match(r"\s*(?:[^\W\d_]+\s+)?(?:[=-]+>|→)\s*\d", one.masked[count.end :])
    return bool(goes_from or goes_to or cues.SUPERSEDED.search(before))


def _paired(count: Quantity, old: list[Quantity], new: list[Quantity]) -> Quantity | None:
    """The old figure that stands nearest, with no other new one between."""
    free = [
        one
        for one in old
        if not any(
            min(one.start, count.start) < other.start < max(one.start, count.start) for other in new
        )
    ]
    return min(free, key=lambda one: abs(one.start - count.start), default=None)


def _nearest(
    one: Scan, count: Quantity, named: list[Mention], new: list[Quantity]
) -> Mention | None:
    """The goods of the same line: behind the figure, else before it; else those of other lines."""
    line = (one.text.rfind("\n", 0, count.start), one.text.find("\n", count.end))
    last = line[1] if line[1] >= 0 else len(one.text)
    here = [m for m in named if line[0] < m.start < last]
    return _beside(count, here, new) or (None if here else _beside(count, named, new))


def _beside(count: Quantity, named: list[Mention], new: list[Quantity]) -> Mention | None:
    following = [m for m in named if m.start >= count.end]
    before = [m for m in named if m.end <= count.start]
    # "sachets 3000 -> 2000, plates 500 -> 700": goods lead to their figures.
    leads = bool(before) and not any(other.start < named[0].start for other in new)
    taken = [other for other in new if other.start > count.start]
    if following and not leads and not any(o.start < following[0].start for o in taken):
        return following[0]
    if before:
        return before[-1]
    return following[0] if following else None


def _named_goods(run: Run, named: list[Mention], catalogue: Catalogue) -> list[AskedChange]:
    goods = [_of_goods("set", run.scan, mention, catalogue) for mention in named]
    return goods or [AskedChange("set", row=_row(run))]


def _factor(run: Run) -> Decimal | None:
    text = run.scan.text
    return next(
        (
            Decimal(factor)
            for factor, pattern in cues.FACTORS
            if pattern.search(text, run.start, run.end)
        ),
        None,
    )


def _is_target(one: Scan, run: Run, count: Quantity) -> bool:
    """Whether something goes up or down to the figure, not by it."""
    before = one.masked[max(run.start, count.start - 12) : count.start]
    return bool(cues.TARGET.search(before) or cues.TOTAL_BEHIND.match(one.text, count.end, run.end))


def _row(run: Run) -> int:
    text = run.scan.text
    return next((row for row, pattern in cues.ROWS if pattern.search(text, run.start, run.end)), 0)


def _new_day(run: Run) -> list[AskedChange]:
    days = [
        day
        for day in run.scan.dates
        if run.start <= day.start and day.end <= run.end and not is_of_order(run.scan, day)
    ]
    wanted = [d for d in days if not _is_old_day(run, d, days)]
    if not wanted and (shift := _shift(run)):
        return [AskedChange("date", days=shift)]
    if not wanted:
        return []
    return [AskedChange("date", day=wanted[-1].value)]


def _shift(run: Run) -> int:
    """How many days later than agreed: "décaler d'une semaine"; earlier ones are negative."""
    found = cues.SHIFT.search(run.scan.text, run.start, run.end)
    if found is None:
        return 0
    said = found["count"]
    count = int(said) if said and said.isdigit() else cues.SHIFT_COUNTS.get(said, 1)
    unit = 7 if re.match(cues.WEEK, found["unit"]) else 1
    earlier = cues.EARLIER_DAY.search(run.scan.text, run.start, run.end)
    return -count * unit if earlier else count * unit


def _is_old_day(run: Run, day: DateFound, days: list[DateFound]) -> bool:
    before = run.scan.text[max(run.start, day.start - 30) : day.start]
    if cues.SUPERSEDED.search(before):
        return True
    # "du 12 au 15", "from Monday to Friday"
    return (
        len(days) > 1
        and day is days[0]
        and bool(
            re.search(r"(?:\b(?:du|from|de|mn|men|من))\s*$", before)
            or re.match(r"\s*(?:du|from)\b", run.scan.text[day.start : day.end])
        )
    )


def mends_itself(run: Run, found: list[AskedChange], catalogue: Catalogue) -> bool:
    """Whether what is corrected was ordered a few words before, in the same message."""
    if run.action not in {"set", "less", "remove"}:
        return False
    one = run.scan
    for start, end in one.regions():
        earlier = quantities(one, start, min(end, run.start)) if start < run.start else []
        named = mentions(one, start, min(end, run.start)) if start < run.start else []
        earlier = [count for count in earlier if not _was_ordered(one, count)]
        values = {count.value for count in earlier}
        codes = {match(mention.traits, catalogue).code for mention in named} if earlier else set()
        for change in found:
            said = change.before in values or (change.product and change.product in codes)
            if said or (earlier and not change.product and change.before is None):
                return True
    return False


def _was_ordered(one: Scan, count: Quantity) -> bool:
    start = max(one.text.rfind("\n", 0, count.start), one.text.rfind(". ", 0, count.start)) + 1
    return bool(_ORDERED_BEFORE.search(one.text, start, count.start))


def _words(run: Run) -> str:
    return " ".join(run.scan.folded.source_text(*stripped(run)).split())


def against(scans: Sequence[Scan], catalogue: Catalogue) -> tuple[AskedChange, AskedChange] | None:
    """Two figures for the same goods, set against each other: "3000 c'est trop, 2000 suffisent".

    Which of them is ordered only the order tells: either way is returned.
    """
    counts, codes, contrasts = [], set(), False
    for one in scans:
        for start, end in one.regions():
            counts += [(count.value, count.unit) for count in counted(one, start, end)]
            named = mentions(one, start, end)
            codes |= {match(mention.traits, catalogue).code for mention in named}
            contrasts |= bool(cues.CONTRASTS.search(one.text, start, end))
    if not contrasts or len(counts) != 2 or len(codes) > 1:  # noqa: PLR2004 - the old and the new one
        return None
    (first, unit), (second, other) = counts
    if first == second or unit != other:
        return None
    code = next(iter(codes), "")
    return (
        AskedChange("set", product=code, quantity=second, before=first),
        AskedChange("set", product=code, quantity=first, before=second),
    )
