"""The desk of an invented shop: loaded into an empty database only."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from backoffice.core import demo as demo_data
from backoffice.messaging.models import InboundMessage, OutboundMessage
from crm.customers import register
from crm.models import Customer
from orders.tests import factories as make
from support import demo
from support.models import AutomaticTrial, Draft, ShopOrder, Ticket, TicketEvent, TicketMessage

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


def test_empty_database_gets_a_living_desk(tmp_path: Path, settings: Settings):
    settings.MEDIA_ROOT = tmp_path

    sentences = demo_data.load_all()

    assert "61" in sentences[1]
    assert ShopOrder.objects.count() == 61
    assert set(Ticket.objects.values_list("status", "outcome")) == {
        ("new", ""),
        ("in_progress", ""),
        ("answered", "replied"),
        ("answered", "closed"),
        ("answered", "merged"),
        ("answered_automatically", "replied"),
    }
    assert Ticket.objects.filter(reopened__gt=0).exists()
    assert Ticket.objects.filter(channel="whatsapp", shop_order__isnull=False).exists()
    assert set(TicketMessage.objects.values_list("kind", flat=True)) == {
        "message",
        "automatic",
        "bounce",
    }
    assert set(AutomaticTrial.objects.values_list("mode", flat=True)) == {"shadow", "live"}
    assert Draft.objects.filter(status="waiting").count() == 0
    shown_to_nobody = Ticket.objects.get(email="ines.moulin@boite.example")
    assert (shown_to_nobody.order_number, shown_to_nobody.shop_order) == ("10446", None)
    _is_dated(before=timezone.now())
    _is_sent_to_nobody()

    count = Ticket.objects.count()
    assert demo.load() != sentences[1]
    assert Ticket.objects.count() == count


def _is_dated(*, before: dt.datetime) -> None:
    """Nothing lies in the future, nothing happened before the customer wrote, most is older."""
    for ticket in Ticket.objects.all():
        moments = [*ticket.events.values_list("at", flat=True)]
        moments += [one for one in (ticket.first_response_at, ticket.ended_at) if one]
        assert ticket.opened_at <= min(moments)
        assert max([*moments, ticket.last_message_at]) <= before
    yesterday = before - dt.timedelta(days=1)
    assert TicketEvent.objects.filter(at__lt=yesterday).count() > 50
    assert ShopOrder.objects.filter(delivery_date__gt=timezone.localdate()).exists()
    assert not ShopOrder.objects.filter(ordered_on__gt=timezone.localdate()).exists()


def _is_sent_to_nobody() -> None:
    replies = OutboundMessage.objects.filter(key__startswith="ticket:")
    assert set(replies.values_list("status", flat=True)) <= {"sent", "failed"}
    assert not replies.exclude(recipient__endswith=".example").exists()
    assert not Customer.objects.filter(notes="").exists()
    assert not any(user.has_usable_password() for user in User.objects.all())


@pytest.mark.parametrize("real", ["customer", "order", "message"])
def test_database_in_use_is_left_alone(real: str):
    if real == "customer":
        register(name="Léa Martin", email="lea@boite.example")
    elif real == "order":
        ShopOrder.objects.create(number="1")
    else:
        make.MessageFactory.create()
    before = InboundMessage.objects.count(), ShopOrder.objects.count()

    demo.load()

    assert (InboundMessage.objects.count(), ShopOrder.objects.count()) == before
    assert not Ticket.objects.exists()


def test_steps_come_after_the_message_and_before_now():
    for thread in demo.threads():
        hours = [step["after"] for step in thread.get("then", ())]
        assert hours == sorted(hours)
        assert all(0 < one < thread["hours"] for one in hours)
