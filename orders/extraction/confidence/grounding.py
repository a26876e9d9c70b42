"""What a reading claims, checked against the message it claims to have read.

A value that the source does not hold loses its confidence and says so; figures
that explain each other (quantity x unit price = total) gain some. Values are
never changed: a person decides.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext as _

from backoffice.core import money, phones
from backoffice.core.text import words
from orders.checks import total_mismatch
from orders.extraction.catalogue import PACKAGING, Catalogue
from orders.extraction.lines import products
from orders.extraction.text.source import Source
from orders.extraction.text.units import UNITS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from backoffice.messaging.content import MessageContent
    from orders.reading import CustomerReading, Evidence, Found, LineReading, OrderReading, Unit

T = TypeVar("T")
Places = tuple["Evidence", ...]

# A value that is nowhere in the source keeps at most this.
NOT_FOUND = 0.2
# It is there, but not where it was said to be read.
ELSEWHERE = 0.6
# It stands only in an earlier message that this one quotes.
QUOTED = 0.7
CONTRADICTED = 0.6
CONFIRMED = 0.97
_ALIKE, _SOMEWHAT_ALIKE = 0.85, 0.6
_CURRENCY = re.compile(money.CURRENCY)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)?")
_TWO_CENTS = Decimal("0.02")


def ground(
    reading: OrderReading, content: MessageContent, catalogue: Catalogue = PACKAGING
) -> OrderReading:
    """Return ``reading`` with evidence located and confidences that the source supports."""
    source = Source(content)
    lines = tuple(_line(line, source, catalogue) for line in reading.lines)
    return replace(
        reading,
        customer=_customer(reading.customer, source),
        lines=lines,
        currency=_currency(reading.currency, source),
        total=_total(_number(reading.total, source, ()), lines),
        delivery_date=_date(reading, source),
        renewed_number=_reference(reading.renewed_number, source),
    )


def _line(line: LineReading, source: Source, catalogue: Catalogue) -> LineReading:
    """Check a line; what its fields have no evidence for is looked up near the others'."""
    near = _places(line)
    checked = replace(
        line,
        description=_words(line.description, source, near),
        quantity=_quantity(line, source, near),
        unit=_unit(line.unit, source),
        unit_price=_number(line.unit_price, source, near),
        total=_number(line.total, source, near),
        size=_figures(line.size, source, near),
        grammage=_figures(line.grammage, source, near),
        paper=_words(line.paper, source, near),
        printing=_words(line.printing, source, near),
        product=_product(line, source, near, catalogue),
    )
    return _arithmetic(checked)


def _places(line: LineReading) -> Places:
    fields = (line.description, line.quantity, line.unit_price, line.total)
    return tuple(evidence for found in fields for evidence in found.evidence)


def _quantity(line: LineReading, source: Source, near: Places) -> Found[Decimal]:
    quantity = line.quantity
    if quantity.value is not None and line.unit.value == "mille":
        # "5 mille" reads as 5000; sold by the thousand, its quantity is 5.
        thousands = source.number(quantity.value * 1000, quantity.evidence or near or None)
        if thousands is not None:
            return _settle(quantity, source, thousands)
    return _number(quantity, source, near)


def _number(found: Found[Decimal], source: Source, near: Places) -> Found[Decimal]:
    value = found.value
    if value is None:
        return found
    for places in (found.evidence, near):
        evidence = source.number(value, places) if places else None
        if evidence is not None:
            return _settle(found, source, evidence)
    evidence = source.number(value, None)
    if evidence is None:
        return _not_found(found)
    if not found.evidence and not near:
        return _settle(found, source, evidence)
    return _lower(_settle(found, source, evidence), ELSEWHERE, _("Read at another place."))


def _words(found: Found[str], source: Source, near: Places) -> Found[str]:
    if not found.value:
        return found
    likeness = max(source.likeness(found.value, found.evidence), source.likeness(found.value, near))
    if likeness < _ALIKE:
        likeness = max(likeness, source.likeness(found.value, None))
    if likeness >= _ALIKE:
        return _settle(found, source, *(found.evidence or near or source.locate(found.value))[:1])
    if likeness >= _SOMEWHAT_ALIKE:
        return _lower(found, likeness, _("Worded differently in the message."))
    return _not_found(found)


def _figures(found: Found[str], source: Source, near: Places) -> Found[str]:
    """Check "22x10x29" or "90": every figure of it has to stand near the line."""
    if not found.value:
        return found
    wanted = set(_FIGURE.findall(found.value.replace(",", ".")))
    written = set(_FIGURE.findall(source.plain(found.evidence + near or None).replace(",", ".")))
    return found if wanted <= written else _not_found(found)


def _unit(unit: Found[Unit], source: Source) -> Found[Unit]:
    """Check a unit other than the piece, which is what is meant where none is named.

    Anywhere in the message will do: a table may name it in the heading.
    """
    if unit.value in (None, "piece"):
        return unit
    written = source.plain(None)
    if unit.value in written or unit.value in {UNITS.get(word) for word in words(written)}:
        return unit
    return _lower(unit, ELSEWHERE, _("The unit is not written in the message."))


