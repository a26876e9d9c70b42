"""Whether the figures of a line can be its quantity, its price and its amount."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.text import word_set
from orders.extraction import number_roles, usual_prices
from orders.extraction.doubts import doubted
from orders.extraction.products import match

if TYPE_CHECKING:
    from orders.extraction.number_roles import Place
    from orders.extraction.role_words import Role
    from orders.extraction.scan import Scan
    from orders.reading import Found, LineReading, OrderReading, Unit

    Scans = dict[str, Scan]
    Lines = tuple[LineReading, ...]

_ROLES: dict[str, object] = {
    "phone": gettext_lazy("telephone number"),
    "reference": gettext_lazy("number of a paper or an account"),
    "size": gettext_lazy("size"),
    "grammage": gettext_lazy("weight of paper or a capacity"),
    "date": gettext_lazy("date"),
    "postcode": gettext_lazy("postal code"),
    "percent": gettext_lazy("percentage"),
    "time": gettext_lazy("time of day"),
    "duration": gettext_lazy("duration or number of colours"),
    "address": gettext_lazy("part of an address"),
    "told": gettext_lazy("quantity in stock or of the past"),
    "tax": gettext_lazy("tax or charge"),
    "price": gettext_lazy("price"),
    "total": gettext_lazy("amount"),
    "sum": gettext_lazy("total"),
    "other": gettext_lazy("number of something else"),
    "count": gettext_lazy("quantity"),
}
NO_MONEY = word_set(
    "phone reference size grammage date postcode percent time duration address told other"
)
_NO_COUNT = NO_MONEY | {"price", "total", "sum", "tax"}
_NO_PRICE = NO_MONEY | {"sum", "total", "tax", "count"}
_MOST = {
    "piece": Decimal(2_000_000),
    "mille": Decimal(2_000),
    "kg": Decimal(50_000),
    "carton": Decimal(5_000),
    "palette": Decimal(300),
}
# Nobody has bags made for them by the dozen.
_FEWEST_PIECES = 20
_FIRST_YEAR, _LAST_YEAR = 2015, 2040
_SHARED = re.compile(
    r"(?<![^\W_])(?:chacun\w*|les\s+(?:deux|trois|2|3|4)|tous|toutes|both|each|autant|idem|pareil|meme\w*|same|as\s+many|"
    r"bjouj|kolhom|nafs|nefs|نفس|قدهم)(?![^\W_])"
)
_CLEARLY = 0.5
_SENTENCE_END = re.compile(r"[.!?]\s|\n\s*\n|\n(?=[^\n\d]*(?:prix|price|tarif|taman|ثمن))")


def stands_as(role: Role) -> str:
    return _("It stands in the message as a %(role)s.") % {"role": _ROLES.get(role, role)}


def check(lines: Lines, scans: Scans, reading: OrderReading) -> Lines:
    """Return the lines with less confidence in figures that do not fit their place."""
    checked = tuple(
        replace(
            line,
            product=_product(line, scans),
            quantity=_quantity(line, index, lines, scans),
            unit=_unit(line, scans),
            unit_price=_price(line, index, lines, scans, reading),
            total=_amount(line, scans),
        )
        for index, line in enumerate(lines)
    )
    return tuple(_together(line, checked, reading) for line in checked)


def role_of(found: Found[Decimal], scans: Scans) -> Role:
    """What the place a value was read from says it is; ``unknown`` where there is none."""
    place = _place(found, scans)
    return place.role if place else "unknown"


def _place(found: Found[Decimal], scans: Scans) -> Place | None:
    """The place in the evidence that writes the value; the one most like a count if several do."""
    if found.value is None or not found.evidence:
        return None
    there: list[Place] = []
    for evidence in found.evidence:
        scan = scans.get(evidence.document)
        if scan is None:
            continue
        start, end = number_roles.span_of(scan, evidence.start, evidence.end)
        for factor in (1, 1000):
            there += [
                place
                for place in number_roles.places(scan, found.value * factor)
                if place.start < end and start < place.end
            ]
            if there:
                break
    return min(there, key=lambda place: place.role != "count", default=None)


def _product(line: LineReading, scans: Scans) -> Found[str]:
    """Doubt a product that the line's own words do not name: "plates" is no twisted handle."""
    for evidence in line.description.evidence:
        scan = scans.get(evidence.document)
        span = number_roles.span_of(scan, evidence.start, evidence.end) if scan else None
        bag = number_roles.bag_at(scan, *span) if scan and span else None
        meant = match(bag.traits).code if bag else ""
        if meant and line.product.value and meant != line.product.value:
            return doubted(line.product, 0.6, _("The words may mean another product."))
    return line.product


