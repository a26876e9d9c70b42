"""The page of figures: what it shows, to whom, and how it answers a wrong date."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from orders.tests import factories as make
from orders.tests.histories import decided_after, edited, hours, local, placed

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db

PAGE = "/admin/orders/figures/"


@pytest.fixture
def client(client: Client, time_machine: TimeMachineFixture) -> Client:
    time_machine.move_to(local(4, 20, 18), tick=False)
    client.force_login(make.staff("salma", "view_order"))
    client.cookies["django_language"] = "en"
    return client


def history(count: int = 1) -> None:
    for number in range(count):
        customer = make.CustomerFactory.create(company=f"Boulangerie {number}")
        order = decided_after(
            hours(2), at=local(4, 10 + number), customer=customer, total=Decimal(950)
        )
        make.OrderLineFactory.create(order=order)
        edited(order, {"delivery_date": [None, "2026-05-01"]})


def tables(page: str) -> list[list[list[str]]]:
    """The words of every table's cells."""
    return [
        [
            [
                re.sub(r"<[^>]+>", "", cell).strip()
                for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
            ]
            for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)
        ]
        for table in re.findall(r"<table.*?</table>", page, re.DOTALL)
    ]


def charts(page: str) -> dict[str, dict[str, object]]:
    found = re.findall(r'<script id="([\w-]+)-data" type="application/json">(.*?)</script>', page)
    return {name: json.loads(data) for name, data in found}


def test_the_page_shows_the_figures_and_the_same_numbers_in_tables(client: Client):
    history()
    placed(local(4, 12), status="rejected", channel="whatsapp")

    page = client.get(PAGE).content.decode()

    drawn = charts(page)
    assert list(drawn) == [
        "orders-received",
        "orders-amount-mad",
        "orders-channels",
        "orders-customers",
        "orders-products",
        "orders-touches",
    ]
    assert drawn["orders-amount-mad"]["series"] == [
        {
            "label": "MAD",
            "values": [0.0] * 19 + [950.0] + [0.0] * 10,
            "shape": "bar",
            "colours": ["#a2602f", "#d08c54"],
        }
    ]
    received, statuses = tables(page)[:2]
    assert received[0] == ["day", "Validated", "Pending", "Rejected"]
    assert [row for row in received[1:] if set(row[1:]) != {"0"}] == [
        ["10 Apr", "1", "0", "0"],
        ["12 Apr", "0", "0", "1"],
    ]
    assert len(received) == 31
    assert statuses[-1] == ["Together", "2", "0", "–"]
    assert "No rate yet: 198 more decisions about readings are needed (there are 2)." in page
    # Nothing that our Content-Security-Policy forbids.
    assert not re.findall(r"<script(?![^>]*(?:src=|application/json))", page.split("<main")[-1])


def test_only_who_may_see_orders_may_see_their_figures(client: Client):
    client.force_login(make.staff("ali", "view_customer"))

    assert client.get(PAGE).status_code == 403
    assert client.get(f"{PAGE}report.pdf").status_code == 403


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("period=custom&since=2026-02-30&until=2026-03-01", "since", "This is no date."),
        ("period=custom&since=2026-03-02&until=2026-03-01", "until", "The period ends before"),
        ("period=custom&since=2026-05-02&until=2026-05-03", "since", "The period begins in"),
        ("period=custom&since=2026-03-02", "until", "Choose a day."),
        ("period=yesterday", "period", "Select a valid choice."),
        ("channel=fax", "channel", "Select a valid choice."),
    ],
)
def test_a_wrong_choice_is_said_at_its_field(client: Client, query: str, field: str, sentence: str):
    answer = client.get(f"{PAGE}?{query}")

    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"].errors[field][0].startswith(sentence)
    assert "sections" not in answer.context
    assert client.get(f"{PAGE}report.pdf?{query}").status_code == 400


def test_days_and_channel_choose_what_is_counted(client: Client):
    history(2)
    placed(local(4, 11), channel="whatsapp")

    def orders(query: str) -> str:
        return str(client.get(f"{PAGE}?{query}").context["key_figures"][0].value)

    days = "period=custom&since=2026-04-11&until=2026-04-11"
    assert [orders(""), orders(days), orders(f"{days}&channel=whatsapp")] == ["3", "2", "1"]
    assert [orders("period=last_month"), orders("period=this_month")] == ["0", "3"]


@pytest.mark.parametrize(
    ("channel", "listed"),
    [
        ("", (7, 4, 5, 2, 3)),
        ("email", (2, 2, 2, 1, 2)),
        ("manual", (2, 1, 1, None, None)),
        ("import", (1, 1, None, None, None)),
    ],
)
def test_key_figures_lead_to_their_orders(
    client: Client, channel: str, listed: tuple[int | None, ...]
):
    decided_after(hours(2), at=local(4, 12), total=Decimal(950))
    placed(local(4, 12), status="validated", method="openai", total=Decimal(50))
    placed(local(4, 12), channel="", status="validated", method="manual", total=1)
    placed(local(4, 12), channel="", method="manual")
    placed(local(4, 12), channel="", status="validated", method="import", total=1)
    decided_after(hours(2), at=local(4, 12), channel="whatsapp", status="rejected", method="manual")
    placed(local(4, 12), channel="whatsapp")
    # Outside: placed or decided on other days.
    placed(local(4, 14), status="validated")
    placed(local(4, 10), status="validated", channel="api", decided_at=local(4, 12, 0, 0))

    days = "period=custom&since=2026-04-11&until=2026-04-12"
    page = client.get(f"{PAGE}?{days}&channel={channel}")
    links = [figure.link for figure in page.context["key_figures"]]

    found = [client.get(link).context["cl"].result_count if link else None for link in links]
    assert tuple(found) == listed


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
):
    history(count)

    # Session, user, two for the permissions, the sidebar's numbers, ten for the figures.
    with django_assert_num_queries(15):
        client.get(PAGE)


def test_figures_are_kept_for_a_minute_which_the_page_says(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    history()
    client.get(PAGE)
    placed(local(4, 12))

    # Session, user, two for the permissions; the sidebar's numbers are kept too.
    with django_assert_num_queries(4):
        page = client.get(PAGE)
    with django_assert_num_queries(4):
        client.get(f"{PAGE}report.pdf?period=30")

    assert page.context["key_figures"][0].value == "1"
    assert "Counted on 04/20/2026 6 p.m.; counted anew after a minute." in page.content.decode()


def test_the_page_as_a_pdf(client: Client):
    history()

    answer = client.get(f"{PAGE}report.pdf?period=90&channel=email")
    pages = PdfReader(BytesIO(answer.content)).pages

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        'attachment; filename="orders-2026-01-21-2026-04-20-email.pdf"'
    )
    assert "Boulangerie 0" in "".join(page.extract_text() for page in pages)


def test_home_draws_the_last_30_days_for_who_may_see_orders(client: Client):
    history(2)

    drawn = charts(client.get("/admin/").content.decode())
    client.force_login(make.staff("ali", "view_customer"))
    for_others = charts(client.get("/admin/").content.decode())

    assert list(drawn) == ["orders-received", "orders-amount-mad", "orders-channels"]
    assert (drawn["orders-channels"]["labels"], for_others) == (["E-mail"], {})
