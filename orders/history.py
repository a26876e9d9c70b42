"""Loading orders that were validated before this system: one row per order line.

An order is loaded whole or not at all; a number that is known already is left
as it is, so the same file can be loaded again.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets import formats, widgets
from crm import customers
from crm.models import Product
from orders import sales
from orders.editing import line_total, lines_total
from orders.learning import habits
from orders.models import Order, OrderLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crm.models import Customer

REQUIRED = ("order_number", "order_date", "quantity")
COLUMNS = (
    "customer_email",
    "customer_phone",
    "customer_name",
    "company",
    "order_number",
    "order_date",
    "product_code",
    "description",
    "quantity",
    "unit",
    "unit_price",
    "currency",
    "delivery_date",
)
# Some seconds of reading; more in one file is more than a person can look through.
MOST_ROWS = 50_000
TOLD_EVERY = 25
# Below what the columns of a line can hold, above what anybody sells.
TOO_MUCH = Decimal(10) ** 8
TEXT = widgets.Text()
READERS: dict[str, Any] = {
    "order_date": widgets.Day(),
    "delivery_date": widgets.Day(),
    "quantity": widgets.Number(),
    "unit_price": widgets.Number(),
}
# What an order has once, however many lines it has.
SAME_IN_ORDER = ("customer_email", "customer_phone", "company", "order_date", "currency")
# As long as the columns of an order and its line.
LONGEST = {"order_number": 20, "customer_name": 200, "company": 200, "description": 500}


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
    """Load a CSV or XLSX file with the columns of :data:`COLUMNS`.

    ``DomainError`` where the file itself cannot be used; what is wrong with single rows is
    in the report.
    """
    plan = read(data, filename=filename)
    created = write(plan)
    return Report(created, len(plan.known), plan.errors)


def read(data: bytes, *, filename: str) -> Plan:
    """What loading the file would do; writes nothing. ``DomainError`` as in :func:`load`."""
    plan = Plan()
    products = Product.objects.in_bulk(field_name="sku")
    orders: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row, cells in _rows(data, filename):
        plan.rows += 1
        values, wrong = _read(cells, products)
        number = values["order_number"]
        if orders[number]:
            wrong = _differences(values, orders[number][0]) | wrong
        orders[number].append(values)
        plan.errors += [
            RowError(row, name, str(cells.get(name) or ""), text) for name, text in wrong.items()
        ]
        if wrong:
            plan.kept_back.add(number)
    numbers = orders.keys() - plan.kept_back
    plan.known = set(Order.objects.filter(number__in=numbers).values_list("number", flat=True))
    plan.new = {number: rows for number, rows in orders.items() if number in numbers - plan.known}
    return plan


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
    fresh = Order.objects.filter(number__in=loaded, customer__isnull=False)
    habits.rebuild(fresh.values_list("customer_id", flat=True))
    return len(loaded)


def _rows(data: bytes, filename: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The cells of each row by column, with the number the spreadsheet shows beside it."""
    is_workbook = PurePath(filename).suffix.lower() in {".xlsx", ".xlsm"}
    rows = (formats.Xlsx() if is_workbook else formats.Csv()).read(data)
    filled = [(number, row) for number, row in enumerate(rows, start=1) if _has_words(row)]
    if not filled:
        raise DomainError(_("The file is empty."), code="empty_file")
    if len(filled) > MOST_ROWS + 1:
        sentence = _("The file has %(rows)d rows: import at most %(limit)d at a time.")
        words = {"rows": len(filled) - 1, "limit": MOST_ROWS}
        raise DomainError(sentence % words, code="too_many_rows")
    headers = [str(cell).strip().lower() for cell in filled[0][1]]
    _check_headers([name for name in headers if name])
    for number, row in filled[1:]:
        cells = dict(zip(headers, row, strict=False))
        if _has_words(row[len(headers) :]) or str(cells.get("", "")).strip():
            sentence = _("Row %(row)d has more cells than the heading: quote or remove them.")
            raise DomainError(sentence % {"row": number}, code="too_many_cells", value=number)
        yield number, cells


