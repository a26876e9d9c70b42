"""What was ordered and paid before, line by line, as of any moment."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db.models import F, Window
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, RowNumber

from orders.alerts.habits import Earlier
from orders.models import Alert, Order, OrderLine
from orders.renewals import size_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from decimal import Decimal

    from django.db.models import QuerySet

Kind = Alert.Kind
# Habits change: this many of the last lines before an order are what is usual then.
OWN_LINES, EVERYBODYS_LINES = 30, 400
# Read for each customer and product, and each product: some are later than the order judged.
OWN_READ, EVERYBODYS_READ = 120, 1000
COLUMNS = (
    "order_id",
    "order__customer_id",
    "product_id",
    "unit",
    "order__currency",
    "placed_at",
    "quantity",
    "unit_price",
    "stated_size",
    "description",
)
# The same words come back in thousands of lines.
_size_in = lru_cache(maxsize=4096)(size_in)


class Line(NamedTuple):
    """An order line with thousands as pieces; ``placed_at`` is when its order was."""

    order_id: int
    customer_id: int | None
    product_id: int
    unit: str
    currency: str
    placed_at: datetime
    quantity: Decimal | None
    unit_price: Decimal | None
    size: str

    def value(self, kind: Alert.Kind) -> Decimal | None:
        return self.quantity if kind == Kind.UNUSUAL_QUANTITY else self.unit_price

    def series(self, kind: Alert.Kind) -> tuple[object, ...]:
        """What the line's value can be compared with: prices within a currency only."""
        goods = (kind, self.product_id, self.unit)
        return goods if kind == Kind.UNUSUAL_QUANTITY else (*goods, self.currency)


@dataclass(slots=True)
class Series:
    """Values in the order in which they were accepted."""

    placed: list[datetime] = field(default_factory=list)
    entries: list[Earlier] = field(default_factory=list)

    def add(self, line: Line, kind: Alert.Kind) -> None:
        if value := line.value(kind):
            self.placed.append(line.placed_at)
            self.entries.append(Earlier(line.order_id, line.customer_id, value))

    def before(self, moment: datetime, most: int) -> list[Earlier]:
        end = bisect_left(self.placed, moment)
        return self.entries[max(0, end - most) : end]


@dataclass(slots=True)
class Past:
    """Everything before: each customer's lines of a product, the oldest first, and all of them."""

    own: dict[tuple[object, ...], list[Line]] = field(default_factory=lambda: defaultdict(list))
    all: dict[tuple[object, ...], Series] = field(default_factory=lambda: defaultdict(Series))

    def of_customer(self, line: Line, kind: Alert.Kind) -> list[Earlier]:
        return _values(self._comparable(line, kind), kind)

    def of_customer_and_size(self, line: Line, kind: Alert.Kind) -> list[Earlier]:
        """The same, of this size only: another one costs something else."""
        return _values((row for row in self._comparable(line, kind) if row.size == line.size), kind)

    def of_everybody(self, line: Line, kind: Alert.Kind) -> list[Earlier]:
        return self.all.get(line.series(kind), Series()).before(line.placed_at, EVERYBODYS_LINES)

    def _comparable(self, line: Line, kind: Alert.Kind) -> Iterator[Line]:
        series = line.series(kind)
        for row in self.own.get((line.customer_id, line.product_id, line.unit), ()):
            if row.placed_at < line.placed_at and row.series(kind) == series:
                yield row


def line_of(row: Sequence[Any]) -> Line:
    """The line of a row with ``COLUMNS``."""
    *values, stated, description = row
    line = Line._make((*values, _size_in(stated or "", description)))
    if not line.currency:
        line = line._replace(currency=settings.DEFAULT_CURRENCY)
    if line.unit != OrderLine.Unit.MILLE:
        return line
    quantity, price = line.quantity, line.unit_price
    return line._replace(
        unit=OrderLine.Unit.PIECE.value,
        quantity=None if quantity is None else quantity * 1000,
        unit_price=None if price is None else price / 1000,
    )


def placed(lines: QuerySet[OrderLine]) -> QuerySet[Any]:
    """``lines`` with ``placed_at``, when the customer asked for their order, and their size."""
    return lines.annotate(
        placed_at=Coalesce("order__message__sent_at", "order__created_at"),
        stated_size=KT("attributes__size"),
    )


def read_own(past: Past, lines: Iterable[Line]) -> None:
    """What the customers of ``lines`` ordered of their products before; one query."""
    customers = {line.customer_id for line in lines if line.customer_id is not None}
    accepted = _accepted(lines).filter(order__customer_id__in=customers)
    for line in _latest(accepted, OWN_READ, "order__customer_id", "product_id", "unit"):
        past.own[line.customer_id, line.product_id, line.unit].append(line)


def read_everybodys(past: Past, lines: Iterable[Line]) -> None:
    """What all customers ordered of the products of ``lines``; one query."""
    for line in _latest(_accepted(lines), EVERYBODYS_READ, "product_id", "unit"):
        for kind in (Kind.UNUSUAL_QUANTITY, Kind.UNUSUAL_PRICE):
            past.all[line.series(kind)].add(line, kind)


def _accepted(lines: Iterable[Line]) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(
        order__status=Order.Status.VALIDATED,
        product_id__in={line.product_id for line in lines},
        quantity__gt=0,
    )


def _latest(lines: QuerySet[OrderLine], most: int, *groups: str) -> Iterable[Line]:
    """The last lines of each group, the oldest first."""
    newest_first = [F("placed_at").desc(), F("pk").desc()]
    rank = Window(RowNumber(), partition_by=[F(group) for group in groups], order_by=newest_first)
    rows = placed(lines).annotate(rank=rank).filter(rank__lte=most).order_by("placed_at", "pk")
    return map(line_of, rows.values_list(*COLUMNS).iterator())


def _values(lines: Iterable[Line], kind: Alert.Kind) -> list[Earlier]:
    """The last values of the customer's own lines."""
    valued = ((line, line.value(kind)) for line in lines)
    found = [Earlier(line.order_id, line.customer_id, value) for line, value in valued if value]
    return found[-OWN_LINES:]
