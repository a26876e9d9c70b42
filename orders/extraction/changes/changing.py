"""What a message asks to change in an order made before: no model, no network, no database.

"Finalement 3000 au lieu de 2000" may be a slip mended in the same message, a change of an
order that waits, or an order like any. Here the words are read; which of these it is depends
on the orders there are, and is decided in :mod:`orders.changes`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeVar

from orders.extraction.catalogue import PACKAGING, Catalogue
from orders.extraction.changes import change_cues as cues
from orders.extraction.changes.change_goods import (
    AskedChange,
    against,
    changes_of,
    is_swap,
    mends_itself,
)
from orders.extraction.changes.change_runs import (
    Run,
    is_another,
    is_not_asked,
    runs_of,
    says_goods,
    stripped,
)
from orders.extraction.kind import order_named
from orders.extraction.kind.intent import clauses
from orders.extraction.kind.order_named import NOTHING, Named
from orders.extraction.splitting import segments
from orders.extraction.text.mentions import mentions, quantities
from orders.extraction.text.scan import scan
from orders.reading import Found

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from backoffice.messaging.content import MessageContent
    from orders.extraction.text.scan import Scan
    from orders.reading import Evidence, MessageKind, OrderReading

T = TypeVar("T")
# Messages of other kinds speak of changes without asking for one: "il manque 500".
_MAY_CHANGE: frozenset[MessageKind] = frozenset(
    {
        "order",
        "renewal",
        "change",
        "cancellation",
        "other",
        "quote_request",
        "order_status",
        "thanks",
    }
)
_BESIDE_GOODS = frozenset({"add", "date", "address"})
# A repeat in so many words, whatever else is the same.
_REPEATS = re.compile(
    r"(?<![^\W_])(?:comme\s+(?:d'hab|la\s+derniere|l'autre|toujours|avant)|as\s+(?:usual|last)|same\s+as|like\s+last|"
    r"(?:re-?lanc|re-?fai|renouvel|re-?com+and|reprend|repren|recondui|re-?order|3aw[ae]?d|عاود)\w*|"
    r"kif\s+dima|b7al\s+(?:dima|lmerra)|كيف\s+ديما|بحال\s+ديما)"
)
_SURE, _LIKELY, _PERHAPS = 0.9, 0.75, 0.6


@dataclass(frozen=True, slots=True)
class Asked:
    """A change or cancellation of one order.

    ``named`` is what tells which order. ``is_explicit``: the words speak of an order made
    before; else they do only where one waits. ``forgets``: the one of the last message.
    ``spans`` are the characters of each document that ask for the change.
    """

    kind: Literal["correction", "cancellation"]
    changes: tuple[AskedChange, ...] = ()
    named: Named = NOTHING
    is_explicit: bool = True
    forgets: bool = False
    # A change only of an order that has the figure of before.
    needs_figure: bool = False
    certainty: float = _SURE
    evidence: tuple[Evidence, ...] = ()
    spans: tuple[tuple[str, int, int], ...] = ()


def read(
    content: MessageContent, reading: OrderReading, catalogue: Catalogue = PACKAGING
) -> tuple[Asked, ...]:
    """Return what the author asks to change, a cancellation first; empty where nothing.

    ``reading`` is what the message was understood to be.
    """
    kind = reading.kind.value or "other"
    if kind not in _MAY_CHANGE and kind != "complaint":
        return ()
    scans = [
        scan(document, content.sent_at.date())
        for document in content.documents
        if document.text.strip()
        and (document.key in {"subject", "body"} or document.kind == "audio")
    ]
    today = content.sent_at.date()
    runs = [run for one in scans for run in runs_of(one, today)]
    if kind in {"quote_request", "order_status"}:
        runs = [run for run in runs if run.is_explicit]
    if kind == "complaint":
        # "Il en manque 500, remplacez les sachets abîmés": only other goods are a change.
        runs = [run for run in runs if _is_no_complaint(run, catalogue)]
    keeps = any(run.action == "keep" and says_goods(run) for run in runs)
    cancelled = None if keeps else _cancelled(runs)
    repeats = kind == "renewal" and not _is_of_the_same(scans)
    corrected = None if repeats else _corrected(runs, catalogue)
    if corrected and _adds_to_itself(corrected, reading, runs, today):
        corrected = None
    if cancelled and corrected and not any(one.quantity for one in corrected.changes):
        # "Annulez la commande, notre salon du 19 est reporté"
        corrected = None
    found = tuple(asked for asked in (cancelled, corrected) if asked)
    known = order_named.named(scans, today, catalogue)
    if not found and kind in {"change", "cancellation"} and _speaks_of_it(scans):
        found = (_unspecific("change" if keeps else kind, reading),)
    if not found and kind in {"order", "other"} and not is_another(scans):
        found = _against(scans, catalogue)
    return tuple(replace(one, named=known) for one in found)


def _against(scans: Sequence[Scan], catalogue: Catalogue) -> tuple[Asked, ...]:
    """Two figures one of which an order may have; the words alone ask for nothing."""
    either = against([one for one in scans if one.document.key != "subject"], catalogue)
    spans = tuple(
        (one.document.key, *one.folded.source(start, end))
        for one in scans
        for start, end in one.regions()
    )
    return tuple(
        Asked(
            "correction",
            changes=(change,),
            is_explicit=False,
            needs_figure=True,
            certainty=_PERHAPS,
            spans=spans,
        )
        for change in either or ()
    )


def _speaks_of_it(scans: Sequence[Scan]) -> bool:
    """Whether some clause asks to change or take back an order, without saying what."""
    return any(
        cues.ANY_CHANGE.search(clause.text)
        and cues.CHANGEABLE.search(clause.text)
        and not is_not_asked(clause)
        and not cues.RECEIVED.search(clause.text)
        for one in scans
        if one.document.key != "subject" or len(scans) == 1
        for clause in clauses(one)
    )


def _refers(run: Run, today: dt.date) -> bool:
    """Whether a run speaks of an order made before, or of putting something right."""
    one = run.scan
    patterns = (cues.EARLIER, cues.FRAMES, cues.OF_AN_ORDER, cues.SETS_PERHAPS)
    return any(
        pattern.search(one.text, run.start, run.end) for pattern in patterns
    ) or order_named.names_one(one, run.start, run.end, today)


def _is_of_the_same(scans: Sequence[Scan]) -> bool:
    """Whether "the same" is a number of goods or the order itself, and nothing is repeated."""
    return any(
        cues.SAME_HERE.search(one.text, start, end) for one in scans for start, end in one.regions()
    ) and not any(
        _REPEATS.search(one.text, start, end) for one in scans for start, end in one.regions()
    )


def _is_no_complaint(run: Run, catalogue: Catalogue) -> bool:
    if run.action in {"forget", "cancel"}:
        return True
    says_wrong = (cues.SETS, cues.FRAMES)
    if run.action == "set" and all(
        pattern.search(run.scan.text, run.start, run.end) for pattern in says_wrong
    ):
        return True
    return run.action == "set" and is_swap(run, catalogue)


def _adds_to_itself(
    corrected: Asked, reading: OrderReading, runs: Sequence[Run], today: dt.date
) -> bool:
    """Whether "ajoutez aussi 200 torsadées" goes with an order in the same message.

    So does a day or an address beside goods, unless the words name an order of before.
    """
    if not rest(reading, [corrected]).lines:
        return False
    if not corrected.named and not any(_refers(run, today) for run in runs):
        # "2000 torsadées svp. We don't need sachets this time."
        return not any(change.before is not None for change in corrected.changes)
    if any(change.action not in _BESIDE_GOODS for change in corrected.changes):
        return not corrected.is_explicit
    return not any(
        cues.EARLIER.search(run.scan.text, run.start, run.end)
        or order_named.names_one(run.scan, run.start, run.end, today)
        for run in runs
        if run.action in _BESIDE_GOODS
    )


def rest(reading: OrderReading, asked: Sequence[Asked]) -> OrderReading:
    """The reading without what only says how an earlier order shall change."""
    spans = [span for one in asked for span in one.spans]

    def is_told(found: Found[T]) -> bool:
        return any(
            place.document == document and start <= place.start < end
            for place in found.evidence
            for document, start, end in spans
        )

    corrects = any(one.kind == "correction" for one in asked)
    return replace(
        reading,
        # "Les mêmes quantités", of an order that is changed, repeats none.
        is_renewal=Found() if corrects else reading.is_renewal,
        lines=tuple(line for line in reading.lines if not is_told(line.quantity)),
        total=Found() if is_told(reading.total) else reading.total,
        delivery_date=Found() if is_told(reading.delivery_date) else reading.delivery_date,
    )


def beside(content: MessageContent, asked: Sequence[Asked]) -> MessageContent | None:
    """The message without what asks for changes; None where nothing is left to order."""
    documents = tuple(
        replace(
            document,
            text=segments.without(
                document.text,
                [
                    (start, end)
                    for one in asked
                    for key, start, end in one.spans
                    if key == document.key
                ],
            ),
        )
        for document in content.documents
    )
    left = [scan(doc, content.sent_at.date()) for doc in documents if doc.key == "body"]
    orders = any(
        mentions(one, start, end) and quantities(one, start, end)
        for one in left
        for start, end in one.regions()
    )
    return replace(content, documents=documents) if orders else None


def _cancelled(runs: list[Run]) -> Asked | None:
    found = [run for run in runs if run.action in {"cancel", "forget", "replace"}]
    if not found:
        return None
    # The goods of an order that replaces another are the order itself.
    told = [run for run in found if run.action != "replace"]
    return Asked(
        "cancellation",
        forgets=any(run.action == "forget" for run in found),
        certainty=_SURE,
        evidence=_evidence(found),
        spans=_spans(told),
    )


def _corrected(runs: list[Run], catalogue: Catalogue) -> Asked | None:
    changes: list[AskedChange] = []
    asking: list[Run] = []
    for run in runs:
        found = changes_of(run, catalogue)
        if found and not mends_itself(run, found, catalogue):
            changes += found
            asking.append(run)
    if not asking:
        return None
    explicit = any(run.is_explicit for run in asking)
    kept = [run for run in runs if run.action == "keep"]
    exact = all(one.before is not None or one.product or one.day for one in changes)
    return Asked(
        "correction",
        changes=tuple(dict.fromkeys(changes)),
        is_explicit=explicit,
        certainty=_SURE if explicit and exact else _LIKELY if explicit or exact else _PERHAPS,
        evidence=_evidence(asking),
        # Goods beside a new day are ordered, if they are: the day alone is the change.
        spans=_spans([run for run in asking if not _names_goods_too(run)] + kept),
    )


def _names_goods_too(run: Run) -> bool:
    return run.action in {"date", "address"} and says_goods(run)


def _unspecific(kind: MessageKind, reading: OrderReading) -> Asked:
    """A message that is about a change as a whole, in words that say no more."""
    cancels = kind == "cancellation"
    return Asked(
        "cancellation" if cancels else "correction",
        certainty=min(reading.kind.confidence, _LIKELY),
        evidence=reading.kind.evidence,
    )


def _evidence(runs: list[Run]) -> tuple[Evidence, ...]:
    return tuple(place for run in runs for place in run.scan.evidence(*stripped(run)))


def _spans(runs: list[Run]) -> tuple[tuple[str, int, int], ...]:
    return tuple(
        (run.scan.document.key, *run.scan.folded.source(run.start, run.end)) for run in runs
    )
