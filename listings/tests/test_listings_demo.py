"""The demo: what it leaves behind, once, and what it leaves alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from backoffice.messaging.models import InboundMessage, OutboundMessage
from crm.models import Customer
from listings import demo
from listings.models import Listing, Match, Suspicion, Trader

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def _nobody_is_called(settings: Settings) -> None:
    settings.LOCAL_ONLY = True


def test_the_demo_is_a_market_at_work_and_loads_once():
    said = demo.load()

    assert said.startswith(("Listings: 71 listings of 15 traders", "Annonces"))
    assert (Trader.objects.count(), Listing.objects.count()) == (15, 71)
    # Answers to what we wrote wait for a person.
    waiting = InboundMessage.objects.exclude(status="done").values_list("body", "status")
    assert sorted(waiting) == [
        ("La voici", "needs_attention"),
        ("Oui toujours dispo, elle part ce week-end sinon 👍", "needs_attention"),
        ("Sold the Pelagos this morning, rest still here", "needs_attention"),
    ]
    assert not Listing.objects.filter(price__isnull=False, price_eur=None).exists()
    states = Match.objects.values_list("state", flat=True)
    assert sorted(set(states)) == ["dismissed", "proposed"]
    assert Match.objects.filter(state="proposed").count() > 20
    assert Listing.objects.filter(status="sold").get().model == "Pelagos FXD"
    assert Listing.objects.filter(reviewed_at=None).count() > 20
    kinds = Suspicion.objects.filter(listing__trader__name="Watch Deals 24")
    assert sorted(kinds.values_list("kind", flat=True)) == ["cheap", "photo"]
    answers = OutboundMessage.objects.values_list("status", flat=True)
    assert sorted(answers) == ["delivered", "failed", "read", "read"]
    assert Customer.objects.get().traders.get().name == "Hugo Vasseur"
    # No words of ours lie about for a worker to send.
    assert not OutboundMessage.objects.filter(status="queued").exists()
    assert demo.load() != said
    assert Trader.objects.count() == 15


def test_the_demo_leaves_a_database_alone_that_has_customers_of_its_own():
    Customer.objects.create(name="Real Person")

    demo.load()

    assert Listing.objects.count() == 0


def test_people_of_the_demo_belong_to_nobody():
    people = json.loads((demo.HERE / "traders.json").read_text(encoding="utf-8"))

    numbers = [person["phone"] for person in people if "phone" in person]
    fictitious = ("+3363998", "+447700900", "+4917139200", "+1202555", "+4179000")
    assert all(number.startswith(fictitious) for number in numbers)
