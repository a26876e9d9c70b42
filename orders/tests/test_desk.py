"""The whole way of the sample messages: received, read, understood, proposed, decided."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from backoffice.messaging import importing, tasks
from backoffice.messaging.models import InboundMessage, OutboundMessage
from crm.models import Sale
from orders import history, workflow
from orders.models import ChangeRequest, Order, OrderEvent
from orders.tests import factories as make

if TYPE_CHECKING:
    from pytest_django import Settings

SAMPLES = Path(__file__).parent / "data" / "samples"
FILLED: dict[str, Any] = json.loads((SAMPLES / "renewals_filled.json").read_text())

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(settings: Settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path
    settings.OPENAI_API_KEY = ""
    make.all_products()
    history.load((SAMPLES / "history.csv").read_bytes(), filename="history.csv")


def arrive(name: str) -> InboundMessage:
    """Import one sample and work through it as the worker does."""
    known = set(InboundMessage.objects.values_list("pk", flat=True))
    importing.import_paths(
        [*SAMPLES.glob(f"{name}*.eml"), *SAMPLES.glob(f"{name}*.whatsapp.json")], desk="orders"
    )
    message = InboundMessage.objects.exclude(pk__in=known).get()
    tasks.process_message(message.pk)
    message.refresh_from_db()
    return message


@pytest.mark.parametrize("case", sorted(FILLED))
def test_repeat_order_is_complete_and_can_be_validated(case: str):
    message = arrive(case)

    order = Order.objects.get(message=message)
    expected = FILLED[case]
    assert order.renewed_from is not None
    assert (order.renewed_from.number, order.currency, str(order.customer)) == (
        expected["renewed_from"],
        expected["currency"],
        expected["customer"]["company"],
    )
    lines = [
        {
            "product": line.product.sku if line.product else None,
            "quantity": float(line.quantity or 0),
            "unit": line.unit,
            "unit_price": float(line.unit_price or 0),
        }
        for line in order.lines.all()
    ]
    assert lines == expected["lines"]
    assert order.confidence >= 0.85
    assert workflow.validate(order.pk, by=make.clerk()).status == "validated"


def test_order_by_e_mail_is_read_proposed_validated_and_answered():
    message = arrive("e02")
    order = Order.objects.get(message=message)

    workflow.validate(order.pk, by=make.clerk())

    assert (message.status, message.kind) == ("done", "order")
    assert order.lines.count() == 3
    assert Sale.objects.filter(external_ref__startswith=order.number).count() == 3
    told = OutboundMessage.objects.get()
    assert (told.channel, told.recipient) == ("email", "achats@alamal-patisserie.example")
    assert [event.kind for event in OrderEvent.objects.filter(order=order)] == [
        "proposed",
        "validated",
        "notified",
    ]


def test_message_read_again_proposes_the_same_order_once():
    message = arrive("w03")
    salma = make.clerk()
    order = Order.objects.get(message=message)

    workflow.read_again(order.pk, by=salma)
    tasks.process_message(message.pk)

    assert Order.objects.get(message=message).pk == order.pk
    assert [event.kind for event in order.events.all()] == ["proposed", "reread"]
    message.refresh_from_db()
    assert message.status == "done"


@pytest.mark.parametrize(
    ("case", "status"),
    [
        # The support desk answers them.
        ("e16", "done"),
        ("e17", "done"),
        ("w08", "done"),
        ("w09", "done"),
        ("e18", "not_for_us"),
        ("w16", "not_for_us"),
    ],
)
def test_message_that_orders_nothing_leaves_no_order(case: str, status: str):
    assert arrive(case).status == status
    assert not Order.objects.exclude(method="import").exists()


def test_cancellation_of_an_order_nobody_knows_waits_for_staff_to_choose_it():
    message = arrive("w10")

    request = ChangeRequest.objects.get(message=message)
    assert (message.status, message.kind) == ("done", "cancellation")
    assert (request.kind, request.order) == ("cancellation", None)
    assert not Order.objects.exclude(method="import").exists()


def test_photograph_without_a_model_to_see_waits_for_a_person():
    message = arrive("w05")

    assert message.status == "needs_attention"
    assert message.reason
    assert not Order.objects.filter(message=message).exists()
