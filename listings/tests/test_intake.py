"""From messages to listings, as the worker makes them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backoffice.messaging import reading
from backoffice.messaging.models import InboundMessage
from listings import intake
from listings.models import Listing
from listings.tests.messages import said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def process(message: InboundMessage) -> str:
    return intake.process(message, reading.content_of(message)).kind


def test_several_watches_of_a_message_are_several_listings() -> None:
    message = said("Vends Rolex Submariner 124060 de 2022, 9500€\nVends Omega Speedmaster, 4200€")

    assert process(message) == "listing"

    rows = Listing.objects.order_by("position")
    assert [(row.brand, row.reference, row.price, row.price_eur) for row in rows] == [
        ("Rolex", "124060", Decimal("9500.00"), Decimal("9500.00")),
        ("Omega", "", Decimal("4200.00"), Decimal("4200.00")),
    ]