def _has_words(row: Sequence[Any]) -> bool:
    return any(str(cell).strip() for cell in row)


def _check_headers(headers: Sequence[str]) -> None:
    known = {"known": ", ".join(COLUMNS)}
    missing = [name for name in REQUIRED if name not in headers]
    if missing:
        raise DomainError(
            _("The file lacks the column %(missing)s. Known columns: %(known)s.")
            % {"missing": ", ".join(missing), **known},
            code="missing_column",
            field=missing[0],
        )
    # A column that nobody reads is data lost without a word.
    unknown = [name for name in headers if name not in COLUMNS]
    if unknown:
        sentence = _("Unknown columns: %(unknown)s. Known columns: %(known)s.")
        raise DomainError(
            sentence % {"unknown": ", ".join(unknown), **known},
            code="unknown_column",
            field=unknown[0],
        )
    twice = sorted({name for name in headers if headers.count(name) > 1})
    if twice:
        sentence = _("Columns given twice: %(columns)s.") % {"columns": ", ".join(twice)}
        raise DomainError(sentence, code="column_twice", field=twice[0])


def _read(
    cells: dict[str, Any], products: dict[str, Product]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The cells as values, and what is wrong with them by column."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name in COLUMNS:
        try:
            values[name] = READERS.get(name, TEXT).clean(cells.get(name, ""))
        except ValueError as error:
            values[name] = None
            wrong[name] = str(error)
    values["unit"] = values["unit"] or OrderLine.Unit.PIECE.value
    wrong = _missing(values) | _out_of_range(values) | _malformed(values, products) | wrong
    return values, wrong


def _missing(values: dict[str, Any]) -> dict[str, str]:
    empty = [name for name in REQUIRED if values[name] in {None, ""}]
    found = dict.fromkeys(empty, _("This column must not be empty."))
    if not (values["customer_name"] or values["company"]):
        found["customer_name"] = _("Give the customer's name or the company.")
    if not (values["product_code"] or values["description"]):
        found["product_code"] = _("Give a product code or a description.")
    return found


def _out_of_range(values: dict[str, Any]) -> dict[str, str]:
    found = {}
    quantity, price, placed_on = values["quantity"], values["unit_price"], values["order_date"]
    most = {"most": TOO_MUCH}
    if quantity is not None and not 0 < quantity < TOO_MUCH:
        found["quantity"] = _("A quantity must be above zero and below %(most)s.") % most
    if price is not None and not 0 <= price < TOO_MUCH:
        found["unit_price"] = _("A price cannot be negative, nor above %(most)s.") % most
    if placed_on and placed_on > timezone.localdate():
        found["order_date"] = _("The order's date lies in the future.")
    for name, length in LONGEST.items():
        if len(values[name]) > length:
            found[name] = _("At most %(most)s characters.") % {"most": length}
    return found


def _malformed(values: dict[str, Any], products: dict[str, Product]) -> dict[str, str]:
    found = {}
    code, unit, currency = values["product_code"], values["unit"], values["currency"]
    if code and code not in products:
        found["product_code"] = _("There is no product with the code “%(code)s”.") % {"code": code}
    if unit not in OrderLine.Unit.values:
        words = {"unit": unit, "known": ", ".join(OrderLine.Unit.values)}
        found["unit"] = _("Unknown unit “%(unit)s”: write one of %(known)s.") % words
    if currency and not re.fullmatch("[A-Za-z]{3}", currency):
        found["currency"] = _("Write the currency's three letters, such as MAD.")
    for name in ("customer_email", "customer_phone"):
        kind = name.removeprefix("customer_")
        if values[name] and not customers.normalised(**{kind: values[name]}):
            sentence = _("“%(value)s” is not a valid address or number.")
            found[name] = sentence % {"value": values[name]}
    return found


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