def _quantity(line: LineReading, index: int, lines: Lines, scans: Scans) -> Found[Decimal]:
    found, unit = line.quantity, line.unit.value or "piece"
    value = found.value
    if value is None:
        return found
    place = _place(found, scans)
    if place and place.role in _NO_COUNT:
        return doubted(found, 0.3, stands_as(place.role))
    if value > _MOST[unit]:
        found = doubted(found, 0.4, _("Nobody orders so many."))
    if unit == "piece" and line.product.value and (value % 1 or value < _FEWEST_PIECES):
        found = doubted(found, 0.5, _("Too few pieces for an order of ours."))
    if place is None:
        return found
    if place.role == "unknown" and _FIRST_YEAR <= value <= _LAST_YEAR and _is_bare(place):
        found = doubted(found, 0.5, _("It may be a year."))
    if _belongs_to_another(line, place):
        found = doubted(found, 0.45, _("It stands beside another product."))
    if _is_claimed(place, index, lines, scans):
        found = doubted(found, 0.5, _("Another line has the same figure."))
    if _is_passed_over(line, index, lines, place, scans):
        found = doubted(found, 0.5, _("Another number stands beside the product."))
    return found


def _is_bare(place: Place) -> bool:
    return place.quantity is None or not place.quantity.unit_word


def _belongs_to_another(line: LineReading, place: Place) -> bool:
    """Whether the bag next to a number is plainly not the line's."""
    if not line.product.value or place.quantity is None or _in_table(place):
        return False
    near = [
        (cost, match(mention.traits).code)
        for cost, mention in number_roles.beside(place.scan, place.quantity)
    ]
    own = min((cost for cost, code in near if code in {"", line.product.value}), default=9.0)
    others = [cost for cost, code in near if code not in {"", line.product.value}]
    return bool(others) and min(others) + _CLEARLY < own


def _in_table(place: Place) -> bool:
    start = place.scan.text.rfind("\n", 0, place.start) + 1
    end = place.scan.text.find("\n", place.end)
    return "|" in place.scan.text[start : end if end >= 0 else None]


def _is_claimed(place: Place, index: int, lines: Lines, scans: Scans) -> bool:
    """Whether another line, nearer to this number, says the same figure for its quantity."""
    for other_index, other in enumerate(lines):
        if other_index == index or other.quantity.value is None:
            continue
        there = _place(other.quantity, scans)
        if there is None or (there.scan, there.start) != (place.scan, place.start):
            continue
        if _SHARED.search(_line_around(place)):
            continue
        if _distance(lines[index], place, scans) >= _distance(other, place, scans):
            return True
    return False


def _line_around(place: Place) -> str:
    text = place.scan.text
    start = text.rfind("\n", 0, place.start) + 1
    end = text.find("\n", place.end)
    return text[start : end if end >= 0 else None][:400]


def _distance(line: LineReading, place: Place, scans: Scans) -> int:
    """Characters between a line's words and a number; many where they are in two documents."""
    distances = [
        max(start - place.end, place.start - end, 0)
        for evidence in line.description.evidence
        if (scan := scans.get(evidence.document)) is place.scan
        for start, end in [number_roles.span_of(scan, evidence.start, evidence.end)]
    ]
    return min(distances, default=10**6)


def _is_passed_over(
    line: LineReading, index: int, lines: Lines, place: Place, scans: Scans
) -> bool:
    """Whether a number that nothing ties to goods was taken, and one beside the bag was not."""
    if place.role == "count" or _in_table(place):
        return False
    taken = {
        (there.scan.document.key, there.start)
        for other, one in enumerate(lines)
        if other != index and (there := _place(one.quantity, scans))
    }
    return any(
        count.value != line.quantity.value
        and (place.scan.document.key, count.start) not in taken
        and number_roles.role_at(place.scan, count.start, count.end) == "count"
        for evidence in line.description.evidence
        if scans.get(evidence.document) is place.scan
        for count in number_roles.counts_beside(
            place.scan, *number_roles.span_of(place.scan, evidence.start, evidence.end)
        )
    )


