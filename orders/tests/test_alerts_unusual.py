"""Quantities and prices against histories in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import time_machine

from orders.models import Alert, Order, Severity
from orders.tests import factories as make
from orders.tests.alerts import NOW, Kind, alerts, days, history, line, order, run, sentence
from orders.tests.alerts import validated as validated_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries, Settings

    from crm.models import Customer

pytestmark = pytest.mark.django_db

USUAL = (1500, 2000, 2000, 2500, 1500, 2000, 2500, 2000)
WARNING, CRITICAL = Severity.WARNING, Severity.CRITICAL


@pytest.fixture(autouse=True)
def _now(settings: Settings) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    settings.WORKING_HOURS = ""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def tizi() -> Customer:
    return make.CustomerFactory.create()


def pending(customer: Customer | None, quantity: float, **more: str) -> Order:
    waiting = order(customer=customer, currency=more.pop("currency", "MAD"))
    line(waiting, quantity, **more)
    return waiting


def test_a_quantity_far_from_what_the_customer_orders_says_so_in_numbers(tizi: Customer):
    """Of 1,500 (2x), 2,000 (4x), 2,500 (2x): the middle half is 1,875 to 2,125."""
    history(tizi, *USUAL)
    judged = pending(tizi, 12_000)

    assert run() == (1, 0, 0)

    alert = Alert.objects.get()
    assert (alert.kind, alert.order_id) == (Kind.UNUSUAL_QUANTITY, judged.pk)
    assert alert.sentence == (
        f"{judged.number} (Boulangerie Tizi): 12,000 Sachets fond plat; this customer usually"
        " orders 1,875 to 2,125 (8 orders). Ask whether the quantity is meant."
    )


@pytest.mark.parametrize(
    ("quantity", "found"),
    [
        (4900, []),
        (5100, [(Kind.UNUSUAL_QUANTITY, WARNING)]),
        # Twice as far as the bar: 2,000 x 2.5 x 2.5.
        (12_400, [(Kind.UNUSUAL_QUANTITY, WARNING)]),
        (12_600, [(Kind.UNUSUAL_QUANTITY, CRITICAL)]),
        (810, []),
        (790, [(Kind.UNUSUAL_QUANTITY, WARNING)]),
    ],
)
def test_the_farther_the_more_severe(
    tizi: Customer, quantity: int, found: list[tuple[Alert.Kind, Severity]]
):
    """Logs of the distances: 0 four times, 0.288 twice, 0.223 twice, so a MAD of 0.11.

    Then 3.5 deviations are a factor of 1.78, and the least factor, 2.5, is the bar.
    """
    history(tizi, *USUAL)
    pending(tizi, quantity)

    run()

    assert alerts() == found


def test_a_price_is_compared_with_what_the_customer_paid(tizi: Customer):
    history(tizi, *USUAL, price="0.16")
    judged = pending(tizi, 2000, price="0.25")

    run()

    assert alerts() == [(Kind.UNUSUAL_PRICE, WARNING)]
    assert sentence() == (
        f"{judged.number} (Boulangerie Tizi): 0.25 MAD per piece for Sachets fond plat; this"
        " customer usually pays 0.16 (8 orders). Check the price before you validate."
    )


def test_a_raise_of_a_tenth_is_no_alarm(tizi: Customer):
    history(tizi, *USUAL, price="0.16")
    pending(tizi, 2000, price="0.176")

    assert run() == (0, 0, 0)


@pytest.mark.parametrize(("price", "found"), [("0.30", []), ("1.60", [CRITICAL])])
def test_another_size_has_another_price_within_limits(
    tizi: Customer, price: str, found: list[Severity]
):
    """The factory's bags are 18x35."""
    history(tizi, *USUAL, price="0.16")
    line(order(customer=tizi), 2000, price=price, description="Sachets fond plat 32 x 50")

    run()

    assert alerts() == [(Kind.UNUSUAL_PRICE, severity) for severity in found]


@pytest.mark.parametrize("before", [(1000, 1000), (1000, 1000, 1000, 1000)])
def test_a_new_customer_is_not_known_yet(tizi: Customer, before: tuple[int, ...]):
    history(tizi, *before)
    pending(tizi, 30_000)

    assert run() == (0, 0, 0)


def test_seasonal_growth_is_no_alarm(tizi: Customer):
    history(tizi, *(round(1000 * 1.1**month) for month in range(12)))
    pending(tizi, round(1000 * 1.1**12))

    assert run() == (0, 0, 0)


def test_thousands_are_pieces(tizi: Customer):
    """2 mille at 160 are 2,000 pieces at 0.16; 2,000 mille are a slip of the pen."""
    history(tizi, *USUAL, price="0.16")
    pending(tizi, 2, unit="mille", price="160")
    assert run() == (0, 0, 0)

    pending(tizi, 2000, unit="mille")
    run()

    assert alerts() == [(Kind.UNUSUAL_QUANTITY, CRITICAL)]


