"""How each field that was proposed fared: kept or changed, for the figures and the calibration."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from backoffice.messaging.cleaning import storable
from crm.models import Customer
from orders.models import FieldOutcome, OrderLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orders.learning.proposed import Proposed
    from orders.models import Order
    from orders.reading import Found, LineReading

HEADER = (
    "contact_name",
    "company",
    "email",
    "phone",
    "delivery_date",
    "total",
    "currency",
)
LONGEST = 500


def record(order: Order, before: Proposed) -> None:
    """Write how the proposal of a validated order fared; a second call changes nothing."""
    FieldOutcome.objects.bulk_create(rows(order, before), ignore_conflicts=True)


def rows(order: Order, before: Proposed) -> list[FieldOutcome]:
    """One row per field that was proposed or decided; nothing is saved.

    Left out is what became otherwise because the customer asked for it later.
    """
    return [
        row for row in _rows(order, before) if row.was_kept or not _was_asked(row, before.asked)
    ]


def _was_asked(row: FieldOutcome, asked: frozenset[tuple[str, str]]) -> bool:
    if row.field == "total":
        # It follows the lines.
        return any(field not in {"delivery_date", "notes"} for field, _value in asked)
    values = (value for field, value in asked if field == row.field)
    return any(_same(value, row.decided) for value in values)


def _rows(order: Order, before: Proposed) -> list[FieldOutcome]:
    found = [_customer(order, before), *_header(order, before)]
    for index, (reading, line) in enumerate(before.pairs):
        if line is None:
            if ("removed", reading.product.value or "") in before.asked:
                continue
            confidence = min(_goods(reading).confidence, reading.quantity.confidence)
            proposed_line = f"{text_of(reading.quantity.value)} {reading.description.value or ''}"
            found.append(_row(order, "removed", confidence, proposed_line.strip(), "", line=index))
        else:
            found += _line(order, index, reading, line)
    for index, line in enumerate(before.added, start=len(before.pairs)):
        if ("added", line.product.sku if line.product else "") in before.asked:
            continue
        said = f"{text_of(line.quantity)} {line.product or line.description}"
        found.append(_row(order, "added", None, "", said, line=index))
    return found


def _customer(order: Order, before: Proposed) -> FieldOutcome:
    """Kept unless a person chose another one; a customer registered as new was proposed as such."""
    known = before.reading.recognised
    decided = str(order.customer or "")
    if not before.customer_chosen:
        confidence = known.confidence if known.value else None
        return _row(
            order, "customer", confidence, decided if known.value else "", decided, kept=True
        )
    was = known.value or before.header.get("customer_id")
    name = str(Customer.objects.filter(pk=was).first() or "") if was else ""
    is_same = was is not None and was == order.customer_id
    confidence = known.confidence if known.value else None
    return _row(order, "customer", confidence, name, decided, kept=is_same)


def _header(order: Order, before: Proposed) -> Iterator[FieldOutcome]:
    reading = before.reading
    read: dict[str, Found[Any]] = {
        "contact_name": reading.customer.name,
        "company": reading.customer.company,
        "email": reading.customer.email,
        "phone": reading.customer.phone,
        "delivery_date": reading.delivery_date,
        "total": reading.total,
        "currency": reading.currency,
    }
    for field in HEADER:
        decided = text_of(getattr(order, field))
        was = text_of(before.header[field]) if field in before.header else decided
        if was or decided:
            # The address of the sender, or the sum of the lines: proposed, but read nowhere.
            is_read = read[field].value is not None and _same(text_of(read[field].value), was)
            yield _row(order, field, read[field].confidence if is_read else None, was, decided)


def _line(
    order: Order, index: int, reading: LineReading, line: OrderLine
) -> Iterator[FieldOutcome]:
    sku = line.product.sku if line.product else ""
    read: dict[str, tuple[Found[Any], object]] = {
        "product": (reading.product, sku),
        "description": (reading.description, line.description),
        "quantity": (reading.quantity, line.quantity),
        "unit": (reading.unit, line.unit),
        "unit_price": (reading.unit_price, line.unit_price),
    }
    for field, (found, decided) in read.items():
        was = text_of(_as_kept(field, found.value)) or _default(field, line)
        if was or text_of(decided):
            confidence = None if found.value in {None, ""} else found.confidence
            yield _row(order, field, confidence, was, text_of(decided), line=index)


def _default(field: str, line: OrderLine) -> str:
    """What a proposal writes where the message says nothing."""
    if field == "unit":
        return OrderLine.Unit.PIECE.value
    is_name = line.product is not None and line.description == str(line.product)
    return line.description if field == "description" and is_name else ""


def _as_kept(field: str, value: object) -> object:
    """What was read as its column holds it."""
    if isinstance(value, Decimal) and value.is_finite():
        places: int = OrderLine._meta.get_field(field).decimal_places  # type: ignore[union-attr]  # noqa: SLF001 - Django's documented way to a field
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return storable(value, LONGEST) if isinstance(value, str) else value


def _goods(reading: LineReading) -> Found[str]:
    return reading.product if reading.product.value else reading.description


def _row(  # noqa: PLR0913 - the columns of one row
    order: Order,
    field: str,
    confidence: float | None,
    was: str,
    decided: str,
    *,
    line: int | None = None,
    kept: bool | None = None,
) -> FieldOutcome:
    assert order.decided_at is not None  # noqa: S101 - a decided order has its time, says the database
    return FieldOutcome(
        order=order,
        line=line,
        field=field,
        confidence=None if confidence is None else max(0.0, min(1.0, confidence)),
        proposed=was,
        decided=decided,
        was_kept=_same(was, decided) if kept is None else kept,
        decided_at=order.decided_at,
    )


def text_of(value: object) -> str:
    """The value as it is kept: 1.50 is "1.5", nothing is empty."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def _same(one: str, other: str) -> bool:
    """Whether two values differ in case and blanks only."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