def _unit(line: LineReading, scans: Scans) -> Found[Unit]:
    """Doubt a unit where the number, or its row, plainly has another."""
    found, place = line.unit, _place(line.quantity, scans)
    if place is None or found.value is None:
        return found
    written = number_roles.unit_at(place)
    if written is None or written == found.value or {written, found.value} == {"piece", "mille"}:
        return found
    return doubted(found, 0.5, _("The message counts it in another unit."))


def _price(
    line: LineReading,
    index: int,
    lines: Lines,
    scans: Scans,
    reading: OrderReading,
) -> Found[Decimal]:
    found = line.unit_price
    value = found.value
    if value is None:
        return found
    place = _place(found, scans)
    if place and place.role in _NO_PRICE and not _is_list_price(place):
        return doubted(found, 0.3, stands_as(place.role))
    if value in {line.total.value, reading.total.value} and line.quantity.value != 1:
        return doubted(found, 0.3, _("It is the amount, not the price of one."))
    if value == line.quantity.value:
        found = doubted(found, 0.4, _("It is the quantity."))
    if place and _price_of_another(line, index, lines, place, scans):
        found = doubted(found, 0.55, _("It stands beside another product."))
    if usual_prices.is_unusual(
        value, line.product.value or "", line.unit.value or "piece", reading.currency.value or ""
    ):
        found = doubted(found, 0.5, _("Far from what this product usually costs."))
    return found


def _is_list_price(place: Place) -> bool:
    """Whether a figure that reads as a sum is a price all the same: "HT 0,79 l'unité"."""
    return place.role == "sum" and bool(
        re.match(
            r"[^\d\n]{0,12}(?:/|par|la|l'|le|per)\s?(?:piece|unite|u|sac|mille|kg)",
            place.scan.text[place.end :],
        )
    )


def _price_of_another(
    line: LineReading, index: int, lines: Lines, place: Place, scans: Scans
) -> bool:
    """Whether a price stands with another line, or another line nearer to it says it too."""
    if _SHARED.search(_line_around(place)):
        return False
    mine = _place(line.quantity, scans)
    for other_index, other in enumerate(lines):
        if other_index == index:
            continue
        there = _place(other.unit_price, scans)
        if there and (there.scan, there.start) == (place.scan, place.start):
            if _distance(line, place, scans) > _distance(other, place, scans):
                return True
            continue
        counted = _place(other.quantity, scans)
        if not mine or not counted or not counted.scan is mine.scan is place.scan:
            continue
        if counted != mine and _stands_between(mine.start, counted.start, place):
            return True
    return False


def _stands_between(mine: int, counted: int, place: Place) -> bool:
    """Whether another line's quantity parts a price from its own, all in one sentence or row."""
    if not (mine < counted < place.start or place.start < counted < mine):
        return False
    first, last = sorted((counted, place.start))
    return _SENTENCE_END.search(place.scan.text, first, last) is None


def _amount(line: LineReading, scans: Scans) -> Found[Decimal]:
    found = line.total
    if found.value is None:
        return found
    role = role_of(found, scans)
    if role in NO_MONEY or role == "tax":
        return doubted(found, 0.3, stands_as(role))
    if found.value == line.quantity.value and line.unit_price.value not in {None, Decimal(1)}:
        return doubted(found, 0.4, _("It is the quantity."))
    return found


def _together(line: LineReading, lines: Lines, reading: OrderReading) -> LineReading:
    """Doubt price and quantity where they cost more than the whole order."""
    quantity, price, total = line.quantity.value, line.unit_price.value, reading.total.value
    if quantity is None or price is None or total is None:
        return line
    amount = quantity * price
    if amount > total * Decimal("1.3") and amount / 1000 > total * Decimal("1.3"):
        note = _("It would cost more than the whole order.")
    elif len(lines) == 1 and not usual_prices.explains(amount, total):
        note = _("Quantity × unit price is not the order's total.")
    else:
        return line
    return replace(
        line,
        quantity=doubted(line.quantity, 0.6, note),
        unit_price=doubted(line.unit_price, 0.6, note),
    )
