"""The shop sends its orders while others write them too: nobody waits in a circle."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import tablib
from django.db import transaction

from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from support import workflow
from support.models import ShopOrder
from support.order_lookup import shop_orders
from support.sheets.resources import ShopOrderResource
from support.tests import tickets as make
from support.tests.test_workflow_races import at_once

if TYPE_CHECKING:
    from collections.abc import Collection
    from concurrent.futures import Future

    from crm.models import Customer

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "salma@example.com"


def pushed(*numbers: int, **facts: str) -> list[dict[str, str]]:
    return [{"number": f"{number:04d}", "email": ADDRESS} | facts for number in numbers]


def test_three_pushes_of_the_same_new_orders_end(monkeypatch: pytest.MonkeyPatch):
    """The first looks before the second makes one of them, which the third finds and locks."""
    looked, locked = threading.Event(), threading.Event()
    first: Future[list[str]]
    turn = ""
    find = shop_orders.owners_of

    def owners(addresses: Collection[str]) -> dict[str, Customer]:
        # Asked between the look at what is there and the writing.
        if threading.current_thread() is not threading.main_thread():
            looked.set()
            wait_until(lambda: locked.is_set() or somebody_waits_for_us())
        elif turn == "third":
            locked.set()
            wait_until(lambda: first.done() or somebody_waits_for_us())
        return find(addresses)

    monkeypatch.setattr(shop_orders, "owners_of", owners)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(at_once, lambda: shop_orders.upsert(pushed(1, 2, 3)))
        looked.wait()
        shop_orders.upsert(pushed(3, carrier="DHL"))
        turn = "third"
        shop_orders.upsert(pushed(1, 2, 3, status="sent"))
        assert first.result() == ["done"]

    assert set(ShopOrder.objects.values_list("number", "status")) == {
        ("0001", "sent"),
        ("0002", "sent"),
        ("0003", "sent"),
    }


def load(sheet: tablib.Dataset) -> None:
    ShopOrderResource().import_data(sheet, raise_errors=True)  # type: ignore[attr-defined]


def test_a_sheet_waits_for_a_push():
    """Row by row in the order of the file it would hold what the push wants next."""
    sheet = tablib.Dataset(["0002"], ["0001"], headers=["order_number"])
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            shop_orders.upsert(pushed(1))
            late = pool.submit(at_once, lambda: load(sheet))
            wait_until(somebody_waits_for_us, what="the sheet waiting for the push")
            shop_orders.upsert(pushed(2))
        assert late.result() == ["done"]
    assert ShopOrder.objects.count() == 2


def test_whoever_gets_to_know_a_customer_locks_the_orders_as_a_push_does():
    """The lower id lies behind the higher one, in the table and in its index."""
    shop_orders.upsert(pushed(1, 2))
    for address in ("lea@example.com", ADDRESS):
        ShopOrder.objects.filter(number="0001").update(email=address)
    draft = make.ready(email=ADDRESS, order_number="")
    omar = make.agent()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ShopOrder.objects.select_for_update(no_key=True).get(number="0001")
            sent = pool.submit(at_once, lambda: workflow.approve(draft.pk, by=omar))
            wait_until(somebody_waits_for_us, what="the reply waiting for the order")
            ShopOrder.objects.select_for_update(no_key=True).get(number="0002")
        assert sent.result() == ["done"]
    assert ShopOrder.objects.exclude(customer=None).count() == 2
