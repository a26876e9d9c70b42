"""What was ordered: quantities by unit, and the products most ordered."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    Sum,
    Value,
    When,
)

from backoffice.core.figures.comparison import Compared
from crm.models import Product
from orders.analytics.scope import Scope, during, through
from orders.models import Order, OrderLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

Unit = OrderLine.Unit
Status = Order.Status
# Thousands are counted as pieces (as in ``sales.pieces``); every other unit stands by itself.
QUANTITY = Case(
    When(unit=Unit.MILLE, then=F("quantity") * 1000),
    default=F("quantity"),
    output_field=DecimalField(max_digits=20, decimal_places=3),
)
COUNTED_IN = Case(
    When(unit=Unit.MILLE, then=Value(Unit.PIECE.value)),
    default=F("unit"),
    output_field=CharField(),
)
# The unit as its place among all units: rows are sorted by numbers twice as fast as by words.
UNIT_PLACE = Case(
    *(When(unit=unit, then=Value(place)) for place, unit in enumerate(Unit) if unit != Unit.MILLE),
    default=Value(list(Unit).index(Unit.PIECE)),
    output_field=IntegerField(),
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """``validated`` orders, beside what ``pending`` ones may add."""

    unit: Unit
    validated: Compared[Decimal]
    pending: Decimal


@dataclass(frozen=True, slots=True)
class ProductShare:
    """A product in one unit: orders that were not rejected, and their quantity."""

    code: str
    name: str
    unit: Unit
    orders: Compared[int]
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Goods:
    """``unnamed`` lines of the period ask for goods that are no product of ours."""

    quantities: tuple[Quantity, ...]
    products: tuple[ProductShare, ...]
    unnamed: int


@dataclass(frozen=True, slots=True)
class _Row:
    product_id: int | None
    place: int
    is_validated: bool
    is_now: bool
    orders: int
    lines: int
    quantity: Decimal

    @property
    def unit(self) -> Unit:
        return list(Unit)[self.place]


def ordered(scope: Scope, *, best: int = 10) -> Goods:
    """Of the orders received in the period that were not rejected; two queries."""
    rows = _rows(scope)
    units = {row.unit for row in rows}
    return Goods(
        quantities=tuple(_quantity(unit, rows) for unit in Unit if unit in units),
        products=_most_ordered(rows, best),
        unnamed=sum(row.lines for row in rows if row.is_now and row.product_id is None),
    )


def most_ordered(orders: QuerySet[Order], *, best: int) -> QuerySet[OrderLine, Any]:
    """Products of those of ``orders`` that were not rejected, with all their quantities."""
    wanted = orders.exclude(status=Status.REJECTED)
    lines = OrderLine.objects.filter(order__in=wanted, product__isnull=False).order_by()
    named = lines.values(code=F("product__sku"), name=F("product__name"), counted_in=COUNTED_IN)
    sums = named.annotate(quantity=Sum(QUANTITY), orders=Count("order", distinct=True))
    return sums.order_by("-orders", "-quantity", "code")[:best]


def _rows(scope: Scope) -> list[_Row]:
    """The lines of both periods, counted by product, unit, decision and period."""
    now = through("order", during("created_at", scope.period.days))
    before = through("order", during("created_at", scope.period.before))
    lines = scope.lines().filter(now | before).exclude(order__status=Status.REJECTED)
    is_validated = Q(order__status=Status.VALIDATED)
    counts = (
        lines.annotate(place=UNIT_PLACE, is_validated=_flag(is_validated), is_now=_flag(now))
        .values_list("product_id", "place", "is_validated", "is_now")
        .annotate(
            orders=Count("order", distinct=True),
            lines=Count("pk"),
            ordered=Sum(QUANTITY, default=Decimal(0)),
        )
    )
    return [_Row(*row) for row in counts]


def _flag(condition: Q) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _quantity(unit: Unit, rows: Iterable[_Row]) -> Quantity:
    validated = [Decimal(0), Decimal(0)]
    pending = Decimal(0)
    for row in rows:
        if row.unit == unit and row.is_validated:
            validated[not row.is_now] += row.quantity
        elif row.unit == unit and row.is_now:
            pending += row.quantity
    return Quantity(unit, Compared(*validated), pending)


def _most_ordered(rows: Iterable[_Row], best: int) -> tuple[ProductShare, ...]:
    grouped: dict[tuple[int, int], list[_Row]] = {}
    for row in rows:
        if row.product_id is not None:
            grouped.setdefault((row.product_id, row.place), []).append(row)
    found = [(key, _orders(group), _total(group)) for key, group in grouped.items()]
    shown = [entry for entry in found if entry[1].now]
    shown.sort(key=lambda entry: (-entry[1].now, -entry[2], entry[0]))
    products = Product.objects.in_bulk(
        [product_id for (product_id, _place), *_rest in shown[:best]]
    )
    return tuple(
        ProductShare(
            products[product_id].sku, products[product_id].name, list(Unit)[place], orders, quantity
        )
        for (product_id, place), orders, quantity in shown[:best]
    )


def _orders(rows: Iterable[_Row]) -> Compared[int]:
    # An order is validated or not, so the orders of two rows of a period are different ones.
    counts = [0, 0]
    for row in rows:
        counts[not row.is_now] += row.orders
    return Compared(*counts)


def _total(rows: Iterable[_Row]) -> Decimal:
    return sum((row.quantity for row in rows if row.is_now), Decimal(0))
