"""The list of change requests, the page of one, and the panel on the order's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from orders.models import ChangeRequest
from orders.tests import factories as make
from orders.tests.test_admin import form_of, page
from orders.tests.test_api_changes import asked

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test.client import _MonkeyPatchedWSGIResponse
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db
LIST = "/admin/orders/changerequest/"


@pytest.fixture(autouse=True)
def _english(settings: Settings):
    settings.LANGUAGE_CODE = "en"
    make.message_templates()


def signed_in(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def client() -> Client:
    user = make.allowed(make.clerk(), "view_changerequest", "apply_changerequest")
    return signed_in(user)


def decide(
    client: Client, request: ChangeRequest, verb: str, **values: object
) -> _MonkeyPatchedWSGIResponse:
    url = reverse(f"admin:orders_changerequest_{verb}", args=[request.pk])
    return client.post(url, {"_form_submitted": "1", **values})


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_for_one_request_as_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
):
    for _number in range(count):
        asked()
    client.get(LIST)

    with django_assert_num_queries(6):
        shown = client.get(LIST)

    assert shown.content.decode().count("Sachets: 5,000 → 7,000.") == count


def test_list_shows_open_requests_unless_asked_otherwise(client: Client):
    asked(sentence="Wait for it.")
    asked(sentence="Long done.", state="applied", decided_at=make.SENT)

    assert "Long done." not in client.get(LIST).content.decode()
    assert "Long done." in client.get(f"{LIST}?state=all").content.decode()


def test_page_shows_the_words_the_order_and_what_shall_change(client: Client):
    message = make.MessageFactory.create(
        channel="whatsapp", body="finalement 7000 au lieu de 5000 svp"
    )
    evidence = [{"document": "body", "start": 0, "end": 31, "text": "", "page": None}]
    request = asked(message=message, evidence=evidence)

    shown = client.get(f"{LIST}{request.pk}/change/").content.decode()

    assert ">finalement 7000 au lieu de 5000</mark>" in shown
    row = shown.partition('<tr data-tone="changed">')[2].partition("</tr>")[0]
    assert [text in row for text in ("Sachets fond plat 18x35", "5,000", "7,000")] == [True] * 3


def test_request_is_applied_from_its_page(client: Client):
    request = asked()

    decide(client, request, "apply", note="")

    request.refresh_from_db()
    assert request.state == "applied"
    assert request.order is not None
    assert request.order.lines.get().quantity == 7000


def test_dismissing_takes_a_reason(client: Client):
    request = asked()

    decide(client, request, "dismiss", reason="")
    request.refresh_from_db()
    assert request.state == "open"

    decide(client, request, "dismiss", reason="appelé")
    request.refresh_from_db()
    assert (request.state, request.note) == ("dismissed", "appelé")


def test_only_orders_of_the_sender_can_be_chosen(client: Client):
    own = make.order_with_line(number="CMD-2026-00009")
    other = make.order_with_line(email="x@elsewhere.example", company="Elsewhere")
    request = asked(other)
    ChangeRequest.objects.update(order=None)

    decide(client, request, "choose", order=other.pk)
    request.refresh_from_db()
    assert request.order is None

    decide(client, request, "choose", order=own.pk)
    request.refresh_from_db()
    assert request.order == own


def test_nothing_is_decided_by_looking(client: Client):
    request = asked()

    client.get(reverse("admin:orders_changerequest_apply", args=[request.pk]))

    request.refresh_from_db()
    assert request.state == "open"


def test_who_may_only_see_has_no_buttons_and_decides_nothing():
    client = signed_in(make.staff("reader", "view_changerequest", "view_order"))
    request = asked()
    assert request.order is not None
    shown = client.get(page(request.order)).content.decode()

    refused = decide(client, request, "apply", note="")

    assert "The customer asked for a change" in shown
    assert f"changerequest/{request.pk}/apply" not in shown
    assert refused.status_code == 403
    request.refresh_from_db()
    assert request.state == "open"


def test_order_page_shows_the_request_with_its_buttons(client: Client):
    request = asked()
    assert request.order is not None

    shown = client.get(page(request.order)).content.decode()

    assert "Sachets: 5,000 → 7,000." in shown
    for verb in ("apply", "dismiss"):
        assert reverse(f"admin:orders_changerequest_{verb}", args=[request.pk]) in shown


def test_list_of_orders_flags_the_one_a_change_is_asked_for(client: Client):
    asked()
    changelist = reverse("admin:orders_order_changelist")
    assert client.get(changelist).content.decode().count("change asked for") == 1

    ChangeRequest.objects.update(state="applied", decided_at=make.SENT)

    assert "change asked for" not in client.get(changelist).content.decode()


def test_validating_with_an_open_request_asks_to_decide_it_first(client: Client):
    request = asked()
    order = request.order
    assert order is not None

    answer = client.post(page(order), form_of(order, orders_order_validate="1"), follow=True)

    order.refresh_from_db()
    assert order.status == "pending"
    assert "apply or dismiss it first" in answer.content.decode()
