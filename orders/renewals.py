"""Repeat orders: what the message leaves out comes from the customer's earlier orders.

What the message states always wins. Filled values carry the confidence
:data:`FROM_HISTORY` and a note that names the order they came from. The
delivery date is never filled: a repeat order is not for the same day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core import local_days
from backoffice.core.text import folded
from orders.extraction.kind import which
from orders.models import Order
from orders.reading import Found, LineReading

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from backoffice.messaging.content import MessageContent
    from crm.models import Customer
    from orders.extraction.kind.which import Which
    from orders.models import OrderLine
    from orders.reading import OrderReading, Unit

T = TypeVar("T")

DETAILS = ("size", "grammage", "paper", "printing")
FROM_HISTORY = 0.85
# A figure that could belong to several lines: somebody has to look.
AMBIGUOUS = 0.4
# How many earlier orders are searched for the price of a product.
DEPTH = 10

# "kif dima mais 3000 sachets" changes one line and keeps the others;
# "b7al dima : 3000 sachets" lists all that is wanted.
_EXCEPT = re.compile(
    r"\b(mais|sauf|but|except|excepte|hormis|walakin+e?|walakn|ولكن|لكن|الا|غير)\b"
)
_SIZE = re.compile(r"(?<!\d)\d{1,3}(?:\s?x\s?\d{1,3}){1,2}(?!\d)")
# A line, and the order that gave something to it.
_Wanted: TypeAlias = tuple[LineReading, "Order | None"]


@dataclass(frozen=True, slots=True)
class Filled:
    """A reading completed from ``source``; ``problems`` are sentences for staff.

    ``from_history`` holds, for each line of the reading, the order that gave
    something to it, or None where the message says it all.
    """

    reading: OrderReading
    source: Order | None = None
    from_history: tuple[Order | None, ...] = ()
    problems: tuple[str, ...] = ()


def earlier_orders(customer: Customer | None, before: dt.datetime) -> list[Order]:
    """The customer's last validated orders placed before that moment, newest first."""
    if customer is None:
        return []
    return list(_placed(customer, before)[:DEPTH])


def _placed(customer: Customer, before: dt.datetime, among: Q | None = None) -> QuerySet[Order]:
    orders = Order.objects.filter(customer=customer, status=Order.Status.VALIDATED)
    placed = orders.annotate(placed_at=Coalesce("message__sent_at", "decided_at"))
    newest = placed.filter(among or Q(), placed_at__lt=before).order_by(
        F("placed_at").desc(), "-pk"
    )
    return newest.prefetch_related("lines__product")


def fill(
    reading: OrderReading,
    *,
    customer: Customer | None,
    orders: Sequence[Order],
    content: MessageContent | None = None,
) -> Filled:
    """Complete a repeat order from ``orders`` (:func:`earlier_orders`).

    Without an order to repeat the reading comes back as it is, with the reason.
    """
    named = reading.renewed_number.value
    meant = which.find(content) if content and not named else None
    said: list[str] = []
    if meant is not None and customer is not None:
        reading = which.without_its_day(reading, meant)
        source, said = _meant(meant, customer, orders, content)
    else:
        source = _named(named, customer) if named else next(iter(orders), None)
    if source is None:
        nothing = (None,) * len(reading.lines)
        problems = said or [_why_nothing(named, customer)]
        return Filled(reading, from_history=nothing, problems=tuple(problems))
    history = [source, *(order for order in orders if order.pk != source.pk)]
    wanted, problems = _combine(reading, source, content)
    pairs = [
        (line, order) if order else _complete(line, history, reading.currency.value)
        for line, order in wanted
    ]
    if not pairs:
        problems.append(_("Nothing of %(number)s is left to repeat.") % {"number": source.number})
    filled = tuple(_with_total(line) for line, _order in pairs)
    currency = reading.currency
    if not currency.value and any(line.unit_price.note for line in filled):
        currency = _from(source, source.currency)
    return Filled(
        replace(reading, lines=filled, currency=currency),
        source=source,
        from_history=tuple(order for _line, order in pairs),
        problems=(*said, *problems),
    )