def test_kilos_are_not_compared_with_pieces(tizi: Customer):
    history(tizi, *USUAL)
    pending(tizi, 40, unit="kg")

    assert run() == (0, 0, 0)


def test_euros_are_not_compared_with_dirhams(tizi: Customer):
    history(tizi, *USUAL, price="1.60")
    pending(tizi, 2000, price="0.15", currency="EUR")

    assert run() == (0, 0, 0)


def test_another_product_is_another_history(tizi: Customer):
    history(tizi, *USUAL)
    waiting = order(customer=tizi)
    line(waiting, 50, product=make.product("sac_fond_carre_poignees_plates"))

    assert run() == (0, 0, 0)


def test_later_orders_do_not_judge_earlier_ones(tizi: Customer):
    """The order of two months ago had five before it, which were like it."""
    history(tizi, *[50_000] * 5, *[2000] * 2)
    old = order(customer=tizi, at=NOW - days(75))
    line(old, 50_000)
    history(tizi, 2000, 2000)
    run()

    assert alerts(Kind.UNUSUAL_QUANTITY) == []


def test_what_was_asked_for_later_judges_nothing(tizi: Customer):
    history(tizi, *USUAL)
    line(order(customer=tizi, at=NOW - days(30 * 9)), 12_000)
    run()

    assert alerts(Kind.UNUSUAL_QUANTITY) == []


def test_only_what_was_accepted_is_history(tizi: Customer):
    for number in range(1, 9):
        waits = order(customer=tizi, at=NOW - days(number))
        line(waits, 2000)
    Order.objects.update(status="rejected", rejection_reason="x", decided_at=NOW)
    pending(tizi, 30_000)

    assert run() == (0, 0, 0)


def test_imported_history_counts(tizi: Customer):
    history(tizi, *USUAL, method=Order.Method.IMPORT)
    pending(tizi, 30_000)

    assert run() == (1, 0, 0)


def test_an_unknown_customer_is_compared_with_all_of_them(tizi: Customer):
    """Six customers with four orders each, of 1,000 to 6,000 pieces.

    The median of their logarithms is that of 3,464 pieces; the distances from it, sorted, are
    0.144 0.144 0.367 0.549 0.549 1.242, in the middle 0.458. So the bar is at
    3,464 x exp(5 x 1.4826 x 0.458) = 103,300 pieces.
    """
    for number in range(1, 7):
        history(make.CustomerFactory.create(), *[1000 * number] * 4)
    pending(None, 90_000)
    assert run() == (0, 0, 0)

    judged = pending(tizi, 110_000)
    run()

    assert sentence() == (
        f"{judged.number} (Boulangerie Tizi): 110,000 Sachets fond plat; customers usually order"
        " 2,000 to 5,000 of it (24 orders). Ask whether the quantity is meant."
    )


def test_the_alert_ends_when_the_quantity_is_corrected_or_the_order_decided(tizi: Customer):
    history(tizi, *USUAL)
    judged = pending(tizi, 30_000)
    other = pending(tizi, 40_000)
    assert run() == (2, 0, 0)

    judged.lines.update(quantity=2000)
    Order.objects.filter(pk=other.pk).update(status="validated", decided_at=NOW)

    assert run() == (0, 0, 2)


def test_a_copy_says_nothing_that_its_original_does_not(tizi: Customer):
    history(tizi, *USUAL)
    original = pending(tizi, 30_000)
    Order.objects.filter(pk=pending(tizi, 30_000).pk).update(duplicate_of=original)

    run()

    assert alerts(Kind.UNUSUAL_QUANTITY) == [(Kind.UNUSUAL_QUANTITY, CRITICAL)]


@pytest.mark.parametrize("orders", [1, 3])
def test_many_orders_take_as_many_statements_as_one(
    tizi: Customer, orders: int, django_assert_num_queries: DjangoAssertNumQueries
):
    history(tizi, *USUAL, price="0.16")
    for _number in range(orders):
        pending(tizi, 2000, price="0.16")

    # Of ten families: a savepoint twice, the lock, what stands, what is put away; and the facts,
    # with two statements for the lines and their history.
    with django_assert_num_queries(10 * 5 + 10):
        run()


def test_a_validated_order_is_somebodys_decision(tizi: Customer):
    history(tizi, *USUAL)
    line(validated_order(customer=tizi), 90_000)

    assert run() == (0, 0, 0)


@pytest.mark.parametrize("least", [0, 1])
def test_one_order_says_nothing_of_what_is_usual(tizi: Customer, settings: Settings, least: int):
    settings.ALERT_HISTORY_ORDERS = least
    pending(tizi, 900_000)
    assert run() == (0, 0, 0)
    history(tizi, 2000)
    assert run() == (0, 0, 0)

    history(tizi, 2000, 2000)

    assert run() == (1, 0, 0)
