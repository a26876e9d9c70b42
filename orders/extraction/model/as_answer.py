"""A reading in the words a model would answer in, to try what happens to a model's answers.

Quotes are the message's own words where each value was read. A line has one quote for all
it says: from the first to the last of its words, leaving out what stands far from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orders.extraction.model.openai_answer import (
    DateAnswer,
    KindAnswer,
    LineAnswer,
    NumberAnswer,
    OrderAnswer,
    TextAnswer,
)

if TYPE_CHECKING:
    from decimal import Decimal

    from backoffice.messaging.content import MessageContent
    from orders.reading import Found, LineReading, OrderReading

# Models are sure of nearly everything.
SURE = 0.95
# Characters between a line's words and a figure that is still quoted with them.
_FAR = 200


def of(reading: OrderReading, content: MessageContent) -> OrderAnswer:
    """Return the answer a model would give that read exactly ``reading``."""
    return OrderAnswer(
        kind=KindAnswer(
            value=reading.kind.value or "other", quote=_quote(reading.kind), confidence=SURE
        ),
        language="fr",
        name=_text(reading.customer.name),
        company=_text(reading.customer.company),
        email=_text(reading.customer.email),
        phone=_text(reading.customer.phone),
        lines=[_line(line, content) for line in reading.lines],
        currency=_text(reading.currency),
        total=NumberAnswer(
            value=_float(reading.total.value), quote=_quote(reading.total), confidence=SURE
        ),
        delivery_date=DateAnswer(
            value=reading.delivery_date.value,
            quote=_quote(reading.delivery_date),
            confidence=SURE,
        ),
        renewed_number=_text(reading.renewed_number),
        excluded=list(reading.excluded),
        others=[],
    )


def _quote(found: Found[Any]) -> str:
    return found.evidence[0].text if found.evidence else ""


def _text(found: Found[str]) -> TextAnswer:
    return TextAnswer(value=found.value or None, quote=_quote(found), confidence=SURE)


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _line(line: LineReading, content: MessageContent) -> LineAnswer:
    return LineAnswer(
        quote=_line_quote(line, content),
        product=line.product.value or None,
        description=line.description.value or "",
        quantity=_float(line.quantity.value),
        unit=line.unit.value or "piece",
        unit_price=_float(line.unit_price.value),
        total=_float(line.total.value),
        size=line.size.value,
        grammage=line.grammage.value,
        paper=line.paper.value,
        printing=line.printing.value,
        confidence=SURE,
    )


def _line_quote(line: LineReading, content: MessageContent) -> str:
    if not line.description.evidence:
        return line.description.value or ""
    first = line.description.evidence[0]
    start, end = first.start, first.end
    for found in (line.quantity, line.unit_price, line.total):
        for evidence in found.evidence:
            near = evidence.start - end < _FAR and start - evidence.end < _FAR
            if evidence.document == first.document and near:
                start, end = min(start, evidence.start), max(end, evidence.end)
    document = content.document(first.document)
    return document.text[start:end] if document else first.text
