"""Changing a pending order by hand, and remembering who changed what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import Product
from orders import checks, duplicates
from orders.models import Order, OrderEvent, OrderLine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from django.contrib.auth.models import User

ORDER_FIELDS = (
    "customer_id",
    "contact_name",
    "company",
    "email",
    "phone",
    "language",
    "currency",
    "total",
    "delivery_date",
    "notes",
    "duplicate_of_id",
)
# Beside the values in a snapshot: the sentences of that moment that a change may settle.
DOUBTS = "doubts"
LINE_FIELDS = ("product_id", "description", "quantity", "unit", "unit_price", "total", "attributes")


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as a person wants it; ``product`` is a product code, empty for other goods.

    ``total`` left out is quantity x unit price.
    """

    product: str = ""
    description: str = ""
    quantity: Decimal | None = None
    unit: str = OrderLine.Unit.PIECE
    unit_price: Decimal | None = None
    total: Decimal | None = None


def snapshot(order: Order) -> dict[str, Any]:
    """The order's editable values and lines as they are in the database now, for :func:`record`."""
    fresh = Order.objects.select_related("duplicate_of").get(pk=order.pk)
    lines = list(fresh.lines.select_related("product"))
    values = {field: _plain(getattr(fresh, field)) for field in ORDER_FIELDS}
    values["lines"] = [
        {field: _plain(getattr(line, field)) for field in LINE_FIELDS} for line in lines
    ]
    with _stored_language():
        values[DOUBTS] = checks.doubts(fresh, lines)
    return values


def record(
    order: Order, *, before: Mapping[str, Any], after: Mapping[str, Any], by: User | None
) -> OrderEvent | None:
    """Write what changed to the order's history, and judge anew what is left to check.

    ``before`` and ``after`` are two :func:`snapshot`; nothing is written where they are equal.
    """
    changes = changes_between(before, after)
    if not changes:
        return None
    fresh = Order.objects.only("attention", "reading").get(pk=order.pk)
    with _stored_language():
        # Somebody has looked at the values the reader was unsure of.
        settled = {*before[DOUBTS], *checks.unsure_of(fresh.reading)}
    kept = [line for line in fresh.attention.splitlines() if line not in settled]
    order.attention = "\n".join(dict.fromkeys([*after[DOUBTS], *kept]))
    order.save(update_fields=["attention", "updated_at"])
    return OrderEvent.objects.create(
        order=order, kind=OrderEvent.Kind.EDITED, actor=by, changes=changes
    )


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """{field: [before, after]} of two snapshots, as an event keeps it."""
    fields = [field for field in after if field != DOUBTS]
    return {
        field: [before[field], after[field]] for field in fields if before[field] != after[field]
    }


def only_line(order: Order, values: Mapping[str, Any]) -> list[LineInput]:
    """The order's one line with ``values`` (names of LineInput) changed; its amount follows.

    ``DomainError`` where the order has not exactly one line.
    """
    lines = list(order.lines.select_related("product"))
    if len(lines) != 1:
        sentence = _("The order has %(count)d lines: send all of them as “lines”.")
        raise DomainError(sentence % {"count": len(lines)}, field=next(iter(values), None))
    now = replace(as_input(lines[0]), total=None)
    return [replace(now, **values)]


def as_input(line: OrderLine) -> LineInput:
    """The line as it is, to be changed."""
    return LineInput(
        product=line.product.sku if line.product else "",
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        total=line.total,
    )


def apply(order: Order, changes: Mapping[str, Any], lines: Sequence[LineInput] | None) -> None:
    """Write ``changes`` (names of ORDER_FIELDS) and, where given, all ``lines`` anew.

    ``DomainError`` names the first field that is not valid. A total that was the
    sum of its lines follows them; one the customer stated stays and is checked.
    """
    unknown = sorted(set(changes) - set(ORDER_FIELDS))
    if unknown:
        raise DomainError(
            _("An order has no field “%(field)s” that can be changed.") % {"field": unknown[0]},
            field=unknown[0],
        )
    old_lines = list(order.lines.all())
    for field, value in changes.items():
        setattr(order, field, value)
    if lines is not None:
        new_lines = _lines(order, lines, old_lines)
        if "total" not in changes and order.total == lines_total(old_lines):
            order.total = lines_total(new_lines)
        order.lines.all().delete()
        OrderLine.objects.bulk_create(new_lines)
    _clean(order, prefix="")
    if changes.get("duplicate_of_id") is not None:
        duplicates.require_original(order, order.duplicate_of)
    order.save(update_fields=[*ORDER_FIELDS, "updated_at"])


def follow_lines(order: Order, before: Mapping[str, Any]) -> None:
    """Set the total to the sum of the lines as they now are, where it was that sum before.

    A total that the customer stated otherwise (with tax, say) stays.
    """
    amounts = [line["total"] for line in before["lines"]]
    if not amounts or None in amounts or before["total"] is None:
        return
    if sum(map(Decimal, amounts)) == Decimal(before["total"]):
        order.total = lines_total([*order.lines.all()])
        order.save(update_fields=["total", "updated_at"])


def line_total(quantity: Decimal | None, unit_price: Decimal | None) -> Decimal | None:
    """Quantity x unit price to the cent, or None where one is missing."""
    if quantity is None or unit_price is None:
        return None
    return (quantity * unit_price).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def lines_total(lines: Sequence[OrderLine]) -> Decimal | None:
    """The sum of the lines, or None where there is none or one has no amount."""
    amounts = [line.total for line in lines if line.total is not None]
    return sum(amounts, Decimal(0)) if lines and len(amounts) == len(lines) else None


def _lines(
    order: Order, inputs: Sequence[LineInput], before: Sequence[OrderLine]
) -> list[OrderLine]:
    """The lines to write; size, paper and the like stay where the product does."""
    skus = {given.product for given in inputs if given.product}
    products = Product.objects.in_bulk(skus, field_name="sku")
    lines = []
    for index, given in enumerate(inputs):
        if given.product and given.product not in products:
            raise DomainError(
                _("There is no product with the code “%(code)s”.") % {"code": given.product},
                code="unknown_product",
                field=f"lines.{index}.product",
                value=given.product,
            )
        total = given.total
        if total is None:
            total = line_total(given.quantity, given.unit_price)
        line = OrderLine(
            order=order,
            position=index,
            product=products.get(given.product),
            description=given.description,
            quantity=given.quantity,
            unit=given.unit,
            unit_price=given.unit_price,
            total=total,
        )
        if index < len(before) and before[index].product_id == line.product_id:
            line.attributes = before[index].attributes
            line.from_history_id = before[index].from_history_id
        _clean(line, prefix=f"lines.{index}.")
        lines.append(line)
    return lines


def _clean(row: Order | OrderLine, *, prefix: str) -> None:
    try:
        row.full_clean(validate_unique=False)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        name = "" if field == "__all__" else row._meta.get_field(field).attname  # type: ignore[union-attr]  # noqa: SLF001 - Django's documented way to a field
        value = getattr(row, name, None)
        raise DomainError(
            messages[0], field=f"{prefix}{name}".rstrip(".") or None, value=value
        ) from error


def _stored_language() -> AbstractContextManager[None]:
    """Sentences kept in the database are in one language, whoever causes them to be written."""
    return translation.override(settings.LANGUAGE_CODE)


def _plain(value: object) -> object:
    """The value as JSON keeps it; amounts without the zeros a column adds."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if value is None or isinstance(value, str | int | float | bool | dict):
        return value
    return str(value)
