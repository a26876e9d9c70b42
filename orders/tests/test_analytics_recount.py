"""Awkward histories made by chance: every figure is what plain loops over all rows come to."""

from __future__ import annotations

import datetime as dt
import random
import statistics
from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from backoffice.core.figures import period
from backoffice.messaging.models import InboundMessage
from crm.models import Customer
from orders.analytics import report
from orders.analytics.scope import Scope, origin_of
from orders.models import FieldOutcome, Order, OrderEvent, OrderLine
from orders.report import data
from orders.tests import factories as make
from orders.tests.histories import line, local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from backoffice.core.figures.period import Days

pytestmark = pytest.mark.django_db

COUNT = 250
STATUSES = Order.Status.values
# Morocco's clock goes back on 15 February 2026 and forward on 22 March; 2028 has a 29 February.
PERIODS = {
    "ramadan": (dt.date(2026, 2, 14), dt.date(2026, 3, 23)),
    "one_day": (dt.date(2026, 2, 15), dt.date(2026, 2, 15)),
    "weeks": (dt.date(2025, 11, 5), dt.date(2026, 4, 20)),
    "leap_year": (dt.date(2028, 2, 27), dt.date(2028, 3, 1)),
    "months": (dt.date(2025, 12, 15), dt.date(2028, 3, 1)),
}
TODAY = dt.date(2028, 3, 1)
CHANGES: list[dict[str, Any]] = [
    {"notes": ["", "urgent"]},
    {"lines": [[line()], [line(quantity="9", total="1.71")]], "total": ["950", "1.71"]},
    {"customer_id": [None, 3], "company": ["", "Tizi"]},
    {},
]
REASONS = [{"notes"}, {"quantity"}, {"customer_chosen", "contact"}, set()]


@pytest.fixture(scope="module")
def chance() -> random.Random:
    return random.Random(20260420)  # noqa: S311 - the same histories every time


def moment(chance: random.Random) -> dt.datetime:
    """Mostly beside a midnight with which a period begins or ends, else on any day."""
    first, last = chance.choice(list(PERIODS.values()))
    inside = first + dt.timedelta(days=chance.randrange((last - first).days + 1))
    day = chance.choice([first, last + dt.timedelta(days=1), inside])
    beside = dt.timedelta(seconds=chance.choice([-1, 0, 1, 3600, 7200, 43200]))
    return period.midnight(day) + beside


def histories(chance: random.Random) -> None:
    """Copies, imports, several orders of a message, odd units, no customer, no currency."""
    make.all_products()
    products = [make.product(sku) for sku in make.PRODUCTS]
    type(products[0]).objects.filter(pk=products[0].pk).update(is_active=False)
    customers = [make.CustomerFactory.create(name=f"C{n}") for n in range(14)]
    Customer.objects.filter(pk=customers[1].pk).update(merged_into=customers[0])
    messages = [make.MessageFactory.create() for _ in range(60)]
    for sent in messages:
        InboundMessage.objects.filter(pk=sent.pk).update(received_at=moment(chance))
    places = Counter[int]()
    rows = []
    for number in range(COUNT):
        method = chance.choice(["rules", "rules", "openai", "manual", "import"])
        status = chance.choice(["pending", "validated", "validated", "rejected"])
        status = "validated" if method == "import" else status
        message = None if method == "import" else chance.choice([None, *messages])
        created_at, is_decided = moment(chance), status != "pending"
        if message is not None:
            places[message.pk] += 1
        rows.append(
            Order(
                number=f"R-{number:05}",
                customer=chance.choice([None, *customers]),
                message=message,
                position=places[message.pk] if message else 0,
                channel=chance.choice(["email", "whatsapp", "api"]) if message else "",
                currency=chance.choice(["MAD", "MAD", "EUR", ""]),
                total=chance.choice([None, Decimal(0), Decimal("0.01"), Decimal("1234567890.55")]),
                status=status,
                is_renewal=chance.random() < 0.2,
                method=method,
                confidence=0.5,
                decided_at=created_at + dt.timedelta(hours=chance.choice([0, 0, 1, 900]))
                if is_decided
                else None,
                rejection_reason="Non" if status == "rejected" else "",
                created_at=created_at,
            )
        )
    Order.objects.bulk_create(rows)
    for row in rows:
        if row.pk > rows[0].pk and chance.random() < 0.2:
            row.duplicate_of = chance.choice([one for one in rows if one.pk < row.pk])
        row.created_at = moment(chance) if row.decided_at is None else _before(row, chance)
    Order.objects.bulk_update(rows, ["duplicate_of", "created_at"])
    _details(rows, products, chance)


