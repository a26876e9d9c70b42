"""The page of what was learned: what it shows, and its switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from orders.learning.facts import Kind
from orders.models import LearnedFact, Lesson, Order
from orders.tests import factories as make

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
LIST = "/admin/orders/learnedfact/"


def signed_in(*permissions: str) -> Client:
    client = Client()
    client.force_login(make.staff("rachid", *permissions))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def boss() -> Client:
    return signed_in("view_learnedfact", "change_learnedfact", "view_order")


def fact(kind: Kind = Kind.PRODUCT_WORD, phrase: str = "zif", **values: object) -> LearnedFact:
    customer = make.CustomerFactory.create(company=f"Snack {phrase}")
    given = {"customer": customer, "learned_from": make.validated_order(customer, make.SENT)}
    if kind != Kind.CUSTOMER_ALIAS:
        given["product"] = make.product()
    return LearnedFact.objects.create(kind=kind, phrase=phrase, **given | values)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    boss: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
):
    for number in range(count):
        fact(phrase=f"zif {number}")
    boss.get(LIST)

    with django_assert_num_queries(6):
        page = boss.get(LIST).content.decode()

    assert page.count("Sachets fond plat") == count


def test_the_list_says_what_each_fact_means_and_where_it_is_from(boss: Client):
    rows = {
        "“zif”": fact(),
        "“momo”": fact(Kind.CUSTOMER_ALIAS, "momo"),
        "Sachets fond plat (18x35)": fact(Kind.USUAL_PRICE, "18x35|||", value="0.16 MAD/piece"),
        "Sachets fond plat": fact(Kind.USUAL_UNIT, "", value="carton"),
    }

    page = boss.get(LIST).content.decode()

    for words, row in rows.items():
        assert f">{words}</a>" in page
        assert row.learned_from is not None
        assert reverse("admin:orders_order_change", args=[row.learned_from_id]) in page
    assert page.count("0.16 MAD / piece") == 1


def test_the_list_shows_what_is_not_used_and_why(boss: Client):
    one = fact(Kind.CUSTOMER_ALIAS, "momo")
    fact(Kind.CUSTOMER_ALIAS, "lahbib", is_active=False)
    fact(Kind.CUSTOMER_ALIAS, "rif", times_seen=0)
    assert "means several" not in boss.get(LIST).content.decode()

    LearnedFact.objects.create(
        kind=Kind.CUSTOMER_ALIAS,
        phrase="momo",
        customer=make.CustomerFactory.create(company="Snack Atlas"),
        learned_from=one.learned_from,
    )

    page = boss.get(LIST).content.decode()
    assert page.count("means several: not used") == 2
    assert (page.count("switched off"), page.count("contradicted since")) == (1, 1)


@pytest.mark.parametrize("is_active", [True, False])
def test_one_fact_is_switched_after_a_question(boss: Client, is_active: bool):  # noqa: FBT001 - a table
    row = fact(is_active=is_active)
    shown, hidden = ("off", "on") if is_active else ("on", "off")
    address = reverse(f"admin:orders_learnedfact_switch_{shown}", args=[row.pk])
    page = boss.get(f"{LIST}{row.pk}/change/").content.decode()
    assert (address in page, address.replace(shown, hidden) in page) == (True, False)

    boss.get(address)
    row.refresh_from_db()
    assert row.is_active is is_active
    boss.post(address, {"_form_submitted": "on"})

    row.refresh_from_db()
    assert row.is_active is not is_active


def switch_off(client: Client, rows: list[LearnedFact]) -> None:
    chosen = {"action": "switch_off_selected", "_selected_action": [row.pk for row in rows]}
    ids = ",".join(str(row.pk) for row in rows)
    client.post(LIST, {**chosen, "confirmed": "1", "ids": ids, "_form_submitted": "on"})


def test_many_facts_are_switched_at_once(boss: Client):
    rows = [fact(phrase=f"zif {number}") for number in range(3)]

    switch_off(boss, rows[:2])

    assert list(LearnedFact.objects.order_by("pk").values_list("is_active", flat=True)) == [
        False,
        False,
        True,
    ]


def test_who_may_only_look_cannot_switch():
    row = fact()
    looker = signed_in("view_learnedfact")
    address = reverse("admin:orders_learnedfact_switch_off", args=[row.pk])

    assert address not in looker.get(f"{LIST}{row.pk}/change/").content.decode()
    switch_off(looker, [row])
    assert looker.post(address, {"_form_submitted": "on"}).status_code == 403

    row.refresh_from_db()
    assert row.is_active
    looker.force_login(make.staff("nobody"))
    assert looker.get(LIST).status_code == 403


def test_the_page_lists_the_orders_that_taught_and_contradicted(boss: Client):
    row = fact()
    other: Order = make.OrderFactory.create()
    assert row.learned_from is not None
    Lesson.objects.create(fact=row, order=row.learned_from, agrees=True)
    Lesson.objects.create(fact=row, order=other, agrees=False)

    page = boss.get(f"{LIST}{row.pk}/change/").content.decode()

    assert f"{other.number}</a> contradicts</li>" in page
    assert f"{row.learned_from.number}</a> agrees</li>" in page
    assert "(&#x27;used&#x27;" not in page
    assert boss.get(f"{LIST}add/").status_code == 403
