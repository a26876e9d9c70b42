"""Which mail to the support mailbox is a new order; a complaint never is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from backoffice.messaging.models import InboundMessage
from crm import customers
from orders.tests import factories as make
from support.tests.intake_mail import arrive, use_addresses, written

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

_PATH = Path(__file__).parent / "data" / "desks.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in _PATH.read_text().splitlines()]


@pytest.fixture(autouse=True)
def _house(settings: Settings) -> None:
    use_addresses(settings)
    settings.OPENAI_API_KEY = ""
    make.all_products()
    known = customers.register(name="Nadia", company="Boulangerie", email="nadia@client.example")
    earlier = make.validated_order(known, make.later(days=-14))
    make.OrderLineFactory.create(order=earlier)


def desk_of(row: dict[str, Any]) -> str:
    raw = written(row["text"], From="nadia@client.example", Subject=row["subject"])
    message = arrive(raw)
    return InboundMessage.objects.get(pk=message.pk).desk


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_an_order_goes_to_the_order_desk_and_nothing_else_does(row: dict[str, Any]) -> None:
    assert desk_of(row) == ("orders" if row["order"] else "support")