def _meant(
    meant: Which, customer: Customer, orders: Sequence[Order], content: MessageContent | None
) -> tuple[Order | None, list[str]]:
    """The order of the day, month or rank that the message names, and what to say of it.

    Of several in one period the newest; a day may be that of placing or, failing that, of
    delivery. Without one that fits nothing is repeated: another order would be wrong.
    """
    words = {"words": meant.words, "customer": customer}
    if meant.back:
        if len(orders) >= meant.back:
            return orders[meant.back - 1], []
        sentence = _("The message repeats “%(words)s”: %(customer)s has no order that old.")
        return None, [sentence % words]
    before = content.sent_at if content else timezone.now()
    on_these_days = local_days.within("placed_at", meant.first, meant.last)
    found = list(_placed(customer, before, on_these_days)[:DEPTH])
    if not found:
        delivered = Q(delivery_date__range=(meant.first, meant.last))
        found = list(_placed(customer, before, delivered)[:DEPTH])
    if not found:
        sentence = _(
            "The message repeats “%(words)s”: %(customer)s has no validated order of then."
        )
        return None, [sentence % words]
    if len(found) == 1:
        return found[0], []
    numbers = ", ".join(order.number for order in found)
    sentence = _("“%(words)s” may be any of %(numbers)s: the newest is repeated.")
    return found[0], [sentence % {"words": meant.words, "numbers": numbers}]


def _named(number: str, customer: Customer | None) -> Order | None:
    """The order the message names, if it is this customer's: nobody is shown another's order."""
    if customer is None:
        return None
    orders = Order.objects.filter(customer=customer, number__iexact=number)
    validated = orders.filter(status=Order.Status.VALIDATED)
    return validated.prefetch_related("lines__product").first()


def _why_nothing(named: str | None, customer: Customer | None) -> str:
    if customer is None:
        return _("Repeat order of an unknown customer: choose the customer, then read again.")
    if named:
        return _("The message repeats %(number)s, which is no validated order of %(customer)s.") % {
            "number": named,
            "customer": customer,
        }
    return _("Repeat order, but %(customer)s has no validated order yet.") % {"customer": customer}


def _combine(
    reading: OrderReading, source: Order, content: MessageContent | None
) -> tuple[list[_Wanted], list[str]]:
    """The lines that are wanted: of the message, of the earlier order, or of both."""
    kept: list[_Wanted] = [
        (_as_reading(line, source), source)
        for line in source.lines.all()
        if line.product is None or line.product.sku not in reading.excluded
    ]
    stated = [line for line in reading.lines if _says_goods(line)]
    figures = [line for line in reading.lines if not _says_goods(line) and line.quantity.value]
    if figures and not stated:
        return _requantify(kept, figures, source)
    if not stated:
        return kept, []
    from_message: list[_Wanted] = [(line, None) for line in stated]
    if not (reading.excluded or _only_changes(reading, content)):
        return from_message, []
    replaced = {line.product.value for line in stated}
    return [*from_message, *(pair for pair in kept if pair[0].product.value not in replaced)], []


def _requantify(
    kept: list[_Wanted], figures: list[LineReading], source: Order
) -> tuple[list[_Wanted], list[str]]:
    """Quantities without goods ("kif dima mais 3000"): clear only where they match the lines."""
    if len(kept) == len(figures):
        return [
            (_with_quantity(old, new), order)
            for (old, order), new in zip(kept, figures, strict=True)
        ], []
    unsure: list[_Wanted] = [
        (replace(line, quantity=replace(line.quantity, confidence=AMBIGUOUS)), order)
        for line, order in kept
    ]
    values = ", ".join(f"{line.quantity.value:f}" for line in figures)
    sentence = _("The message says %(values)s, but %(number)s has %(count)s lines: which is meant?")
    return unsure, [sentence % {"values": values, "number": source.number, "count": len(kept)}]


def _with_quantity(old: LineReading, new: LineReading) -> LineReading:
    unit = old.unit
    # Nobody means 3000 thousands: a plain figure beside "mille" counts pieces.
    if new.unit.evidence or old.unit.value == "mille":
        unit = new.unit
    price = _price_in(unit.value, old)
    return replace(old, quantity=new.quantity, unit=unit, unit_price=price, total=Found())


def _complete(line: LineReading, history: Iterable[Order], currency: str | None) -> _Wanted:
    """Fill what the line leaves open from the newest order that has its product."""
    for order in history:
        earlier = _best_match(line, order)
        if earlier is not None and (not currency or currency == order.currency):
            filled = _fill_line(line, _as_reading(earlier, order))
            return filled, order if filled != line else None
    return line, None


