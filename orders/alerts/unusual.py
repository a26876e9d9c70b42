"""A quantity or a price far from what this customer usually orders and pays for this product.

Judged are the lines of orders that wait for a decision, each by the orders that were validated
and placed before it (imported ones too): later ones say nothing about it. Thousands count as
pieces; kilos, cartons and pallets each by themselves, and prices by currency and size. Where the
customer has too little history that of all customers is asked, by a bar that only slips of the
pen pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from orders.alerts import habits, past
from orders.alerts.facts import NOT_A_COPY, Fact, Family, Scope, order_name
from orders.alerts.habits import Bar
from orders.models import Alert, Order, OrderLine, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from decimal import Decimal

    from orders.alerts.habits import Earlier, Unusual

Kind = Alert.Kind
# Beyond twice the bar it can hardly be meant.
CRITICAL_EXCESS = 2


class Judged(NamedTuple):
    """A line that waits for a decision, and how sentences call its product and order."""

    line: past.Line
    position: int
    product: str
    order: str


@dataclass(frozen=True, slots=True)
class Level:
    """A bar, the history it applies to, and whether that is the customer's own."""

    bar: Bar
    history: Callable[[past.Past, past.Line, Alert.Kind], list[Earlier]]
    is_own: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """What is judged; the first level with enough history has the say."""

    kind: Alert.Kind
    levels: tuple[Level, ...]


def rules() -> tuple[Rule, Rule]:
    """For the quantity and for the price; how much history they need is a setting."""
    # One order says nothing of what is usual.
    least = max(2, settings.ALERT_HISTORY_ORDERS)
    quantity = (
        Level(Bar(least, 1, 3.5, 2.5), past.Past.of_customer),
        Level(Bar(4 * least, 5, 5, 10), past.Past.of_everybody, is_own=False),
    )
    price = (
        Level(Bar(least, 1, 3.5, 1.3), past.Past.of_customer_and_size),
        # A size they never ordered before costs something else, within limits.
        Level(Bar(least, 1, 5, 3), past.Past.of_customer),
        Level(Bar(4 * least, 5, 5, 3), past.Past.of_everybody, is_own=False),
    )
    return Rule(Kind.UNUSUAL_QUANTITY, quantity), Rule(Kind.UNUSUAL_PRICE, price)


def find(scope: Scope) -> Iterator[Fact]:
    """Unusual lines of pending orders; three statements, fewer where everybody is known."""
    judged = list(_judged(scope))
    known = _history([entry.line for entry in judged])
    for entry in judged:
        for rule in rules():
            yield from _judge(entry, rule, known)


def _judged(scope: Scope) -> Iterator[Judged]:
    orders = scope.among(Order.objects.pending().filter(NOT_A_COPY))
    lines = past.placed(OrderLine.objects.filter(order__in=orders, product__isnull=False))
    rows = lines.values_list(
        *past.COLUMNS, "position", "product__name",
        "order__number", "order__company", "order__contact_name",
    )  # fmt: skip
    width = len(past.COLUMNS)
    for row in rows.order_by("order_id", "position", "pk").iterator():
        position, product, *names = row[width:]
        yield Judged(past.line_of(row[:width]), position, product, order_name(*names))


def _history(lines: Sequence[past.Line]) -> past.Past:
    known = past.Past()
    past.read_own(known, lines)
    # Rarely many: most orders are of customers who order again.
    past.read_everybodys(known, [line for line in lines if not _is_regular(line, known)])
    return known


def _is_regular(line: past.Line, known: past.Past) -> bool:
    return all(
        any(level.is_own and _is_known(level, line, rule.kind, known) for level in rule.levels)
        for rule in rules()
        if line.value(rule.kind)
    )


def _is_known(level: Level, line: past.Line, kind: Alert.Kind, known: past.Past) -> bool:
    return habits.is_known(level.history(known, line, kind), level.bar)


def _judge(entry: Judged, rule: Rule, known: past.Past) -> Iterator[Fact]:
    line, value = entry.line, entry.line.value(rule.kind)
    if not value:
        return
    for level in rule.levels:
        if _is_known(level, line, rule.kind, known):
            earlier = level.history(known, line, rule.kind)
            unusual = habits.judge(value, earlier, level.bar)
            if unusual is not None:
                yield _fact(entry, rule.kind, value, unusual, is_own=level.is_own)
            return


def _fact(
    entry: Judged, kind: Alert.Kind, value: Decimal, unusual: Unusual, *, is_own: bool
) -> Fact:
    line = entry.line
    is_critical = unusual.excess > CRITICAL_EXCESS
    is_quantity = kind == Kind.UNUSUAL_QUANTITY
    words = _quantity_words(is_own=is_own) if is_quantity else _price_words(is_own=is_own)
    said = _amount if is_quantity else _price
    unit = dict(OrderLine.Unit.choices)[line.unit]
    return Fact(
        key=f"{kind}:order:{line.order_id}:{entry.position}",
        kind=kind,
        severity=Severity.CRITICAL if is_critical else Severity.WARNING,
        sentence=words
        % {
            "order": entry.order,
            "value": said(value),
            "goods": entry.product if line.unit == "piece" else f"{unit} × {entry.product}",
            "unit": unit,
            "product": entry.product,
            "currency": line.currency,
            "usual": _range(said(unusual.low), said(unusual.high)),
            "count": unusual.orders,
        },
        fingerprint=f"{line.product_id}:{line.unit}:{value.normalize():f}",
        order_id=line.order_id,
    )


def _quantity_words(*, is_own: bool) -> str:
    if is_own:
        return _(
            "%(order)s: %(value)s %(goods)s; this customer usually orders %(usual)s (%(count)d"
            " orders). Ask whether the quantity is meant."
        )
    return _(
        "%(order)s: %(value)s %(goods)s; customers usually order %(usual)s of it (%(count)d"
        " orders). Ask whether the quantity is meant."
    )


def _price_words(*, is_own: bool) -> str:
    if is_own:
        return _(
            "%(order)s: %(value)s %(currency)s per %(unit)s for %(product)s; this customer usually"
            " pays %(usual)s (%(count)d orders). Check the price before you validate."
        )
    return _(
        "%(order)s: %(value)s %(currency)s per %(unit)s for %(product)s; customers usually pay"
        " %(usual)s (%(count)d orders). Check the price before you validate."
    )


def _range(low: str, high: str) -> str:
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def _amount(value: Decimal) -> str:
    """Whole pieces; kilos with what they have behind the comma."""
    return number_format(f"{round(value, 1).normalize():f}", force_grouping=True)


def _price(value: Decimal) -> str:
    """At least to the cent, at most to a tenth of a thousandth."""
    cents = round(value, 2)
    return number_format(cents if cents == value else f"{round(value, 4).normalize():f}")


FAMILY = Family((Kind.UNUSUAL_QUANTITY, Kind.UNUSUAL_PRICE), find)
