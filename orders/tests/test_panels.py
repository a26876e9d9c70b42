from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from orders import panels
from orders.tests import factories as make

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("orders", [1, 3])
def test_last_orders_of_a_customer_take_two_queries(
    orders: int, django_assert_num_queries: DjangoAssertNumQueries
):
    customer = make.CustomerFactory.create()
    for _ in range(orders):
        make.order_with_line(customer=customer, total=950)
    make.order_with_line()

    with django_assert_num_queries(2), translation.override("en"):
        panel = panels.recent_orders(customer)

    assert panel is not None
    assert len(panel.rows) == orders
    assert list(panel.rows[0])[2:] == ["pending", "5000 Sachets fond plat 18x35", "950.00 MAD"]


def test_customer_without_orders_has_no_panel():
    assert panels.recent_orders(make.CustomerFactory.create()) is None