def _before(order: Order, chance: random.Random) -> dt.datetime:
    assert order.decided_at is not None
    return order.decided_at - dt.timedelta(hours=chance.choice([0, 0, 1, 900]))


def _details(rows: list[Order], products: list[Any], chance: random.Random) -> None:
    OrderLine.objects.bulk_create(
        OrderLine(
            order=row,
            position=place,
            product=chance.choice([None, *products]),
            quantity=chance.choice([None, Decimal("0.5"), Decimal(3), Decimal(12000)]),
            unit=chance.choice(OrderLine.Unit.values),
        )
        for row in rows
        for place in range(chance.randrange(4))
    )
    events = []
    for row in rows:
        for _ in range(chance.choice([0, 0, 1, 2])):
            event = OrderEvent(
                order=row, kind=chance.choice(["edited", "edited", "reread", "notified"])
            )
            event.changes = chance.choice(CHANGES) if event.kind == "edited" else {}
            events.append(event)
    OrderEvent.objects.bulk_create(events)
    for event in events:
        event.at = (event.order.decided_at or local(4, 1)) + dt.timedelta(
            minutes=chance.choice([-5, 0, 5])
        )
    OrderEvent.objects.bulk_update(events, ["at"])
    FieldOutcome.objects.bulk_create(
        FieldOutcome(
            order=row,
            field=field,
            confidence=chance.choice([None, 0.0, 0.55, 0.9, 1.0]),
            was_kept=chance.random() < 0.7,
            decided_at=row.decided_at or row.created_at,
        )
        for row in rows
        if row.status == "validated" and row.method in {"rules", "openai"}
        for field in ("customer", "quantity")
    )


