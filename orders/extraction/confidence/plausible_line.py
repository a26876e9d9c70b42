"""Whether the figures of a line can be its quantity, its price and its amount."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.text import word_set
from orders.extraction.confidence import number_roles, usual_prices
from orders.extraction.confidence.line_places import LinePlaces, Placed, place_of, row_around
from orders.extraction.doubts import doubted
from orders.extraction.lines.products import match

if TYPE_CHECKING:
    from orders.extraction.confidence.number_roles import Place
    from orders.extraction.confidence.role_words import Role
    from orders.extraction.text.scan import Scan
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
_FOR_ONE = re.compile(
    r"[^\d\n]{0,12}(?:/|par|la|l'|le|per)\s?(?:piece|unite|u|sac|mille|kg)(?![^\W_])"
)
_SENTENCE_END = re.compile(r"[.!?]\s|\n\s*\n|\n(?=[^\n\d]*(?:prix|price|tarif|taman|ثمن))")


def stands_as(role: Role) -> str:
    return _("It stands in the message as a %(role)s.") % {"role": _ROLES.get(role, role)}


def check(lines: tuple[LineReading, ...], scans: Scans, reading: OrderReading) -> Lines:
    """Return the lines with less confidence in figures that do not fit their place."""
    places = LinePlaces(lines, scans)
    checked = tuple(
        replace(
            one.line,
            product=_product(one),
            quantity=_quantity(one, places),
            unit=_unit(one),
            unit_price=_price(one, places, reading),
            total=_amount(one.line, scans),
        )
        for one in places.lines
    )
    return tuple(_together(line, checked, reading) for line in checked)


def role_of(found: Found[Decimal], scans: Scans) -> Role:
    """What the place a value was read from says it is; ``unknown`` where there is none."""
    place = place_of(found, scans)
    return place.role if place else "unknown"


def _product(one: Placed) -> Found[str]:
    """Doubt a product that the line's own words do not name: "plates" is no twisted handle."""
    found = one.line.product
    for scan, span in one.words:
        bag = number_roles.bag_at(scan, *span)
        meant = match(bag.traits).code if bag else ""
        if meant and found.value and meant != found.value:
            return doubted(found, 0.6, _("The words may mean another product."))
    return found


def _quantity(one: Placed, places: LinePlaces) -> Found[Decimal]:
    found, unit, place = one.line.quantity, one.line.unit.value or "piece", one.counted
    value = found.value
    if value is None:
        return found
    if place and place.role in _NO_COUNT:
        return doubted(found, 0.3, stands_as(place.role))
    is_few = unit == "piece" and one.line.product.value and (value % 1 or value < _FEWEST_PIECES)
    doubts = (
        (value > _MOST[unit], 0.4, _("Nobody orders so many.")),
        (is_few, 0.5, _("Too few pieces for an order of ours.")),
        (place and _may_be_year(value, place), 0.5, _("It may be a year.")),
        (
            place and _belongs_to_another(one.line, place),
            0.45,
            _("It stands beside another product."),
        ),
        (place and _is_claimed(one, place, places), 0.5, _("Another line has the same figure.")),
        (
            place and _is_passed_over(one, place, places),
            0.5,
            _("Another number stands beside the product."),
        ),
    )
    for is_so, most, note in doubts:
        found = doubted(found, most, note) if is_so else found
    return found


def _may_be_year(value: Decimal, place: Place) -> bool:
    is_bare = place.quantity is None or not place.quantity.unit_word
    return is_bare and place.role == "unknown" and _FIRST_YEAR <= value <= _LAST_YEAR


def _belongs_to_another(line: LineReading, place: Place) -> bool:
    """Whether the bag next to a number is plainly not the line's."""
    if not line.product.value or place.quantity is None or "|" in row_around(place):
        return False
    near = [
        (cost, match(mention.traits).code)
        for cost, mention in number_roles.beside(place.scan, place.quantity)
    ]
    own = min((cost for cost, code in near if code in {"", line.product.value}), default=9.0)
    others = [cost for cost, code in near if code not in {"", line.product.value}]
    return bool(others) and min(others) + _CLEARLY < own


def _is_claimed(one: Placed, place: Place, places: LinePlaces) -> bool:
    """Whether another line, nearer to this number, says the same figure for its quantity."""
    others = [other for other in places.counted_at(place) if other is not one]
    if not others or _SHARED.search(row_around(place)):
        return False
    return any(one.distance(place) >= other.distance(place) for other in others)


def _is_passed_over(one: Placed, place: Place, places: LinePlaces) -> bool:
    """Whether a number that nothing ties to goods was taken, and one beside the bag was not."""
    if place.role == "count" or "|" in row_around(place):
        return False
    return any(
        count.value != one.line.quantity.value
        and not places.is_taken(scan, count.start)
        and number_roles.role_at(scan, count.start, count.end) == "count"
        for scan, span in one.words
        if scan is place.scan
        for count in number_roles.counts_beside(scan, *span)
    )


def _unit(one: Placed) -> Found[Unit]:
    """Doubt a unit where the number, or its row, plainly has another."""
    found = one.line.unit
    if one.counted is None or found.value is None:
        return found
    written = number_roles.unit_at(one.counted)
    if written is None or written == found.value or {written, found.value} == {"piece", "mille"}:
        return found
    return doubted(found, 0.5, _("The message counts it in another unit."))


def _price(one: Placed, places: LinePlaces, reading: OrderReading) -> Found[Decimal]:
    line, found, place = one.line, one.line.unit_price, one.priced
    value = found.value
    if value is None:
        return found
    if place and place.role in _NO_PRICE and not _is_list_price(place):
        return doubted(found, 0.3, stands_as(place.role))
    if value in {line.total.value, reading.total.value} and line.quantity.value != 1:
        return doubted(found, 0.3, _("It is the amount, not the price of one."))
    if value == line.quantity.value:
        found = doubted(found, 0.4, _("It is the quantity."))
    if place and _price_of_another(one, place, places):
        found = doubted(found, 0.55, _("It stands beside another product."))
    if usual_prices.is_unusual(
        value, line.product.value or "", line.unit.value or "piece", reading.currency.value or ""
    ):
        found = doubted(found, 0.5, _("Far from what this product usually costs."))
    return found


def _is_list_price(place: Place) -> bool:
    """Whether a figure that reads as a sum is a price all the same: "HT 0,79 l'unité"."""
    return place.role == "sum" and _FOR_ONE.match(place.scan.text, place.end) is not None


def _price_of_another(one: Placed, place: Place, places: LinePlaces) -> bool:
    """Whether a price stands with another line, or another line nearer to it says it too."""
    if _SHARED.search(row_around(place)):
        return False
    others = [other for other in places.priced_at(place) if other is not one]
    if any(one.distance(place) > other.distance(place) for other in others):
        return True
    mine = one.counted
    if others or mine is None or mine.scan is not place.scan:
        return False
    # Another line's quantity parts the price from its own, all in one sentence or row.
    between = places.counts_between(place.scan, *sorted((mine.start, place.start)))
    nearest = max(between, default=None) if mine.start < place.start else min(between, default=None)
    if nearest is None:
        return False
    return _SENTENCE_END.search(place.scan.text, *sorted((nearest, place.start))) is None


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
