"""The rows of a sheet of earlier orders: their cells as values, and what is wrong with them."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets import formats, widgets
from crm import customers
from orders.models import OrderLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crm.models import Product

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
# Below what the columns of a line can hold, above what anybody sells.
TOO_MUCH = Decimal(10) ** 8
TEXT = widgets.Text()
READERS: dict[str, Any] = {
    "order_date": widgets.Day(),
    "delivery_date": widgets.Day(),
    "quantity": widgets.Number(),
    "unit_price": widgets.Number(),
}
# As long as the columns of an order and its line.
LONGEST = {
    "order_number": 20,
    "customer_name": 200,
    "company": 200,
    "customer_email": 254,
    "customer_phone": 32,
    "description": 500,
}
# Before it nobody kept orders in a computer: a year of two figures, or a slip.
FIRST_YEAR = 1980
# The smallest figures the columns of a line hold.
SMALLEST_QUANTITY = Decimal("0.001")
# Of a wrong cell, what people need to find it.
SHOWN = 80


def rows_of(data: bytes, filename: str) -> Iterator[tuple[int, dict[str, Any]]]:
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


def read_row(
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
    if quantity is not None and not SMALLEST_QUANTITY <= quantity < TOO_MUCH:
        found["quantity"] = _("A quantity must be above zero and below %(most)s.") % most
    if price is not None and not 0 <= price < TOO_MUCH:
        found["unit_price"] = _("A price cannot be negative, nor above %(most)s.") % most
    if quantity and price and "quantity" not in found and quantity * price >= TOO_MUCH * 1000:
        found["unit_price"] = _("Quantity and price together are too much for one line.")
    if placed_on and placed_on > timezone.localdate():
        found["order_date"] = _("The order's date lies in the future.")
    if placed_on and placed_on.year < FIRST_YEAR:
        found["order_date"] = _("The order's date lies before %(year)s.") % {"year": FIRST_YEAR}
    for name, length in LONGEST.items():
        if len(values[name]) > length:
            found[name] = _("At most %(most)s characters.") % {"most": length}
    return found


def _malformed(values: dict[str, Any], products: dict[str, Product]) -> dict[str, str]:
    found = {}
    code, unit, currency = values["product_code"], values["unit"], values["currency"]
    if code and code not in products:
        found["product_code"] = _("There is no product with the code “%(code)s”.") % {
            "code": short(code)
        }
    if unit not in OrderLine.Unit.values:
        words = {"unit": short(unit), "known": ", ".join(OrderLine.Unit.values)}
        found["unit"] = _("Unknown unit “%(unit)s”: write one of %(known)s.") % words
    if currency and not re.fullmatch("[A-Za-z]{3}", currency):
        found["currency"] = _("Write the currency's three letters, such as MAD.")
    for name in ("customer_email", "customer_phone"):
        kind = name.removeprefix("customer_")
        if values[name] and not customers.normalised(**{kind: values[name]}):
            sentence = _("“%(value)s” is not a valid address or number.")
            found[name] = sentence % {"value": short(values[name])}
    return found


def short(value: object) -> str:
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