class Recount:
    """The same answers by loops, from every row of the tables."""

    def __init__(self, scope: Scope) -> None:
        self.days, self.before = scope.period.days, scope.period.before
        everything = Order.objects.select_related("message", "customer").order_by("pk")
        self.orders = [
            row
            for row in everything
            if (row.duplicate_of_id is None or row.status == "validated")
            and scope.origin in {None, origin(row)}
        ]
        self.lines = list(OrderLine.objects.select_related("order", "product"))

    def placed(self, days: Days, **wanted: object) -> list[Order]:
        rows = (row for row in self.orders if within(row.created_at, days))
        return [row for row in rows if all(getattr(row, key) == wanted[key] for key in wanted)]

    def decided(self, days: Days) -> list[Order]:
        return [
            row
            for row in self.orders
            if row.decided_at and row.method != "import" and within(row.decided_at, days)
        ]

    def both(self, figure: Callable[[Days], Any]) -> dict[str, Any]:
        return {"now": figure(self.days), "before": figure(self.before)}

    def amounts(self) -> dict[str, dict[str, Any]]:
        def worth(currency: str, status: str) -> Callable[[Days], str]:
            def summed(days: Days) -> str:
                rows = self.placed(days, currency=currency, status=status)
                return shown(sum((row.total or Decimal(0) for row in rows), Decimal(0)))

            return summed

        either = [*self.placed(self.days), *self.placed(self.before)]
        priced = [row for row in either if row.total is not None and row.status != "rejected"]
        return {
            currency: {
                "validated": self.both(worth(currency, "validated")),
                "pending": worth(currency, "pending")(self.days),
            }
            for currency in {row.currency for row in priced}
        }

    def quantities(self) -> dict[str, dict[str, Any]]:
        sums: dict[str, Counter[str]] = defaultdict(Counter)
        known = {row.pk: row for row in self.orders}
        for row in self.lines:
            order = known.get(row.order_id)
            if order is None or order.status == "rejected":
                continue
            unit = "piece" if row.unit == "mille" else row.unit
            counted = (row.quantity or Decimal(0)) * (1000 if row.unit == "mille" else 1)
            for when, days in (("now", self.days), ("before", self.before)):
                if within(order.created_at, days):
                    sums[unit][f"{order.status} {when}"] += counted  # type: ignore[assignment]
        return {
            unit: {
                "validated": {
                    when: shown(Decimal(found[f"validated {when}"])) for when in ("now", "before")
                },
                "pending": shown(Decimal(found["pending now"])),
            }
            for unit, found in sums.items()
        }

    def customers(self) -> list[tuple[int, int]]:
        counts = Counter(
            row.customer_id
            for row in self.placed(self.days)
            if row.customer_id and row.status != "rejected"
        )
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:10]

    def products(self) -> list[tuple[str, str, int, str]]:
        """The ten products asked for by most orders, each in one unit."""
        orders: dict[tuple[Any, str], set[int]] = defaultdict(set)
        sums: dict[tuple[Any, str], Decimal] = defaultdict(Decimal)
        known = {row.pk: row for row in self.placed(self.days) if row.status != "rejected"}
        for row in self.lines:
            if row.product and row.order_id in known:
                key = (row.product, "piece" if row.unit == "mille" else row.unit)
                orders[key].add(row.order_id)
                sums[key] += (row.quantity or Decimal(0)) * (1000 if row.unit == "mille" else 1)
        places = list(OrderLine.Unit.values)
        found = sorted(
            orders,
            key=lambda key: (-len(orders[key]), -sums[key], key[0].pk, places.index(key[1])),
        )
        return [(key[0].sku, key[1], len(orders[key]), shown(sums[key])) for key in found[:10]]

    def waiting(self, days: Days) -> dict[str, Any]:
        waits = [
            (row.decided_at - row.message.received_at).total_seconds()  # type: ignore[operator]
            for row in self.decided(days)
            if row.message
        ]
        median = round(statistics.median(waits)) if waits else None
        return {"orders": len(waits), "median_seconds": median}

    def touchless(self) -> tuple[int, int, dict[str, int]]:
        decided = [(row, row.decided_at) for row in self.decided(self.days)]
        readings = [(row, at) for row, at in decided if at and row.method != "manual"]
        events = defaultdict(list)
        for event in OrderEvent.objects.all():
            events[event.order_id].append(event)
        counts: Counter[str] = Counter()
        untouched = 0
        for row, decided_at in readings:
            reasons = {"rejected"} if row.status == "rejected" else set()
            edits = [event for event in events[row.pk] if event.at <= decided_at]
            reasons |= {"reread" for event in edits if event.kind == "reread"}
            for event in edits:
                if event.kind == "edited":
                    reasons |= REASONS[CHANGES.index(event.changes)]
            if not reasons and any(event.kind == "edited" for event in edits):
                reasons = {"other"}
            counts.update(reasons)
            untouched += not reasons
        return len(readings), untouched, dict(counts)

    def reliability(self) -> tuple[int, dict[float, tuple[int, int]]]:
        known = {row.pk for row in self.orders}
        bins: dict[float, list[bool]] = defaultdict(list)
        for row in FieldOutcome.objects.filter(confidence__isnull=False):
            if row.order_id in known and within(row.decided_at, self.days):
                bins[min(int(row.confidence * 10 + 1e-9), 9) / 10].append(row.was_kept)  # type: ignore[operator]
        counts = {low: (sum(kept), len(kept)) for low, kept in bins.items()}
        return sum(total for _kept, total in counts.values()), counts


