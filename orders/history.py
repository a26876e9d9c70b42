"""Loading orders that were validated before this system: one row per order line.

An order is loaded whole or not at all; a number that is known already is left
as it is, so the same file can be loaded again.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import customers
from crm.models import Product
from orders import sales
from orders.editing import line_total, lines_total
from orders.history_rows import read_row, rows_of, short
from orders.learning import habits
from orders.models import Order, OrderLine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crm.models import Customer

TOLD_EVERY = 25
# What an order has once, however many lines it has.
SAME_IN_ORDER = ("customer_email", "customer_phone", "company", "order_date", "currency")
# Numbers looked up at once.
BATCH = 1000


@dataclass(frozen=True, slots=True)
class RowError:
    """``row`` as the spreadsheet counts it: the heading is row 1."""

    row: int
    field: str
    value: str
    sentence: str

    def __str__(self) -> str:
        place = _("row %(row)s, %(field)s") % {"row": self.row, "field": self.field}
        return f"{place}: {self.sentence}"


@dataclass(slots=True)
class Report:
    """What became of a file; orders with an error in any row were left out."""

    created: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """What a file would do: ``new`` orders by number with the values of their rows.

    ``known`` numbers are left as they are, ``kept_back`` ones have an error in a row.
    """

    rows: int = 0
    new: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    kept_back: set[str] = field(default_factory=set)
    errors: list[RowError] = field(default_factory=list)


def load(data: bytes, *, filename: str) -> Report:
    """Load a CSV or XLSX file with the columns of :data:`orders.history_rows.COLUMNS`.

    ``DomainError`` where the file itself cannot be used; what is wrong with single rows is
    in the report.
    """
    plan = read(data, filename=filename)
    created = write(plan)
    learn(plan)
    return Report(created, len(plan.known), plan.errors)


def read(data: bytes, *, filename: str) -> Plan:
    """What loading the file would do; writes nothing. ``DomainError`` as in :func:`load`."""
    plan = Plan()
    products = Product.objects.in_bulk(field_name="sku")
    orders: dict[str, list[dict[str, Any]]] = defaultdict(list)
    above = ""
    for row, cells in rows_of(data, filename):
        plan.rows += 1
        values, wrong = read_row(cells, products)
        number = values["order_number"]
        if orders[number]:
            wrong = _differences(values, orders[number][0]) | wrong
        orders[number].append(values)
        plan.errors += [
            RowError(row, name, short(cells.get(name) or ""), text) for name, text in wrong.items()
        ]
        if wrong:
            plan.kept_back.add(number)
        if not number:
            # The cell of the order above, perhaps, merged over both: it may lack this line.
            plan.kept_back.add(above)
        above = number or above
    numbers = orders.keys() - plan.kept_back
    plan.known = _known(sorted(numbers))
    wanted = numbers - plan.known
    plan.new = {number: rows for number, rows in orders.items() if number in wanted}
    return plan


def _known(numbers: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(numbers), BATCH):
        some = Order.objects.filter(number__in=numbers[start : start + BATCH])
        found.update(some.values_list("number", flat=True))
    return found


def _differences(values: dict[str, Any], first: dict[str, Any]) -> dict[str, str]:
    """What of the order itself differs from its first row: one of the two is wrong."""
    told = _("The first row of this order has “%(first)s”: write the same, or another number.")
    return {
        name: told % {"first": first[name] or ""}
        for name in SAME_IN_ORDER
        if values[name] != first[name]
    }


def write(
    plan: Plan,
    *,
    until: float | None = None,
    tell: Callable[[int], None] = lambda _count: None,
) -> int:
    """Load the plan's new orders, each in its own transaction; how many were.

    Stops early when ``until`` (``time.monotonic()``) is over: what is left is what a new plan
    of the same file finds. ``tell`` hears every so often how many are loaded.
    """
    products = Product.objects.in_bulk(field_name="sku")
    loaded: list[str] = []
    for number, rows in plan.new.items():
        # One at least, so that it gets on whatever the file took to read.
        if until is not None and loaded and time.monotonic() > until:
            break
        try:
            _load_order(number, rows, products)
        except IntegrityError:
            if not Order.objects.filter(number=number).exists():
                raise
            # Loaded by somebody else since the plan was made.
            continue
        loaded.append(number)
        if len(loaded) % TOLD_EVERY == 0:
            tell(len(loaded))
    return len(loaded)


def learn(plan: Plan) -> None:
    """Set the usual units and prices of all customers in the file, however it got loaded.

    Those of known orders too: a worker that died had loaded some of them, and learned nothing.
    """
    numbers = sorted(plan.known | plan.new.keys())
    buyers: set[int] = set()
    for start in range(0, len(numbers), BATCH):
        orders = Order.objects.filter(number__in=numbers[start : start + BATCH])
        buyers.update(orders.exclude(customer=None).values_list("customer_id", flat=True))
    habits.rebuild(buyers)


def _load_order(number: str, rows: list[dict[str, Any]], products: dict[str, Product]) -> None:
    with transaction.atomic():
        order = _create(number, rows[0])
        lines = [_line(order, index, values, products) for index, values in enumerate(rows)]
        OrderLine.objects.bulk_create(lines)
        order.total = lines_total(lines)
        order.save(update_fields=["total"])
        sales.record(order, lines)


def _create(number: str, first: dict[str, Any]) -> Order:
    noon = dt.datetime.combine(first["order_date"], dt.time(12))
    placed_at = timezone.make_aware(noon)
    customer = _customer(first)
    order = Order.objects.create(
        number=number,
        customer=customer,
        contact_name=first["customer_name"],
        company=first["company"],
        email=first["customer_email"],
        phone=first["customer_phone"],
        currency=first["currency"].upper(),
        delivery_date=first["delivery_date"],
        status=Order.Status.VALIDATED,
        decided_at=placed_at,
        confidence=1,
        method=Order.Method.IMPORT,
    )
    # Lists and periods go by the day it was placed, not by the day it was loaded.
    Order.objects.filter(pk=order.pk).update(created_at=placed_at)
    return order


def _customer(first: dict[str, Any]) -> Customer:
    return customers.register(
        name=first["customer_name"],
        company=first["company"],
        email=first["customer_email"],
        phone=first["customer_phone"],
    )


def _line(
    order: Order, index: int, values: dict[str, Any], products: dict[str, Product]
) -> OrderLine:
    product = products.get(values["product_code"])
    return OrderLine(
        order=order,
        position=index,
        product=product,
        description=values["description"] or str(product),
        quantity=values["quantity"],
        unit=values["unit"],
        unit_price=values["unit_price"],
        total=line_total(values["quantity"], values["unit_price"]),
    )
