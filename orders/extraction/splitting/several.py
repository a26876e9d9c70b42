"""Several orders in one message, told apart from one order in several pieces.

Each part of the message is read as if the rest were blank, so that evidence keeps
its place. Only parts that each order goods of their own, under a number, a place, a
day or in a file of their own, are several orders; what is in doubt stays one order,
with a sentence for staff.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from orders.extraction.splitting import segment_labels, segments
from orders.extraction.text import recalled
from orders.reading import Found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from backoffice.messaging.content import MessageContent, ReadDocument
    from orders.extraction.splitting.segments import Segment
    from orders.reading import LineReading, OrderReading

    ReadOne = Callable[[MessageContent], OrderReading]

_KINDS = frozenset({"body", "pdf", "word", "text", "spreadsheet", "audio", "image", "xml"})
# "Both for delivery on 12 May": said of all parts.
_FOR_ALL = re.compile(
    r"(?:\n|[.;])\W*(?:both|all\s+(?:for|to)|le\s+tout|les\s+(?:deux|2|trois|3)|toutes?\s+les|"
    r"l['’]ensemble|kolchi|kulchi|bjo+j|b\s?jouj|كلشي|بجوج)\b",
    re.IGNORECASE,
)
# More than this is a list of something else.
_MOST = 12


@dataclass(frozen=True, slots=True)
class Part:
    """What of a message speaks of one of its orders, and what tells that order apart."""

    content: MessageContent
    label: str
    # Document and characters of this part alone, where the content also holds what is common.
    own: tuple[str, tuple[tuple[int, int], ...]] | None = None


@dataclass(slots=True)
class _Doubt:
    """Why a message that looks like several orders is read as one."""

    sentences: list[str] = field(default_factory=list)


def read(
    content: MessageContent, whole: OrderReading, read_one: ReadOne
) -> tuple[OrderReading, ...]:
    """Return a reading for each order of the message that was read as ``whole``.

    ``read_one`` reads a message as one order. Who orders is taken from the whole message.
    """
    if not whole.is_order.value or not whole.lines:
        return (whole,)
    recalls = recalled.without_recalls(content)
    if recalls is not None and _orders(now := read_one(recalls)):
        # Beside what is ordered now, an earlier order is only recalled.
        content, whole = recalls, now
    whole = _said_once(content, whole, read_one)
    doubt = _Doubt()
    for parts, is_sure in _candidates(content, read_one, doubt):
        readings = [_of_part(part, read_one(part.content)) for part in parts]
        told = sum(len(reading.lines) for reading in readings)
        if all(map(_orders, readings)) and (is_sure or told == len(whole.lines)):
            return tuple(_told_apart(whole, parts, readings))
    body = content.document("body")
    places = segments.places_named(body) if body else []
    if len(places) > 1:
        sentence = _("The message names several places of delivery (%(places)s).")
        doubt.sentences.append(sentence % {"places": ", ".join(places)})
    if body and segments.forwards(body) > 1:
        sentence = _("The message forwards several messages: only the first one was read.")
        doubt.sentences.append(sentence)
    return (replace(whole, warnings=(*whole.warnings, *dict.fromkeys(doubt.sentences))),)


def _candidates(
    content: MessageContent, read_one: ReadOne, doubt: _Doubt
) -> Iterator[tuple[Sequence[Part], bool]]:
    """The ways to cut the message into orders, the surest first.

    Those that are not sure (False) hold only where the parts make up the whole.
    """
    by_file = _files(content, read_one, doubt)
    if by_file:
        yield by_file, True
    for document in content.documents:
        if document.kind not in _KINDS or not document.text.strip() or document.key == "subject":
            continue
        ways = (
            segments.by_number(document),
            segments.by_sheet(document),
            segments.by_place(document),
            _different_goods(content, document, read_one),
        )
        for found in ways:
            if found and _is_apart(content, document, found, read_one, doubt):
                yield _parts(content, document, found, read_one), True
        for labelled in _by_label(content, document, read_one):
            if _is_apart(content, document, labelled, read_one, doubt):
                yield _parts(content, document, labelled, read_one), False


def _by_label(
    content: MessageContent, document: ReadDocument, read_one: ReadOne
) -> Iterator[Sequence[Segment]]:
    """Ways to cut a text whose parts are not numbered."""
    today = content.sent_at.date()
    ways = (
        segment_labels.by_column(document),
        segment_labels.by_other(document),
        segment_labels.by_label(document),
        segment_labels.by_announced(document),
        segment_labels.by_paragraph(document),
        _unlike_goods(content, document, segment_labels.by_week(document), read_one),
        _unlike_goods(content, document, segment_labels.by_day_led(document, today), read_one),
    )
    yield from filter(None, ways)


def _said_once(content: MessageContent, whole: OrderReading, read_one: ReadOne) -> OrderReading:
    """The reading without a summary at the end that repeats its lines."""
    body = content.document("body")
    spans = segments.recaps(body) if body else []
    if body is None or not spans:
        return whole
    shorter = replace(body, text=segments.without(body.text, spans))
    documents = tuple(shorter if doc is body else doc for doc in content.documents)
    once = read_one(replace(content, documents=documents))
    return once if once.lines and _goods(once.lines) >= _goods(whole.lines) else whole


def _of_part(part: Part, reading: OrderReading) -> OrderReading:
    """The reading without lines of what is common to all parts: "2 adresses :"."""
    if part.own is None:
        return reading
    key, spans = part.own
    lines = [
        line
        for line in reading.lines
        if any(
            place.document != key or any(a <= place.start < b for a, b in spans)
            for place in line.quantity.evidence
        )
    ]
    return replace(reading, lines=tuple(lines))


def _orders(reading: OrderReading) -> bool:
    return bool(reading.lines) or bool(reading.is_renewal.value)


# --- order forms in files of their own ---


def _files(content: MessageContent, read_one: ReadOne, doubt: _Doubt) -> list[Part]:
    """Attached order forms with different numbers; papers without order lines go with each."""
    attached = [doc for doc in content.documents if doc.key.startswith("attachment")]
    lines = {doc.key: _own_lines(content, doc, read_one) for doc in attached}
    forms = [doc for doc in attached if lines[doc.key]]
    if len(forms) < 2:  # noqa: PLR2004 - one order form
        return []
    numbers = {doc.key: segments.reference(doc) for doc in forms}
    groups: dict[str, list[ReadDocument]] = defaultdict(list)
    for doc in forms:
        groups[numbers[doc.key]].append(doc)
    if "" in groups:
        goods = [_goods(lines[doc.key]) for doc in forms]
        if not any(one <= other for one in goods for other in goods if one is not other):
            names = ", ".join(doc.filename or doc.key for doc in forms)
            sentence = _("%(files)s each hold lines: read as one order. Are they several?")
            doubt.sentences.append(sentence % {"files": names})
        return []
    if not 1 < len(groups) <= _MOST:
        return []
    body = _without_lines(content, read_one)
    return [
        Part(
            replace(
                content,
                documents=tuple(
                    body if body and doc.key == "body" else doc
                    for doc in content.documents
                    if doc not in forms or doc in group
                ),
            ),
            number,
        )
        for number, group in groups.items()
    ]


def _own_lines(
    content: MessageContent, document: ReadDocument, read_one: ReadOne
) -> tuple[LineReading, ...]:
    reading = read_one(replace(content, documents=(document,)))
    return reading.lines if reading.is_order.value else ()


def _without_lines(content: MessageContent, read_one: ReadOne) -> ReadDocument | None:
    """The body without the rows that repeat what the order forms say."""
    body = content.document("body")
    if body is None:
        return None
    rows = []
    for line in read_one(replace(content, documents=(body,))).lines:
        for place in (*line.quantity.evidence, *line.description.evidence):
            start = body.text.rfind("\n", 0, place.start) + 1
            end = body.text.find("\n", place.end)
            rows.append((start, end if end >= 0 else len(body.text)))
    return replace(body, text=segments.without(body.text, rows))


# --- parts of one text ---


def _different_goods(
    content: MessageContent, document: ReadDocument, read_one: ReadOne
) -> list[Segment]:
    """Lists by day of delivery, where no product comes twice: else they are instalments."""
    found = segments.by_day(document, content.sent_at.date())
    return _unlike_goods(content, document, found, read_one)


def _unlike_goods(
    content: MessageContent, document: ReadDocument, found: list[Segment], read_one: ReadOne
) -> list[Segment]:
    if not found:
        return []
    views = (_view(content, document, [segment]) for segment in found)
    codes = [
        {line.product.value or line.description.value for line in read_one(view).lines}
        for view in views
    ]
    return found if sum(map(len, codes)) == len(set().union(*codes)) else []


def _is_apart(
    content: MessageContent,
    document: ReadDocument,
    found: Sequence[Segment],
    read_one: ReadOne,
    doubt: _Doubt,
) -> bool:
    """Whether the parts hold all there is, and are neither a choice nor instalments."""
    labels = list(dict.fromkeys(segment.label for segment in found))
    if len(labels) > _MOST:
        return False
    # What stands before the first part may sum up the parts, or be an order beside them.
    before = read_one(_view(content, document, []))
    is_one = segments.APART_NO.search(segments.own(document).text) or any(
        place.document == document.key
        for line in before.lines
        if line.product.value
        for place in line.quantity.evidence
        if place.start < found[0].start
    )
    if not is_one:
        return True
    if all(_orders(read_one(_view(content, document, [segment]))) for segment in found):
        sentence = _("The message names %(parts)s: read as one order. Are they several?")
        doubt.sentences.append(sentence % {"parts": ", ".join(labels)})
    return False


def _parts(
    content: MessageContent,
    document: ReadDocument,
    found: Sequence[Segment],
    read_one: ReadOne,
) -> list[Part]:
    """Each order with what stands before the first one and below the last one."""
    last = found[-1]
    below = _end_of_list(read_one(_view(content, document, [last])), document, last)
    cut = [*found[:-1], replace(last, end=below)]
    by_label: dict[str, list[Segment]] = defaultdict(list)
    for segment in cut:
        by_label[segment.label].append(segment)
    return [
        Part(
            _view(content, document, mine, ends=(found[0].start, below)),
            label,
            own=(document.key, tuple((segment.start, segment.end) for segment in mine)),
        )
        for label, mine in by_label.items()
    ]


def _view(
    content: MessageContent,
    document: ReadDocument,
    mine: Sequence[Segment],
    ends: tuple[int, int] | None = None,
) -> MessageContent:
    """The message with only ``mine`` of the document's parts.

    ``ends`` are where the first part begins and the last one ends: what lies outside
    counts for every part. Without them there is nothing outside, or, where there are
    no parts either, only the document itself.
    """
    if not mine:
        return replace(content, documents=(document,))
    spans = [(segment.start, segment.end) for segment in mine]
    if ends:
        spans += [(0, ends[0]), (ends[1], len(document.text))]
    text = segments.only(document.text, spans)
    text = segments.without(text, segments.recaps(document))
    view = replace(document, text=text)
    return replace(
        content,
        documents=tuple(view if doc.key == document.key else doc for doc in content.documents)
        if ends
        else (view,),
    )


def _end_of_list(reading: OrderReading, document: ReadDocument, last: Segment) -> int:
    """Where the last part ends: at the first blank line below its goods, or before "le tout"."""
    places = [
        place.end
        for line in reading.lines
        for place in (*line.quantity.evidence, *line.description.evidence)
        if place.document == document.key
    ]
    after = max(places, default=last.start)
    blank = document.text.find("\n\n", after)
    end = blank if 0 <= blank < last.end else last.end
    common = _FOR_ALL.search(document.text, after, end)
    return common.start() if common else end


# --- readings ---


def _told_apart(
    whole: OrderReading, parts: Sequence[Part], readings: Sequence[OrderReading]
) -> Iterator[OrderReading]:
    """The orders as readings of one message: who orders is the same for all."""
    totals = [reading.total.evidence for reading in readings]
    for number, (part, reading) in enumerate(zip(parts, readings, strict=True), start=1):
        words = {"number": number, "count": len(parts), "label": part.label}
        sentence = _("Order %(number)s of %(count)s of this message: %(label)s.") % words
        shared = reading.total.evidence and totals.count(reading.total.evidence) > 1
        yield replace(
            reading,
            kind=reading.kind if reading.is_order.value else whole.kind,
            is_order=whole.is_order,
            customer=whole.customer,
            language=whole.language,
            # The sum of all orders is the total of none.
            total=Found() if shared else reading.total,
            warnings=(sentence, *_unlike(reading.warnings, shared=bool(shared))),
        )


def _unlike(warnings: Iterable[str], *, shared: bool) -> tuple[str, ...]:
    """What was doubtful about the part; a sum that is not its own proves nothing."""
    return () if shared else tuple(warnings)


def _goods(lines: Iterable[LineReading]) -> set[tuple[object, ...]]:
    return {(line.product.value, line.quantity.value, line.unit.value) for line in lines}
