"""A message understood by a model; the same result type as the rules give, grounded likewise."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.core import ai, phones
from backoffice.core.text import folded
from orders.extraction.catalogue import PACKAGING, Catalogue
from orders.extraction.confidence.grounding import ground
from orders.extraction.lines import products
from orders.extraction.model.openai_answer import LineAnswer, OrderAnswer
from orders.extraction.model.openai_prompt import LONGEST_TEXT, instructions, message_text
from orders.extraction.text import numbers
from orders.extraction.text.source import Source
from orders.reading import CustomerReading, Found, LineReading, OrderReading

if TYPE_CHECKING:
    import datetime as dt

    from backoffice.messaging.content import MessageContent
    from orders.extraction.model.openai_answer import DateAnswer, KindAnswer, TextAnswer
    from orders.extraction.text.source import SourceText

T = TypeVar("T")

PURPOSE = "orders.extraction"
# A model is sure of most things; only what explains itself gets more (grounding).
_MOST = 0.95
_QUOTE_MISSING = 0.6
_ORDERS = frozenset({"order", "renewal"})
# Words that only make sense to a machine that is meant to obey them.
_TO_THE_MACHINE = re.compile(
    r"(?:ignor\w*|oubli\w*|disregard|forget|override|تجاهل)\W+(?:\w+\W+){0,5}"
    r"(?:instruction\w*|consigne\w*|prompt\w*|rules?|regles?|تعليمات)"
    r"|system\s+prompt"
    r"|(?:you are|tu es|vous etes)\s+(?:now|an?|une?|maintenant)\s+(?:ai|ia|assistant|model)"
)


def read(content: MessageContent, catalogue: Catalogue = PACKAGING) -> OrderReading:
    """The first order of :func:`read_all`, or what the message is where it orders nothing."""
    return read_all(content, catalogue)[0]


def read_all(content: MessageContent, catalogue: Catalogue = PACKAGING) -> tuple[OrderReading, ...]:
    """Return each order the model understood, every value checked against the message.

    Raises :class:`backoffice.core.ai.AiError` when there is no usable answer.
    """
    source = Source(content)
    answer = ai.structured(
        OrderAnswer,
        purpose=PURPOSE,
        instructions=instructions(catalogue, company=settings.COMPANY_NAME),
        # The mark cannot be guessed, so no message can pretend to end.
        parts=[ai.TextPart(message_text(source, mark=secrets.token_hex(4)))],
    )
    return understood(answer, content, catalogue)


def understood(
    answer: OrderAnswer, content: MessageContent, catalogue: Catalogue = PACKAGING
) -> tuple[OrderReading, ...]:
    """Return what a model's answer says, every value checked against the message."""
    source = Source(content)
    first = _reading(answer, source, catalogue)
    readings = [first, *_others(answer, first, source, catalogue)]
    return tuple(ground(reading, content, catalogue) for reading in readings)


def _others(
    answer: OrderAnswer, first: OrderReading, source: Source, catalogue: Catalogue
) -> list[OrderReading]:
    """The orders after the first one; who orders, and the currency, are the same for all."""
    if not first.is_order.value:
        return []
    codes = {product.code for product in catalogue.products}
    return [
        replace(
            first,
            lines=tuple(_line(line, source, codes) for line in other.lines),
            total=_found(
                _positive(other.total.value), other.total.quote, other.total.confidence, source
            ),
            delivery_date=_date(other.delivery_date, source),
            warnings=(*first.warnings, *_label(other.label)),
        )
        for other in answer.others
        if other.lines
    ]


def _label(label: TextAnswer) -> list[str]:
    if not label.value:
        return []
    return [_("One of several orders of this message: %(label)s.") % {"label": label.value}]


