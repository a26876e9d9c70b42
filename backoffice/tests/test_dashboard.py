from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from backoffice.core import tiles
from backoffice.messaging.models import Channel, InboundMessage, OutboundMessage
from crm.models import Customer
from orders.models import Order

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


def work(count: int) -> None:
    """So much waits on every desk."""
    for number in range(count):
        Order.objects.create(number=f"CMD-2026-{number:05}")
        Customer.objects.create(company=f"Customer {number}")
        InboundMessage.objects.create(
            desk="orders",
            channel=Channel.EMAIL,
            external_id=str(number),
            raw=b"",
            sent_at=timezone.now(),
            status=InboundMessage.Status.NEEDS_ATTENTION,
        )
        OutboundMessage.objects.create(
            key=str(number),
            channel=Channel.EMAIL,
            recipient="a@x.example",
            body="",
            status=OutboundMessage.Status.NOT_CONFIGURED,
        )


def numbers(client: Client) -> dict[str, tuple[int, str]]:
    page = client.get("/admin/")
    return {tile.icon: (tile.number, tile.tone) for tile in page.context["tiles"]}


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


def test_home_counts_what_waits_on_every_desk(boss: Client):
    work(2)
    Order.objects.filter(number="CMD-2026-00001").update(
        status="validated", decided_at=timezone.now()
    )

    assert numbers(boss) == {
        "shopping_cart": (1, "warning"),
        "mail": (2, "warning"),
        "outbox": (2, "danger"),
        "groups": (2, "neutral"),
        "notification_important": (0, "success"),
        "notifications": (0, "success"),
        "edit_square": (0, "success"),
        "support_agent": (0, "success"),
        "join_inner": (0, "success"),
        "watch": (0, "neutral"),
    }


def test_home_of_an_idle_house_is_green(boss: Client):
    shown = numbers(boss)

    assert {shown[icon] for icon in ("shopping_cart", "mail", "outbox")} == {(0, "success")}


def test_order_that_waits_for_a_day_is_red(boss: Client):
    work(1)
    Order.objects.update(created_at=timezone.now() - dt.timedelta(days=2))

    assert numbers(boss)["shopping_cart"] == (1, "danger")


@pytest.mark.parametrize("waiting", [1, 3])
def test_home_asks_the_same_number_of_questions(
    boss: Client, waiting: int, django_assert_num_queries: DjangoAssertNumQueries
):
    work(waiting)

    # Session, user, the sidebar's numbers, one for each of thirteen tiles, one for the charts of
    # orders and six for those of support.
    with django_assert_num_queries(27):
        boss.get("/admin/")


def test_every_tile_leads_to_a_page_that_opens(boss: Client):
    work(1)
    page = boss.get("/admin/")

    for tile in page.context["tiles"]:
        assert (tile.title, boss.get(tile.link).status_code) == (tile.title, 200)


def test_tile_shows_only_to_those_who_may_see_its_list(client: Client):
    client.force_login(User.objects.create_user("ali", is_staff=True))

    assert numbers(client) == {}


def test_badges_are_one_question_kept_for_some_seconds(
    django_assert_num_queries: DjangoAssertNumQueries,
):
    work(2)

    with django_assert_num_queries(1):
        first = tiles.badge_counts()
        again = tiles.badge_counts()

    assert first == again
    expected = {"orders.order": 2, "messaging.inboundmessage": 2, "messaging.outboundmessage": 2}
    assert expected.items() <= first.items()
