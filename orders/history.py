"""Loading orders that were validated before this system: one row per order line.

An order is loaded whole or not at all; a number that is known already is left
as it is, so the same file can be loaded again.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets import formats, widgets
from crm import customers
from crm.models import Product
from orders import sales
from orders.editing import line_total, lines_total
from orders.models import Order, OrderLine

if TYPE_CHECKING:
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
# Below what the columns of a line can hold, above what anybody sells.
TOO_MUCH = Decimal(10) ** 8


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


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    values: dict[str, Any]


def load(data: bytes, *, filename: str) -> Report:
    """Load a CSV or XLSX file with the columns of :data:`COLUMNS`.

    ``DomainError`` where the file itself cannot be used; what is wrong with single rows is
    in the report.
    """
    report = Report()
    rows = [_read(row, report) for row in _rows(data, filename)]
    bad = {row.values.get("order_number") for row in rows if _has_error(row, report)}
    orders: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        if row.values.get("order_number") not in bad:
            orders[row.values["order_number"]].append(row)
    known = set(Order.objects.filter(number__in=orders).values_list("number", flat=True))
    products = Product.objects.in_bulk(field_name="sku")
    for number, order_rows in orders.items():
        if number in known:
            report.unchanged += 1
        elif _load_order(number, order_rows, products, report):
            report.created += 1
    return report


def _rows(data: bytes, filename: str) -> list[_Row]:
    is_workbook = PurePath(filename).suffix.lower() in {".xlsx", ".xlsm"}
    dataset = (formats.Xlsx() if is_workbook else formats.Csv()).create_dataset(data)
    headers = [str(header).strip().lower() for header in dataset.headers]
    missing = [name for name in REQUIRED if name not in headers]
    if missing:
        raise DomainError(
            _("The file lacks the column %(missing)s. Known columns: %(known)s.")
            % {"missing": ", ".join(missing), "known": ", ".join(COLUMNS)},
            code="missing_column",
            field=missing[0],
        )
    return [
        _Row(number, dict(zip(headers, cells, strict=True)))
        for number, cells in enumerate(dataset, start=2)
    ]


def _read(row: _Row, report: Report) -> _Row:
    """The row's cells as values; each that is wrong goes to the report."""
    values: dict[str, Any] = {}
    readers: dict[str, Any] = defaultdict(widgets.Text)
    readers |= {"order_date": widgets.Day(), "delivery_date": widgets.Day()}
    readers |= {"quantity": widgets.Number(), "unit_price": widgets.Number()}
    for name in COLUMNS:
        raw = row.values.get(name, "")
        try:
            values[name] = readers[name].clean(raw)
        except ValueError as error:
            values[name] = None
            report.errors.append(RowError(row.number, name, str(raw), str(error)))
    values["unit"] = values["unit"] or OrderLine.Unit.PIECE.value
    checked = _Row(row.number, values)
    if not _has_error(checked, report):
        report.errors += _wrong(checked)
    return checked


def _wrong(row: _Row) -> list[RowError]:
    """What is wrong with values that could be read."""
    found: dict[str, str] = {}
    values = row.values
    for name in REQUIRED:
        if values[name] in {None, ""}:
            found[name] = _("This column must not be empty.")
    if not (values["customer_name"] or values["company"]):
        found["customer_name"] = _("Give the customer's name or the company.")
    if not (values["product_code"] or values["description"]):
        found["product_code"] = _("Give a product code or a description.")
    quantity, price, placed_on = values["quantity"], values["unit_price"], values["order_date"]
    if quantity is not None and not 0 < quantity < TOO_MUCH:
        found["quantity"] = _("A quantity must be above zero and below %(most)s.") % {
            "most": TOO_MUCH
        }
    if price is not None and not 0 <= price < TOO_MUCH:
        found["unit_price"] = _("A price cannot be negative, nor above %(most)s.") % {
            "most": TOO_MUCH
        }
    if placed_on and placed_on > timezone.localdate():
        found["order_date"] = _("The order's date lies in the future.")
    if values["unit"] not in OrderLine.Unit.values:
        known = ", ".join(OrderLine.Unit.values)
        found["unit"] = _("Unknown unit “%(unit)s”: write one of %(known)s.") % {
            "unit": values["unit"],
            "known": known,
        }
    for name in ("customer_email", "customer_phone"):
        kind = name.removeprefix("customer_")
        if values[name] and not customers.normalised(**{kind: values[name]}):
            found[name] = _("“%(value)s” is not a valid address or number.") % {
                "value": values[name]
            }
    return [RowError(row.number, name, str(values[name]), text) for name, text in found.items()]


def _has_error(row: _Row, report: Report) -> bool:
    return any(error.row == row.number for error in report.errors)


def _load_order(
    number: str, rows: list[_Row], products: dict[str, Product], report: Report
) -> bool:
    unknown = [row for row in rows if row.values["product_code"] not in products | {"": None}]
    for row in unknown:
        code = row.values["product_code"]
        sentence = _("There is no product with the code “%(code)s”.") % {"code": code}
        report.errors.append(RowError(row.number, "product_code", code, sentence))
    if unknown:
        return False
    with transaction.atomic():
        order = _create(number, rows[0].values)
        lines = [_line(order, index, row.values, products) for index, row in enumerate(rows)]
        OrderLine.objects.bulk_create(lines)
        order.total = lines_total(lines)
        order.save(update_fields=["total"])
        sales.record(order, lines)
    return True


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
