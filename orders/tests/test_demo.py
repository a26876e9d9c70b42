from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django_q.models import OrmQ

from backoffice.messaging.models import InboundMessage
from crm.models import Customer
from orders import demo
from orders.models import Order
from orders.tests import factories as make

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


def counts() -> tuple[int, int, int]:
    return Customer.objects.count(), Order.objects.count(), InboundMessage.objects.count()


def test_empty_database_gets_customers_history_and_messages_for_the_worker(
    tmp_path: Path, settings: Settings
):
    settings.MEDIA_ROOT = tmp_path

    demo.load()
    assert counts() == (12, 28, 36)
    assert OrmQ.objects.count() == 36
    assert set(InboundMessage.objects.values_list("status", "desk")) == {("received", "orders")}

    demo.load()
    assert counts() == (12, 28, 36)


def test_database_in_use_is_left_alone():
    make.order_with_line()

    demo.load()

    assert counts() == (0, 1, 0)