def within(at: dt.datetime, days: Days) -> bool:
    return days.first <= timezone.localdate(at) <= days.last


def origin(order: Order) -> str:
    return "import" if order.method == "import" else order.channel or "manual"


def shown(value: Decimal) -> str:
    return f"{value.normalize():f}"


def by(key: str, rows: Iterable[dict[str, Any]], *wanted: str) -> dict[Any, dict[str, Any]]:
    return {row[key]: {name: row[name] for name in wanted} for row in rows}


def counter(rows: Callable[[Days], list[Order]], status: str) -> Callable[[Days], int]:
    return lambda days: sum(row.status == status for row in rows(days))


@pytest.mark.parametrize("channel", ["", "whatsapp", "import", "manual"])
def test_every_figure_is_what_loops_over_all_rows_come_to(chance: random.Random, channel: str):
    chance.seed(f"histories {channel}")
    histories(chance)
    for first, last in PERIODS.values():
        days = period.custom(first, last, today=TODAY)
        scope = Scope(days, origin_of(channel))

        found, expected = data.document(report.build(scope)), Recount(scope)

        _check_what_came(found, expected)
        _check_what_was_decided(found, expected)


def _check_what_came(found: dict[str, Any], expected: Recount) -> None:
    statuses = {status: expected.both(counter(expected.placed, status)) for status in STATUSES}
    assert found["orders"]["by_status"] == statuses
    assert found["orders"]["total"] == expected.both(lambda days: len(expected.placed(days)))
    for status in STATUSES:
        steps = [step[status] for step in found["orders"]["steps"]]
        assert sum(steps) == statuses[status]["now"]
    if found["orders"]["steps"][0]["unit"] == "day":
        counts = Counter(
            timezone.localdate(row.created_at).isoformat()
            for row in expected.placed(expected.days, status="pending")
        )
        by_day = {row["first"]: row["pending"] for row in found["orders"]["steps"]}
        assert by_day == {day: counts[day] for day in by_day}
    ways = Counter(origin(row) for row in expected.placed(expected.days))
    assert {row["channel"]: row["orders"]["now"] for row in found["channels"]} == {
        row["channel"]: ways[row["channel"]] for row in found["channels"]
    }
    for row in found["channels"]:
        worth: Counter[str] = Counter()
        for order in expected.placed(expected.days, status="validated"):
            if origin(order) == row["channel"] and order.total is not None:
                worth[order.currency] += order.total  # type: ignore[assignment]  # exact
        amounts = {currency: shown(Decimal(total)) for currency, total in worth.items()}
        assert {one["currency"]: one["amount"] for one in row["amounts"]} == amounts
    currencies = found["amounts"]["by_currency"]
    assert by("currency", currencies, "validated", "pending") == expected.amounts()
    assert by("unit", found["quantities"], "validated", "pending") == expected.quantities()
    assert [(row["id"], row["orders"]["now"]) for row in found["customers"]] == expected.customers()
    products = found["products"]
    shown_products = [
        (row["code"], row["unit"], row["orders"]["now"], row["quantity"]) for row in products
    ]
    assert shown_products == expected.products()


def _check_what_was_decided(found: dict[str, Any], expected: Recount) -> None:
    decisions = found["decisions"]
    for status in ("validated", "rejected"):
        assert decisions[status] == expected.both(counter(expected.decided, status))
    for name, days in (("waiting", expected.days), ("waiting_before", expected.before)):
        waiting = {key: decisions[name][key] for key in ("orders", "median_seconds")}
        assert waiting == expected.waiting(days)
    touchless = found["touchless"]
    reasons = {row["reason"]: row["orders"] for row in touchless["reasons"]}
    assert (touchless["decisions"], touchless["untouched"], reasons) == expected.touchless()
    reliability = found["reliability"]
    bins = {row["low"]: (row["hits"], row["total"]) for row in reliability["bins"] if row["total"]}
    assert (reliability["values"], bins) == expected.reliability()
