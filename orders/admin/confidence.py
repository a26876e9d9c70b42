"""How sure we are of each value, field by field of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from backoffice.core.admin.marks import level_of
from orders.reading import ADAPTER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.forms import BaseForm

    from orders.models import Order
    from orders.reading import Found, LineReading, OrderReading


def reading_of(order: Order) -> OrderReading | None:
    """What was read, as it was proposed; None for orders nobody read."""
    return ADAPTER.validate_python(order.reading) if order.reading else None


def fields_of(reading: OrderReading) -> Iterator[tuple[str, str, Found[Any]]]:
    """(name of the form field, its label, what was found) of everything that was read."""
    customer = reading.customer
    yield "customer", _("Customer"), reading.recognised
    yield "contact_name", _("Contact"), customer.name
    yield "company", _("Company"), customer.company
    yield "email", _("E-mail"), customer.email
    yield "phone", _("Phone"), customer.phone
    yield "delivery_date", _("Delivery date"), reading.delivery_date
    yield "total", _("Total"), reading.total
    yield "currency", _("Currency"), reading.currency
    yield "renewed_from", _("Repeats"), reading.renewed_number
    for index, line in enumerate(reading.lines):
        for name, label, found in line_fields_of(line):
            place = _("%(field)s, line %(line)d") % {"field": label, "line": index + 1}
            yield f"lines-{index}-{name}", place, found
    yield "is_renewal", _("Repeat order"), reading.is_renewal
    yield "kind", _("Order"), reading.kind


def line_fields_of(line: LineReading) -> Iterator[tuple[str, str, Found[Any]]]:
    yield "quantity", _("Quantity"), line.quantity
    yield "unit_price", _("Unit price"), line.unit_price
    yield "total", _("Amount"), line.total
    yield "unit", _("Unit"), line.unit
    yield "product", _("Product"), line.product
    yield "description", _("Description"), line.description


def mark_fields(form: BaseForm, found: Mapping[str, Found[Any]]) -> None:
    """Give each field of the form the colour and the words of its confidence.

    Fields whose value was typed by a person since (it differs from what was
    read) are left alone: their colour would speak of another value.
    """
    for name, value in found.items():
        field = form.fields.get(name)
        if field is None or value.value in {None, ""} or _differs(form, name, value.value):
            continue
        percent = round(value.confidence * 100)
        words = _("Read with %(percent)d %% confidence.") % {"percent": percent}
        field.widget.attrs["data-confidence"] = level_of(value.confidence)
        field.widget.attrs["title"] = f"{words} {value.note}".strip()


def _differs(form: BaseForm, name: str, read: object) -> bool:
    shown = form.initial.get(name)
    # A product is read as a code and shown as a row: the row's confidence covers both.
    return name != "product" and shown is not None and str(shown) != "" and shown != read
