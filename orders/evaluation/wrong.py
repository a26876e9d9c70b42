"""Wrong values to plant: what else the message says, and what it says nowhere."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from orders.checks import VAT_RATES
from orders.extraction.catalogue import PACKAGING
from orders.extraction.confidence import number_roles
from orders.extraction.rules import scans_of
from orders.extraction.text import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backoffice.messaging.content import MessageContent
    from orders.evaluation.fields import Said
    from orders.extraction.who.company import Company
    from orders.reading import Evidence, OrderReading

_NUMBERS = frozenset({"quantity", "unit_price", "total"})
_UNITS = ("piece", "mille", "kg", "carton", "palette")
_CURRENCIES = ("MAD", "EUR", "USD")
_GREETED = re.compile(r"\b(?i:bonjour|hello|hi|dear|salam|salut) (?P<name>[A-ZÀ-Ý][\w-]{2,})")
_FAX = re.compile(r"(?i)fax\s*:?\s*(?P<number>[+\d][\d .]{8,})")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value, what it really is (or that it is nowhere), and where it stands."""

    kind: str
    value: Any
    evidence: tuple[Evidence, ...] = ()


def wrong_values(
    target: Said, reading: OrderReading, content: MessageContent, company: Company
) -> list[Wrong]:
    """Wrong values for one field of a reading, one of each value and kind."""
    if target.group in _NUMBERS:
        return [*_from_text(target, reading, content), *_from_nowhere(target)]
    if target.group == "delivery_date":
        return list(_dates(target, content))
    if target.group == "product":
        codes = [p.code for p in PACKAGING.products if p.code != target.found.value]
        return [Wrong("another product", code) for code in codes]
    if target.group == "unit":
        # Bags are counted one by one or by the thousand: the same unless the price tells.
        same = {"piece", "mille"} if target.found.value in {"piece", "mille"} else set()
        return [
            Wrong("another unit", u) for u in _UNITS if u != target.found.value and u not in same
        ]
    if target.group == "currency":
        return [Wrong("another currency", c) for c in _CURRENCIES if c != target.found.value]
    return list(_people(target, content, company))


def _from_text(target: Said, reading: OrderReading, content: MessageContent) -> Iterator[Wrong]:
    """Every other number of the message, whatever it is there for."""
    right = _also_right(target, reading)
    seen = set()
    for scan in scans_of(content):
        for number in numbers.find(scan.text):
            value = number.value
            if value <= 0 or value in right or value in seen or set(number.readings) & right:
                continue
            seen.add(value)
            role = number_roles.role_at(scan, number.start, number.end)
            yield Wrong(f"in the text: {role}", value, scan.evidence(number.start, number.end))


def _also_right(target: Said, reading: OrderReading) -> set[Decimal]:
    """The right value in its other guises: by the thousand, before or after tax."""
    value = Decimal(target.found.value or 0)
    right = {value, value * 1000, value / 1000}
    if target.group == "total":
        right |= {round(value / (1 + rate), 2) for rate in VAT_RATES}
        right |= {round(value * (1 + rate), 2) for rate in VAT_RATES}
        if len(reading.lines) == 1 and reading.lines[0].total.value:
            right.add(reading.lines[0].total.value)
    return right


def _from_nowhere(target: Said) -> Iterator[Wrong]:
    value = Decimal(target.found.value or 0)
    for kind, factor in (("ten times", "10"), ("a tenth", "0.1"), ("another figure", "1.37")):
        yield Wrong(f"nowhere: {kind}", round(value * Decimal(factor) + Decimal("0.01"), 3))


def _dates(target: Said, content: MessageContent) -> Iterator[Wrong]:
    day: dt.date = target.found.value or content.sent_at.date()
    seen = {day}
    for scan in scans_of(content):
        for found in scan.dates:
            if found.value not in seen:
                seen.add(found.value)
                where = scan.evidence(found.start, found.end)
                yield Wrong("in the text: another date", found.value, where)
    sent_on = content.sent_at.date()
    for kind, other in (
        ("the day it was sent", sent_on),
        ("a week later", day + dt.timedelta(days=7)),
        ("a year later", day + dt.timedelta(days=365)),
        ("past", sent_on - dt.timedelta(days=12)),
    ):
        if other not in seen:
            seen.add(other)
            yield Wrong(f"nowhere: {kind}", other)


def _people(target: Said, content: MessageContent, company: Company) -> Iterator[Wrong]:
    text = "\n".join(document.text for document in content.documents)
    ours = content.own_addresses[0] if content.own_addresses else "commandes@kraft-atlas.example"
    fax = _FAX.search(text)
    greeted = _GREETED.search(text)
    options = {
        "name": [("our own", company.name), ("nowhere", "Gontran Delacroix")],
        "company": [("our own", company.name), ("nowhere", "Meridiana Trading")],
        "email": [("our own", ours), ("nowhere", "someone@elsewhere.example")],
        "phone": [("nowhere", "+212661999999")],
    }[target.group]
    if target.group == "name" and greeted:
        options.append(("in the text: whom it is written to", greeted["name"]))
    if target.group == "phone" and fax:
        digits = "".join(c for c in fax["number"] if c.isdigit())
        options.append(
            ("in the text: fax", f"+212{digits[1:]}" if digits[0] == "0" else f"+{digits}")
        )
    for kind, value in options:
        if value.casefold() not in str(target.found.value).casefold():
            yield Wrong(f"{target.group}, {kind}", value)
