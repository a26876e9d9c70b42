from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import connection, transaction

from orders.models import Order, OrderCounter
from orders.numbers import take_number
from orders.tests.factories import OrderFactory

if TYPE_CHECKING:
    from pytest_django import Settings

NEW_YEAR = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)


@pytest.mark.django_db
@time_machine.travel(dt.datetime(2026, 4, 20, tzinfo=dt.UTC))
def test_numbers_of_a_year_count_up():
    assert [take_number(), take_number()] == ["CMD-2026-00001", "CMD-2026-00002"]


@pytest.mark.django_db
def test_year_is_that_of_the_company_not_of_greenwich(settings: Settings):
    settings.TIME_ZONE = "Europe/Paris"
    # Half past midnight in Paris.
    with time_machine.travel(NEW_YEAR):
        assert take_number() == "CMD-2027-00001"


@pytest.mark.django_db
@time_machine.travel(dt.datetime(2026, 4, 20, tzinfo=dt.UTC))
def test_numbers_of_an_imported_history_are_passed_over():
    for taken in ("CMD-2026-00001", "CMD-2026-00002", "CMD-2026-00004", "CMD-2026-X"):
        OrderFactory.create(number=taken)

    assert [take_number(), take_number()] == ["CMD-2026-00003", "CMD-2026-00005"]


@pytest.mark.django_db
@time_machine.travel(dt.datetime(2026, 4, 20, tzinfo=dt.UTC))
def test_numbers_go_on_beyond_five_digits():
    OrderCounter.objects.create(year=2026, last=99_999)

    assert take_number() == "CMD-2026-100000"


@pytest.mark.django_db(transaction=True)
def test_eight_connections_at_once_get_forty_different_numbers():
    start = Barrier(8)

    def five_orders(_worker: int) -> list[str]:
        start.wait()
        try:
            numbers = []
            for _ in range(5):
                with transaction.atomic():
                    number = take_number()
                    OrderFactory.create(number=number)
                numbers.append(number)
            return numbers
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        numbers = [number for taken in pool.map(five_orders, range(8)) for number in taken]

    assert len(set(numbers)) == 40
    assert sorted(Order.objects.values_list("number", flat=True)) == sorted(numbers)
