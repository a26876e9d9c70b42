"""What a request means for the order as it is: each change with the value before and after."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import ROUND_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from crm.models import Product
from orders.models import OrderLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from orders.extraction.changes.change_goods import AskedChange
    from orders.extraction.changes.changing import Asked
    from orders.models import Order


@dataclass(frozen=True, slots=True)
class Change:
    """One value of an order to change; kept as JSON in ``ChangeRequest.changes``.

    ``field`` is "quantity", "unit" or "product" of the line with the id ``line``, "line" for
    a whole line (no ``before``: to add, no ``after``: to take out), "delivery_date" or
    "notes" of the order. ``product`` names the goods for people, ``sku`` is their code.
    ``is_clear`` is False where a person has to say which line is meant.
    """

    field: str
    line: int | None = None
    product: str = ""
    sku: str = ""
    before: str | None = None
    after: str | None = None
    unit: str = ""
    is_clear: bool = True


def changes_of(order: Order | None, asked: Asked) -> list[Change]:
    """The changes ``asked`` for, put against the lines of ``order``; nothing is saved.

    Without an order they say what is known without one.
    """
    lines = list(order.lines.select_related("product")) if order else []
    skus = {one.product for one in asked.changes if one.product}
    products = Product.objects.in_bulk(skus, field_name="sku")
    found: list[Change] = []
    for one in asked.changes:
        found += _changes(order, lines, one, products)
    return [change for change in dict.fromkeys(found) if change.before != change.after]


def takes_all(order: Order, changes: Sequence[Change]) -> bool:
    """Whether nothing of the order is left: that is a cancellation."""
    taken = {one.line for one in changes if one.field == "line" and one.after is None}
    added = any(one.field == "line" and one.after is not None for one in changes)
    lines = {line.pk for line in order.lines.all()}
    return bool(lines) and lines <= taken and not added


def line_now(now: Sequence[OrderLine], change: Change) -> OrderLine | None:
    """The line a change is about, as it still is; None where it was changed meanwhile.

    Lines that were written anew without being changed are told by goods and value.
    """
    same = [line for line in now if line.pk == change.line]
    same = same or [line for line in now if line.product and line.product.sku == change.sku]
    still = [line for line in same if value_of(line, change.field) == change.before]
    return still[0] if len(still) == 1 else None


def value_of(line: OrderLine, field: str) -> str | None:
    """The value of the line as a change keeps it."""
    values = {"unit": line.unit, "product": _goods(line)}
    return values.get(field) or _plain(line.quantity)


def as_json(changes: Iterable[Change]) -> list[dict[str, Any]]:
    return [asdict(change) for change in changes]


def from_json(rows: Iterable[dict[str, Any]]) -> list[Change]:
    return [Change(**row) for row in rows]


def sentence(change: Change) -> str:
    """The change for people, in the language of the moment."""
    words = {"goods": change.product, "before": _shown(change, change.before)}
    words["after"] = _shown(change, change.after)
    if change.field == "delivery_date" and not change.before:
        words["before"] = _("none")
    said = {
        "product": _("%(before)s → %(after)s"),
        "delivery_date": _("Delivery date: %(before)s → %(after)s"),
        "notes": _("To note: %(after)s"),
    }.get(change.field, _("%(goods)s: %(before)s → %(after)s"))
    if change.field == "line":
        add, take_out = _("%(goods)s: add %(after)s"), _("%(goods)s: take out (%(before)s)")
        said = add if change.after is not None else take_out
    elif not change.is_clear:
        words["goods"] = change.product or _("A line that is not named")
        said = _("%(goods)s: %(before)s → %(after)s (which line is meant?)")
    return said % words


def after(change: Change) -> str:
    """The value it shall have, for people."""
    return _shown(change, change.after)


def count_of(line: OrderLine) -> str:
    """How much of the goods the line orders, for people."""
    return _count(_plain(line.quantity) or "–", line.unit)


def _changes(
    order: Order | None, lines: Sequence[OrderLine], one: AskedChange, products: dict[str, Product]
) -> list[Change]:
    if one.action == "date":
        due = order.delivery_date if order else None
        before = due.isoformat() if due else None
        day = one.day or (due + timedelta(days=one.days) if due and one.days else None)
        after = day.isoformat() if day else None
        return [Change("delivery_date", before=before, after=after)]
    if one.action == "address":
        return [Change("notes", after=one.description)]
    product = products.get(one.product)
    goods = str(product) if product else one.description
    line = _line_of(lines, one)
    if line is None:
        return _without_line(lines, one, goods)
    if one.action == "swap":
        return _swap(line, one, goods)
    now = line.quantity or Decimal(0)
    wanted = {"set": one.quantity, "add": now + (one.quantity or 0)}.get(one.action)
    if one.action in {"less", "remove"}:
        wanted = now - one.quantity if one.quantity else Decimal(0)
    if one.factor is not None:
        wanted = _whole(now * one.factor)
    if wanted is None or wanted <= 0:
        return [_on(line, "line", _plain(line.quantity), None)]
    changes = [_on(line, "quantity", _plain(line.quantity), _plain(wanted))]
    unit = _unit_meant(line, one)
    if unit != line.unit:
        changes.append(_on(line, "unit", line.unit, unit))
    return changes


def _whole(value: Decimal) -> Decimal:
    """Half of an odd number of bags is rounded up."""
    return value.to_integral_value(ROUND_UP)


def _line_of(lines: Sequence[OrderLine], one: AskedChange) -> OrderLine | None:
    """The one line that is meant, or None where there is none or it may be several."""
    if one.row and len(lines) >= one.row:
        return lines[one.row - 1]
    code = one.instead_of or one.product
    meant = [line for line in lines if not code or (line.product and line.product.sku == code)]
    if not code and one.description:
        same = [line for line in meant if line.description.lower() == one.description.lower()]
        meant = same or meant
    if one.before is not None:
        figures = [line for line in meant if one.before in _figures(line)]
        meant = figures or (meant if len(meant) == 1 else [])
    if one.unit and len(meant) > 1:
        meant = [line for line in meant if line.unit == one.unit]
    if one.action == "add" and one.unit:
        # "2 cartons de plus" of what is counted in pieces is a line of its own.
        meant = [line for line in meant if line.unit == one.unit]
    return meant[0] if len(meant) == 1 else None


def _without_line(lines: Sequence[OrderLine], one: AskedChange, goods: str) -> list[Change]:
    known = any(line.product and line.product.sku == one.product for line in lines)
    is_new = bool(goods) and not known
    if one.action in {"add", "set"} and one.quantity and (is_new or (one.unit and goods)):
        # What was to be set and is not there is likelier to be added than forgotten.
        return [
            Change(
                "line",
                product=goods,
                sku=one.product,
                after=_plain(one.quantity),
                unit=one.unit or OrderLine.Unit.PIECE,
                is_clear=one.action == "add",
            )
        ]
    sign = {"add": "+", "less": "-"}.get(one.action, "")
    after = f"{sign}{_plain(one.quantity)}" if one.quantity is not None else None
    if one.factor is not None:
        after = f"× {_plain(one.factor)}"
    field = "line" if one.action == "remove" else "quantity"
    return [
        Change(
            field,
            product=goods,
            sku=one.product,
            before=_plain(one.before) or ("?" if field == "line" else None),
            after=after,
            unit=one.unit or "",
            is_clear=False,
        )
    ]


def _swap(line: OrderLine, one: AskedChange, goods: str) -> list[Change]:
    changes = [Change("product", line.pk, str(line.product), one.product, _goods(line), goods)]
    if one.quantity is not None and one.quantity != line.quantity:
        changes.append(_on(line, "quantity", _plain(line.quantity), _plain(one.quantity)))
    return changes


def _on(line: OrderLine, field: str, before: str | None, after: str | None) -> Change:
    sku = line.product.sku if line.product else ""
    return Change(field, line.pk, _goods(line), sku, before, after, unit=line.unit)


def _unit_meant(line: OrderLine, one: AskedChange) -> str:
    """The unit the customer counts in now; a plain figure beside thousands counts pieces."""
    if one.unit:
        return one.unit
    thousand = 1000
    is_count = one.action == "set" and one.quantity is not None and one.quantity >= thousand
    if line.unit == OrderLine.Unit.MILLE and is_count:
        return OrderLine.Unit.PIECE.value
    return line.unit


def _figures(line: OrderLine) -> set[Decimal]:
    if line.quantity is None:
        return set()
    in_pieces = {line.quantity * 1000} if line.unit == OrderLine.Unit.MILLE else set()
    return {line.quantity, *in_pieces}


def _goods(line: OrderLine) -> str:
    return line.description or (str(line.product) if line.product else "")


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _shown(change: Change, value: str | None) -> str:
    if value is None:
        return "–"
    if change.field == "delivery_date":
        day = parse_date(value)
        return date_format(day, "SHORT_DATE_FORMAT") if day else value
    if change.field == "unit":
        return str(dict(OrderLine.Unit.choices).get(value, value))
    if change.field in {"quantity", "line"}:
        return _count(value, change.unit)
    return value


def _count(value: str, unit: str) -> str:
    sign = value[:1] if value[:1] in "+-" else ""
    figure = value.removeprefix(sign) if sign else value
    if not figure.replace(".", "", 1).isdigit():
        return value
    words = number_format(figure, use_l10n=True, force_grouping=True)
    known = "" if unit in {"", OrderLine.Unit.PIECE} else str(OrderLine.Unit(unit).label)
    return f"{sign}{words} {known}".strip()
