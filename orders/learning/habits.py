"""Usual units and prices of a customer: what the last orders agreed on, product by product.

Both are worked out anew from the customer's last orders at every validation, so they follow
the newest decision and learning twice changes nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.utils import timezone

from orders.learning.facts import LONGEST_PHRASE, Kind
from orders.learning.prices import Price, make_of
from orders.models import LearnedFact, Order, OrderLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.models import Customer

# Lines of a product that are looked at, the newest first.
DEPTH = 10
# A unit is usual when two of the last five orders and most of them have it.
RECENT, AT_LEAST = 5, 2


def learn(order: Order, lines: Sequence[OrderLine]) -> None:
    """Set the customer's usual unit and price of each product in ``lines``."""
    customer = order.customer
    products = sorted({line.product_id for line in lines if line.product_id is not None})
    if customer is None:
        return
    for product_id in products:
        recent = _recent(customer, product_id)
        _unit(customer, product_id, recent)
        makes = {make_of(line) for line in lines if line.product_id == product_id}
        for make in sorted(makes):
            _price(customer, product_id, make, recent)


def usual_quantities(customer: Customer, product_id: int, unit: str) -> list[OrderLine]:
    """The customer's last lines of the product in that unit."""
    return [line for line in _recent(customer, product_id) if line.unit == unit]


def _recent(customer: Customer, product_id: int) -> list[OrderLine]:
    lines = OrderLine.objects.filter(
        order__customer=customer,
        order__status=Order.Status.VALIDATED,
        product=product_id,
        quantity__isnull=False,
    )
    newest = lines.select_related("order").order_by("-order__decided_at", "-order_id", "position")
    return list(newest[:DEPTH])


def _unit(customer: Customer, product_id: int, recent: Sequence[OrderLine]) -> None:
    units = Counter(line.unit for line in recent[:RECENT])
    unit, count = units.most_common(1)[0]
    is_usual = count >= AT_LEAST and 2 * count > units.total()
    newest = next(line for line in recent if line.unit == unit)
    kind = Kind.USUAL_UNIT
    _set(kind, customer, product_id, "", unit, count if is_usual else 0, newest.order)


def _price(customer: Customer, product_id: int, make: str, recent: Sequence[OrderLine]) -> None:
    priced = [
        (Price.of(line), line.order)
        for line in recent
        if make_of(line) == make and line.unit_price is not None
    ]
    if not priced:
        return
    price, newest = priced[0]
    count = 0
    for other, _order in priced:
        if other != price:
            break
        count += 1
    _set(Kind.USUAL_PRICE, customer, product_id, make, str(price), count, newest)


def _set(  # noqa: PLR0913 - the columns of one fact
    kind: LearnedFact.Kind,
    customer: Customer,
    product_id: int,
    phrase: str,
    value: str,
    count: int,
    newest: Order,
) -> None:
    known = {"kind": kind, "customer": customer, "product_id": product_id}
    known["phrase"] = phrase[:LONGEST_PHRASE]
    held = {"value": value, "times_seen": count, "learned_from": newest}
    fact = LearnedFact.objects.filter(**known).first()
    if fact is None and count:
        LearnedFact.objects.create(**known, **held)
    elif fact is not None and fact.is_active:
        # What a person switched off stays as it was then.
        LearnedFact.objects.filter(pk=fact.pk).exclude(**held).update(
            **held, updated_at=timezone.now()
        )