def _reading(answer: OrderAnswer, source: Source, catalogue: Catalogue) -> OrderReading:
    kind = answer.kind.value
    codes = {product.code for product in catalogue.products}
    lines = [_line(line, source, codes) for line in answer.lines] if kind in _ORDERS else []
    elsewhere = [_line(line, source, codes) for other in answer.others for line in other.lines]
    currency = _text(answer.currency, source)
    return OrderReading(
        kind=_kind(answer.kind, source, kind),
        is_order=_kind(answer.kind, source, kind in _ORDERS),
        is_renewal=_kind(answer.kind, source, kind == "renewal"),
        customer=CustomerReading(
            name=_text(answer.name, source),
            company=_text(answer.company, source),
            email=_lowered(_text(answer.email, source)),
            phone=_phone(_text(answer.phone, source)),
        ),
        lines=tuple(lines),
        currency=replace(currency, value=(currency.value or "").upper()[:3] or None),
        total=_found(
            _positive(answer.total.value), answer.total.quote, answer.total.confidence, source
        ),
        delivery_date=_date(answer.delivery_date, source),
        renewed_number=_text(answer.renewed_number, source),
        excluded=tuple(code for code in answer.excluded if code in codes),
        language="" if answer.language == "other" else answer.language,
        method="openai",
        warnings=tuple(_warnings([*lines, *elsewhere], source)),
    )


def _kind(answer: KindAnswer, source: Source, value: T) -> Found[T]:
    return _found(value, answer.quote, answer.confidence, source)


def _text(answer: TextAnswer, source: Source) -> Found[str]:
    return _found((answer.value or "").strip() or None, answer.quote, answer.confidence, source)


def _date(answer: DateAnswer, source: Source) -> Found[dt.date]:
    return _found(answer.value, answer.quote, answer.confidence, source)


def _line(line: LineAnswer, source: Source, codes: set[str]) -> LineReading:
    def found(value: T | None) -> Found[T]:
        return _found(value, line.quote, line.confidence, source)

    product = found(line.product if line.product in codes else None)
    if product.value is None:
        product = replace(product, value="", evidence=(), note=products.OTHER_GOODS)
    return LineReading(
        description=found(line.description.strip() or line.quote.strip()),
        product=product,
        quantity=found(_positive(line.quantity)),
        unit=found(line.unit),
        unit_price=found(_positive(line.unit_price)),
        total=found(_positive(line.total)),
        size=found(line.size or None),
        grammage=found(line.grammage or None),
        paper=found(line.paper or None),
        printing=found(line.printing or None),
    )


def _found(value: T | None, quote: str, confidence: float, source: Source) -> Found[T]:
    """Put a value together with the place of its quote; a quote that is nowhere costs trust."""
    if value is None:
        return Found()
    confidence = round(min(max(confidence, 0.0), _MOST), 2)
    evidence = source.locate(quote)
    if evidence or not quote.strip():
        return Found(value, confidence, evidence)
    return Found(
        value, round(confidence * _QUOTE_MISSING, 2), (), _("Its quote is not in the message.")
    )


def _positive(value: float | None) -> Decimal | None:
    """Return the figure as it was written, without the noise of binary fractions."""
    return Decimal(str(value)) if value is not None and value > 0 else None


def _lowered(found: Found[str]) -> Found[str]:
    return replace(found, value=found.value.lower()) if found.value else found


def _phone(found: Found[str]) -> Found[str]:
    if not found.value:
        return found
    return replace(found, value=phones.normalise(found.value) or None)


def _warnings(lines: list[LineReading], source: Source) -> list[str]:
    warnings = []
    if any(len(text.document.text) > LONGEST_TEXT for text in source.texts):
        warnings.append(
            _("Only the first %(count)s characters of a long document were read.")
            % {"count": LONGEST_TEXT}
        )
    if any(_TO_THE_MACHINE.search(text.folded.text) for text in source.texts):
        warnings.append(
            _("The message seems to give orders to the machine that reads it: check every value.")
        )
    unread = sum(_unread_rows(text, lines) for text in source.texts) if lines else 0
    if unread:
        warnings.append(
            _("%(count)s table rows that name our products were not read as lines.")
            % {"count": unread}
        )
    return warnings


def _unread_rows(text: SourceText, lines: list[LineReading]) -> int:
    """Count rows of a page's table that name a bag and hold figures, but became no line.

    Pages only: a spreadsheet is often a form or a price list of which few rows
    are ordered.
    """
    if text.document.kind not in {"pdf", "image"}:
        return 0
    read = [
        (evidence.start, evidence.end)
        for line in lines
        for evidence in line.description.evidence
        if evidence.document == text.document.key
    ]
    unread, start = 0, 0
    for row in text.document.text.splitlines(keepends=True):
        end = start + len(row)
        plain = folded(row)
        names_bag = " | " in row and bool(products.match_text(plain).code)
        if names_bag and len(numbers.find(plain)) > 1:
            unread += not any(first < end and start < last for first, last in read)
        start = end
    return unread
