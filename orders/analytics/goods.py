"""What was ordered: quantities by unit, and the products most ordered."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Count, DecimalField, F, Q, Sum, Value, When

from orders.analytics.comparison import Compared
from orders.analytics.scope import Scope, during
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
    code: str | None
    name: str | None
    unit: Unit
    status: Status
    is_now: bool
    orders: int
    lines: int
    quantity: Decimal


def ordered(scope: Scope, *, best: int = 10) -> Goods:
    """Of the orders received in the period that were not rejected; one query."""
    rows = _rows(scope)
    units = {row.unit for row in rows}
    return Goods(
        quantities=tuple(_quantity(unit, rows) for unit in Unit if unit in units),
        products=_most_ordered(rows)[:best],
        unnamed=sum(row.lines for row in rows if row.is_now and row.code is None),
    )


def most_ordered(orders: QuerySet[Order], *, best: int) -> QuerySet[OrderLine, Any]:
    """Products of those of ``orders`` that were not rejected, with all their quantities."""
    wanted = orders.exclude(status=Status.REJECTED)
    lines = OrderLine.objects.filter(order__in=wanted, product__isnull=False).order_by()
    named = lines.values(code=F("product__sku"), name=F("product__name"), counted_in=COUNTED_IN)
    sums = named.annotate(quantity=Sum(QUANTITY), orders=Count("order", distinct=True))
    return sums.order_by("-orders", "-quantity", "code")[:best]


def _rows(scope: Scope) -> list[_Row]:
    now = during("created_at", scope.period.days)
    orders = scope.orders().exclude(status=Status.REJECTED)
    orders = orders.filter(now | during("created_at", scope.period.before))
    is_now = Case(
        When(Q(order__created_at__gte=scope.period.days.start), then=Value(True)),  # noqa: FBT003 - SQL's true
        default=Value(False),  # noqa: FBT003 - SQL's false
    )
    counts = (
        OrderLine.objects.filter(order__in=orders)
        .order_by()
        .annotate(counted_in=COUNTED_IN, is_now=is_now)
        .values_list("product__sku", "product__name", "counted_in", "order__status", "is_now")
        .annotate(
            orders=Count("order", distinct=True),
            lines=Count("pk"),
            ordered=Sum(QUANTITY, default=Decimal(0)),
        )
    )
    return [
        _Row(code, name, Unit(unit), Status(status), *rest)
        for code, name, unit, status, *rest in counts
    ]


def _quantity(unit: Unit, rows: Iterable[_Row]) -> Quantity:
    sums = {"now": Decimal(0), "before": Decimal(0), "pending": Decimal(0)}
    for row in rows:
        if row.unit != unit:
            continue
        if row.status == Status.VALIDATED:
            sums["now" if row.is_now else "before"] += row.quantity
        elif row.is_now:
            sums["pending"] += row.quantity
    return Quantity(unit, Compared(sums["now"], sums["before"]), sums["pending"])


def _most_ordered(rows: Iterable[_Row]) -> tuple[ProductShare, ...]:
    grouped: dict[tuple[str, str, Unit], list[_Row]] = {}
    for row in rows:
        if row.code is not None:
            grouped.setdefault((row.code, row.name or "", row.unit), []).append(row)
    found = [_share(key, group) for key, group in grouped.items()]
    shown = [share for share in found if share.orders.now]
    return tuple(sorted(shown, key=lambda row: (-row.orders.now, -row.quantity, row.code)))


def _share(key: tuple[str, str, Unit], rows: Iterable[_Row]) -> ProductShare:
    # An order has one status, so the orders of two statuses are different ones.
    now = before = 0
    quantity = Decimal(0)
    for row in rows:
        if row.is_now:
            now, quantity = now + row.orders, quantity + row.quantity
        else:
            before += row.orders
    return ProductShare(*key, Compared(now, before), quantity)