def _best_match(line: LineReading, order: Order) -> OrderLine | None:
    """The line of ``order`` with the same goods; of two sizes the one the message names."""
    same = [old for old in order.lines.all() if _same_goods(line, old)]
    if len(same) > 1 and line.size.value:
        same = [old for old in same if _size_of(old) == line.size.value]
    return same[0] if len(same) == 1 else None


def _same_goods(line: LineReading, old: OrderLine) -> bool:
    if old.product is not None:
        return old.product.sku == line.product.value
    described = folded(line.description.value or "")
    return not line.product.value and folded(old.description) == described


def _size_of(line: OrderLine) -> str:
    return size_in(str(line.attributes.get("size") or ""), line.description)


def size_in(stated: str, description: str) -> str:
    """A line's size as read at the time, or as the description of an imported order has it."""
    in_words = _SIZE.search(folded(description))
    return stated or (re.sub(r"\s", "", in_words.group()) if in_words else "")


def _fill_line(line: LineReading, old: LineReading) -> LineReading:
    quantity, unit = line.quantity, line.unit
    if quantity.value is None:
        quantity, unit = old.quantity, old.unit
    price = line.unit_price
    # A price belongs to one make: another size or paper than before costs something else.
    if price.value is None and _same_make(line, old):
        price = _price_in(unit.value, old)
    line = replace(line, quantity=quantity, unit=unit, unit_price=price)
    if not _same_make(line, old):
        return line
    open_details = [name for name in DETAILS if not getattr(line, name).value]
    return replace(line, **{name: getattr(old, name) for name in open_details})


def _same_make(line: LineReading, old: LineReading) -> bool:
    pairs: list[tuple[Found[str], Found[str]]] = [
        (getattr(line, name), getattr(old, name)) for name in DETAILS
    ]
    return all(
        folded(stated.value) == folded(before.value)
        for stated, before in pairs
        if stated.value and before.value
    )


def _price_in(unit: str | None, old: LineReading) -> Found[Decimal]:
    """The old price per ``unit``: pieces and thousands convert, nothing else does."""
    price, before = old.unit_price, old.unit.value
    if price.value is None or unit in {before, None}:
        return price
    if (unit, before) == ("piece", "mille"):
        return replace(price, value=price.value / 1000)
    if (unit, before) == ("mille", "piece"):
        return replace(price, value=price.value * 1000)
    return Found()


def _with_total(line: LineReading) -> LineReading:
    if line.total.value is not None or not line.unit_price.note:
        return line
    if line.quantity.value is None or line.unit_price.value is None:
        return line
    amount = (line.quantity.value * line.unit_price.value).quantize(Decimal("0.01"))
    return replace(line, total=Found(amount, FROM_HISTORY, note=line.unit_price.note))


def _says_goods(line: LineReading) -> bool:
    return bool(line.product.value or line.description.value)


def _only_changes(reading: OrderReading, content: MessageContent | None) -> bool:
    """Whether a word like "mais" stands between "kif dima" and the lines."""
    phrases = reading.is_renewal.evidence
    places = [
        spot for line in reading.lines for spot in (*line.quantity.evidence, *line.product.evidence)
    ]
    if content is None or not phrases or not places:
        return False
    phrase = phrases[0]
    document = content.document(phrase.document)
    same_text = [spot.start for spot in places if spot.document == phrase.document]
    if document is None or not same_text:
        return False
    between = document.text[phrase.end : max(same_text)]
    return bool(_EXCEPT.search(folded(between)))


def _as_reading(line: OrderLine, order: Order) -> LineReading:
    """A line of an earlier order as if the message had said it."""
    attributes = {**line.attributes, "size": _size_of(line)}
    reading = LineReading(
        description=_from(order, line.description),
        product=_from(order, line.product.sku if line.product else ""),
        quantity=_from(order, line.quantity),
        unit=_from(order, cast("Unit", line.unit)),
        unit_price=_from(order, line.unit_price),
    )
    details: dict[str, Any] = {
        name: _from(order, str(attributes.get(name) or "")) for name in DETAILS
    }
    return replace(reading, **details)


def _from(order: Order, value: T | None) -> Found[T]:
    if value is None or value == "":
        return Found()
    return Found(value, FROM_HISTORY, note=_("from %(number)s") % {"number": order.number})
