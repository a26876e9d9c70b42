"""Orders, amounts, quantities, channels, customers and products, against figures by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from backoffice.core.figures.comparison import Compared
from orders.analytics.scope import Origin
from orders.models import Order, OrderLine
from orders.tests import factories as make
from orders.tests.histories import april, local, placed

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

Status = Order.Status
Unit = OrderLine.Unit


def ordered(at: dt.datetime, *lines: tuple[str, str | int, str], **values: Any) -> Order:
    """An order of lines (product, quantity, unit)."""
    order = placed(at, **values)
    for place, (sku, quantity, unit) in enumerate(lines):
        make.OrderLineFactory.create(
            order=order,
            position=place,
            product=make.product(sku) if sku else None,
            quantity=Decimal(quantity),
            unit=unit,
        )
    return order


def test_orders_count_on_the_companys_day_and_by_todays_status():
    placed(dt.datetime(2026, 3, 31, 22, 59, tzinfo=dt.UTC))  # 23:59 in Casablanca
    placed(dt.datetime(2026, 3, 31, 23, 0, tzinfo=dt.UTC))  # midnight, 1 April
    placed(dt.datetime(2026, 4, 20, 22, 59, tzinfo=dt.UTC), status="validated")
    placed(dt.datetime(2026, 4, 20, 23, 0, tzinfo=dt.UTC))  # tomorrow
    placed(local(4, 3), status="rejected")

    found = april().statuses

    assert found.total == Compared(3, 1)
    assert found.by_status == {
        Status.PENDING: Compared(1, 1),
        Status.VALIDATED: Compared(1, 0),
        Status.REJECTED: Compared(1, 0),
    }
    assert found.by_step[Status.PENDING] == (1, *[0] * 19)
    assert found.by_step[Status.REJECTED] == (0, 0, 1, *[0] * 17)
    assert found.by_step[Status.VALIDATED] == (*[0] * 19, 1)


def test_an_hour_that_was_moved_lies_on_the_right_day():
    # UTC+0 until 22 March 2026, 2:00; UTC+1 from then on.
    placed(dt.datetime(2026, 3, 21, 23, 30, tzinfo=dt.UTC))
    placed(dt.datetime(2026, 3, 22, 23, 30, tzinfo=dt.UTC))

    found = april().statuses

    # Both lie among the 20 days before April.
    assert found.total == Compared(0, 2)


def test_days_without_orders_are_there_and_zero():
    found = april()

    assert [step.first.day for step in found.statuses.steps] == list(range(1, 21))
    assert found.statuses.by_step == dict.fromkeys(Status, (0,) * 20)
    assert (found.amounts.by_currency, found.goods.products, found.buyers) == ((), (), ())


def test_copies_count_nowhere_and_imported_orders_on_their_own_day():
    first = placed(local(4, 2), status="validated", total=100)
    placed(local(4, 2), duplicate_of=first, total=100)
    placed(local(4, 3), status="rejected", duplicate_of=first, total=100)
    # The customer wanted both.
    placed(local(4, 4), status="validated", duplicate_of=first, total=100)
    placed(local(4, 5), status="validated", method="import", channel="", total=70)

    found = april()

    assert found.statuses.total.now == 3
    assert found.amounts.by_currency[0].validated == Compared(Decimal(270), Decimal(0))


def test_currencies_are_never_added_up_and_what_waits_stands_apart():
    placed(local(4, 2), status="validated", total=Decimal("950.50"))
    placed(local(4, 3), status="validated", total=50)
    placed(local(4, 3), total=30)
    placed(local(4, 3), status="rejected", total=999)
    placed(local(3, 20), status="validated", total=500)
    placed(local(4, 2), status="validated", total=80, currency="EUR")
    placed(local(4, 2), status="validated", total=None)
    placed(local(4, 2), status="validated", total=7, currency="")

    found = april().amounts
    by_currency = {row.currency: row for row in found.by_currency}

    assert [row.currency for row in found.by_currency] == ["MAD", "EUR", ""]
    mad = by_currency["MAD"]
    assert mad.validated == Compared(Decimal("1000.50"), Decimal(500))
    assert (mad.pending, mad.orders) == (Decimal(30), 2)
    assert mad.by_step[:4] == (0, Decimal("950.50"), Decimal(50), 0)
    assert by_currency["EUR"].validated.now == Decimal(80)
    assert found.unknown == 1


def test_units_are_never_added_up_but_thousands_are_pieces():
    flat, square = "sachet_fond_plat", "sac_fond_carre_sans_poignees"
    ordered(
        local(4, 2), (flat, 2, "mille"), (flat, 500, "piece"), (flat, 40, "kg"), status="validated"
    )
    ordered(local(4, 3), (square, 300, "piece"), ("", 7, "carton"))
    ordered(local(4, 3), (square, 999, "piece"), status="rejected")
    ordered(local(3, 20), (flat, 1, "mille"), status="validated")

    found = april().goods

    assert [(row.unit, row.validated, row.pending) for row in found.quantities] == [
        (Unit.PIECE, Compared(Decimal(2500), Decimal(1000)), Decimal(300)),
        (Unit.KG, Compared(Decimal(40), Decimal(0)), Decimal(0)),
        (Unit.CARTON, Compared(Decimal(0), Decimal(0)), Decimal(7)),
    ]
    # Two lines of an order are one order of that product.
    assert [(row.code, row.unit, row.orders, row.quantity) for row in found.products] == [
        (flat, Unit.PIECE, Compared(1, 1), Decimal(2500)),
        (square, Unit.PIECE, Compared(1, 0), Decimal(300)),
        (flat, Unit.KG, Compared(1, 0), Decimal(40)),
    ]
    assert found.unnamed == 1


def test_ways_are_all_there_and_a_filter_keeps_one():
    placed(local(4, 2), channel="email", status="validated")
    placed(local(4, 2), channel="whatsapp")
    placed(local(3, 20), channel="whatsapp")
    placed(local(4, 2), channel="", method="manual")
    placed(local(4, 2), channel="", method="import", status="validated")

    ways = {way.origin: way for way in april().channels}
    whatsapp, imported = april("whatsapp"), april("import")

    assert {origin: way.orders for origin, way in ways.items()} == {
        Origin.EMAIL: Compared(1, 0),
        Origin.WHATSAPP: Compared(1, 1),
        Origin.WHATSAPP_CLOUD: Compared(0, 0),
        Origin.API: Compared(0, 0),
        Origin.MANUAL: Compared(1, 0),
        Origin.IMPORT: Compared(1, 0),
    }
    assert ways[Origin.EMAIL].by_status[Status.VALIDATED] == 1
    assert whatsapp.statuses.total == Compared(1, 1)
    assert imported.statuses.total == Compared(1, 0)
    assert [april(name).statuses.total.now for name in ("email", "manual", "api")] == [1, 1, 0]


def test_customers_by_orders_that_were_not_rejected():
    tizi = make.CustomerFactory.create(company="Boulangerie Tizi")
    amal = make.CustomerFactory.create(company="Al Amal")
    placed(local(4, 2), customer=tizi, status="validated", total=100)
    placed(local(4, 5), customer=tizi, status="validated", total=20, currency="EUR")
    placed(local(4, 6), customer=tizi, total=5000)
    placed(local(3, 20), customer=tizi, status="validated", total=70)
    placed(local(4, 3), customer=amal, status="validated", total=None)
    placed(local(4, 3), customer=amal, status="rejected")
    placed(local(3, 20), customer=amal)
    placed(local(4, 9))

    found = april().buyers

    assert [(row.company, row.orders) for row in found] == [
        ("Boulangerie Tizi", Compared(3, 1)),
        ("Al Amal", Compared(1, 1)),
    ]
    assert found[0].amounts == (("EUR", Decimal(20)), ("MAD", Decimal(100)))
    assert (found[0].last_at, found[1].amounts) == (local(4, 6), ())


@pytest.mark.parametrize("count", [1, 3])
def test_a_report_asks_the_same_number_of_questions(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for number in range(count):
        customer = make.CustomerFactory.create(company=f"Firm {number}")
        order = placed(local(4, 2 + number), customer=customer, status="validated")
        make.OrderLineFactory.create(order=order)

    with django_assert_num_queries(10):
        april()