def _product(line: LineReading, source: Source, near: Places, catalogue: Catalogue) -> Found[str]:
    """Compare the product with what its words mean to the rules."""
    found = line.product
    match = products.match_text(line.description.value or source.plain(near), catalogue)
    if not match.code or match.code == found.value:
        return found
    return _lower(found, CONTRADICTED, _("The words may mean another product."))


def _arithmetic(line: LineReading) -> LineReading:
    """Quantity x unit price = total confirms all three, or casts doubt on all three."""
    quantity, price, total = line.quantity, line.unit_price, line.total
    if quantity.value is None or price.value is None or total.value is None:
        return line
    product = quantity.value * price.value
    tolerance = max(_TWO_CENTS, total.value * Decimal("0.005"))
    # A price may be for a thousand although pieces are counted.
    if any(abs(amount - total.value) <= tolerance for amount in (product, product / 1000)):
        if min(quantity.confidence, price.confidence, total.confidence) <= NOT_FOUND:
            return line
        change = _confirm
    else:
        change = _contradict
    return replace(line, quantity=change(quantity), unit_price=change(price), total=change(total))


def _total(total: Found[Decimal], lines: Iterable[LineReading]) -> Found[Decimal]:
    """Compare the stated total with the lines, with and without tax."""
    amounts = [_amount(line) for line in lines]
    if total.value is None or not amounts or None in amounts or total.confidence <= NOT_FOUND:
        return total
    if total_mismatch(total.value, amounts) is None:
        return _confirm(total)
    return _lower(total, CONTRADICTED, _("The lines add up to another amount."))


def _amount(line: LineReading) -> Decimal | None:
    if line.total.value is not None or line.quantity.value is None:
        return line.total.value
    price = line.unit_price.value
    return None if price is None else line.quantity.value * price


def _date(reading: OrderReading, source: Source) -> Found[dt.date]:
    found = reading.delivery_date
    if found.value is None:
        return found
    if found.evidence and source.date(found.value, found.evidence):
        return _settle(found, source, *found.evidence)
    evidence = source.date(found.value, None)
    if evidence is None:
        return _not_found(found)
    if not found.evidence:
        return _settle(found, source, evidence)
    return _lower(_settle(found, source, evidence), ELSEWHERE, _("Read at another place."))


def _currency(found: Found[str], source: Source) -> Found[str]:
    if not found.value:
        return found
    for text in source.texts:
        for match in _CURRENCY.finditer(text.folded.text):
            if money.currency_of(match.group()) == found.value:
                return _settle(found, source, text.evidence(*match.span()))
    return _not_found(found)


def _reference(found: Found[str], source: Source) -> Found[str]:
    if not found.value:
        return found
    wanted = "".join(words(found.value))
    written = "".join(words(source.plain(None)))
    return found if wanted and wanted in written else _not_found(found)


def _customer(customer: CustomerReading, source: Source) -> CustomerReading:
    """Check who orders against the text and against what the channel says of the sender."""
    author = source.content.author
    return replace(
        customer,
        name=_said_or(customer.name, source, lambda name: _same(name, author.name)),
        company=_said_or(customer.company, source, lambda name: _same(name, author.name)),
        email=_said_or(customer.email, source, lambda email: _same(email, author.email)),
        phone=_phone(customer.phone, source),
    )


def _said_or(found: Found[str], source: Source, is_known: Callable[[str], bool]) -> Found[str]:
    if found.value and is_known(found.value):
        return found
    return _words(found, source, ())


def _phone(found: Found[str], source: Source) -> Found[str]:
    if not found.value or found.value == source.content.author.phone:
        return found
    for text in source.texts:
        for phone in phones.find(text.document.text):
            if phone.e164 == found.value:
                start, end = text.folded.position(phone.start), text.folded.position(phone.end)
                return _settle(found, source, text.evidence(start, end))
    return _not_found(found)


def _same(first: str, second: str) -> bool:
    return bool(words(first)) and words(first) == words(second)


def _settle(found: Found[T], source: Source, *evidence: Evidence) -> Found[T]:
    """Note where the value stands, lower if only in an earlier message quoted below."""
    settled = replace(found, evidence=evidence or found.evidence)
    if evidence and not source.is_own(evidence[0]):
        return _lower(settled, QUOTED, _("Read in an earlier message quoted below."))
    return settled


def _not_found(found: Found[T]) -> Found[T]:
    note = _("Not found in the message.")
    return replace(found, confidence=min(found.confidence, NOT_FOUND), note=_note(found, note))


def _lower(found: Found[T], factor: float, note: str) -> Found[T]:
    confidence = round(found.confidence * factor, 2)
    return replace(found, confidence=confidence, note=_note(found, note))


def _confirm(found: Found[T]) -> Found[T]:
    return replace(found, confidence=max(found.confidence, CONFIRMED))


def _contradict(found: Found[T]) -> Found[T]:
    return _lower(found, CONTRADICTED, _("Quantity × unit price is not the line's total."))


def _note(found: Found[T], note: str) -> str:
    return " ".join(part for part in (found.note, note) if part)
