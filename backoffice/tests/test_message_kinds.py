"""Messages that are no orders: they keep their kind, are found by it, and make no order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.apps import apps

from backoffice.messaging import importing, tasks
from backoffice.messaging.models import InboundMessage
from orders.models import Order
from orders.tests import factories as make

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

SAMPLES = Path(apps.get_app_config("orders").path) / "tests" / "data" / "samples"
KINDS = {
    "e16": "quote_request",
    "e17": "complaint",
    "e18": "automatic",
    "w08": "quote_request",
    "w09": "order_status",
    "w10": "cancellation",
}


@pytest.fixture(autouse=True)
def _desk(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.OPENAI_API_KEY = ""
    make.all_products()


def arrive(name: str) -> InboundMessage:
    importing.import_paths(
        [*SAMPLES.glob(f"{name}*.eml"), *SAMPLES.glob(f"{name}*.whatsapp.json")], desk="orders"
    )
    message = InboundMessage.objects.order_by("-pk")[0]
    tasks.process_message(message.pk)
    message.refresh_from_db()
    return message


@pytest.mark.parametrize(("case", "kind"), KINDS.items())
def test_a_message_that_orders_nothing_keeps_its_kind_also_read_again(case: str, kind: str):
    message = arrive(case)
    assert message.kind == kind

    InboundMessage.objects.update(status="received", attempts=0)
    tasks.process_message(message.pk)

    message.refresh_from_db()
    assert (message.kind, Order.objects.count()) == (kind, 0)


def test_they_are_found_by_kind_and_never_among_the_orders(admin_client: Client):
    messages = {case: arrive(case) for case in ("e01", *KINDS)}

    listed = admin_client.get("/admin/messaging/inboundmessage/?kind=quote_request&kind=complaint")
    orders = admin_client.get("/admin/orders/order/")

    found = {row.pk for row in listed.context["cl"].result_list}
    assert found == {messages[case].pk for case in ("e16", "e17", "w08")}
    assert [order.message for order in orders.context["cl"].result_list] == [messages["e01"]]
