"""What WhatsApp delivers, through the real endpoint and the worker's task to this desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from backoffice.messaging import kinds, traces
from backoffice.messaging.models import InboundMessage
from backoffice.messaging.tasks import process_message
from backoffice.messaging.tests.meta import post_fixture, use_meta
from listings import wiring
from listings.incoming import outcomes
from listings.models import Listing, Trader

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def _meta(settings: Settings) -> None:
    use_meta(settings)


def bring(client: Client, *names: str) -> list[InboundMessage]:
    """Post these payloads, signed, and have each message processed."""
    for name in names:
        assert post_fixture(client, name).status_code == 200
    for message in InboundMessage.objects.filter(status="received").order_by("pk"):
        process_message(message.pk)
    return [*InboundMessage.objects.order_by("pk")]


def test_an_offer_is_edited_and_deleted_as_whatsapp_tells_it(client: Client) -> None:
    (offer,) = bring(client, "text_sale")
    assert (offer.status, offer.kind) == ("done", "listing")
    assert Listing.objects.get().price == 9800

    bring(client, "edit")
    assert Listing.objects.get().price == 9500

    *_others, deletion = bring(client, "revoke")
    assert (deletion.status, deletion.kind) == ("done", "deletion")
    assert Listing.objects.get().status == "withdrawn"


def test_a_notice_of_whatsapp_reaches_the_desk_though_no_person_wrote_it(client: Client) -> None:
    rows = bring(client, "text_sale", "system_user_changed_number")

    assert (rows[1].status, rows[1].kind) == ("done", "number_change")
    trader = Trader.objects.get()
    assert dict(trader.addresses.values_list("value", "is_former")) == {
        "+33639980117": True,
        "FR.4820193756610284": True,
        "+33639980118": False,
        "FR.4820193756619999": False,
    }


def test_shared_numbers_link_on_request_only(client: Client) -> None:
    bring(client, "bsuid_no_phone", "contacts_phone_shared_by_username_user", "contacts")

    assert {
        trader.name: {*trader.addresses.values_list("value", flat=True)}
        for trader in Trader.objects.all()
    } == {
        "C. Renard": {"FR.9018273645500192", "+33639980599"},
        "Léon Horloger ⌚": {"+41790000321", "CH.1039485720012377"},
    }


def test_the_message_s_page_leads_to_its_listings(client: Client) -> None:
    (message,) = bring(client, "text_sale")
    boss = User.objects.create_superuser("boss")

    (trace,) = traces.of(message, boss)

    listing = Listing.objects.get()
    assert trace == traces.Trace(
        "Rolex Submariner 124060", reverse("admin:listings_listing_change", args=[listing.pk])
    )


def test_every_kind_has_words_that_fit_its_column() -> None:
    assert {kinds.label(kind) for kind in outcomes.LABELS} == {
        str(label) for label in outcomes.LABELS.values()
    }
    assert max(map(len, outcomes.LABELS)) <= 30


def test_what_a_run_made_is_counted_in_one_query(
    client: Client, django_assert_num_queries: object
) -> None:
    bring(client, "text_trade_multiline")

    with django_assert_num_queries(1):  # type: ignore[operator]
        assert wiring.made_of_runs([1, 2]) == {}
