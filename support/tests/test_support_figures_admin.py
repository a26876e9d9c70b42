"""The page of figures: what it shows, where its numbers lead, and its spreadsheets."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from django.db.models import F
from django.utils import timezone

from support.models import Category, Draft, ReplyTemplate, Ticket, TicketEvent
from support.tests import tickets as make

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db

PAGE = "/admin/support/figures/"
NOW = timezone.make_aware(dt.datetime(2026, 4, 20, 18, 0, 0))  # noqa: DTZ001 - made aware
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def omar(time_machine: TimeMachineFixture) -> User:
    time_machine.move_to(NOW, tick=False)
    return make.staff("omar", "view", "export")


@pytest.fixture
def client(client: Client, omar: User) -> Client:
    client.force_login(omar)
    client.cookies["django_language"] = "en"
    return client


def answered(omar: User, *, hours: float = 50, after: float = 2, **values: object) -> Ticket:
    """A ticket opened so long ago and answered so many hours later."""
    draft = make.ready(hours=hours)
    at = NOW - dt.timedelta(hours=hours - after)
    given = {"status": "sent", "decided_at": at, "decided_by": omar, "edited_share": 0.0, **values}
    Draft.objects.filter(pk=draft.pk).update(**given)
    Ticket.objects.filter(pk=draft.ticket_id).update(
        status="answered", outcome="replied", first_response_at=at, ended_at=at
    )
    return Ticket.objects.get(pk=draft.ticket_id)


def desk(omar: User) -> None:
    """Two open, one answered as it was, one after editing, one by itself, one merged."""
    make.ticket(hours=2)
    back = make.ticket(hours=30)
    Ticket.objects.filter(pk=back.pk).update(category=None)
    answered(omar)
    edited = answered(omar, edited_share=0.25, after=10)
    Ticket.objects.filter(pk=edited.pk).update(reopened=1, channel="whatsapp")
    answered(omar, was_automatic=True, decided_by=None, after=0.5)
    merged = make.ticket(hours=3)
    Ticket.objects.filter(pk=merged.pk).update(status="answered", outcome="merged", ended_at=NOW)


def charts(page: str) -> dict[str, dict[str, object]]:
    found = re.findall(r'<script id="([\w-]+)-data" type="application/json">(.*?)</script>', page)
    return {name: json.loads(data) for name, data in found}


def keys(client: Client, query: str = "") -> dict[str, str]:
    page = client.get(f"{PAGE}?{query}")
    return {figure.title: figure.value for figure in page.context["key_figures"]}


def rows_of(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig")), delimiter=";"))


def test_the_page_shows_the_few_numbers_first(client: Client, omar: User):
    desk(omar)

    assert keys(client) == {
        "Waiting now": "2",
        "Tickets opened": "5",
        "Answers sent": "3",
        "First answer after": "2 h 0 min",
        "Drafts sent": "100 %",
        "Words changed": "13 %",
        "Answered automatically": "33 %",
        "Came back": "33 %",
    }


def test_charts_are_drawn_from_data_and_no_script_stands_in_the_page(client: Client, omar: User):
    desk(omar)

    page = client.get(PAGE).content.decode()

    drawn = charts(page)
    assert list(drawn) == [
        "support-backlog",
        "support-flow",
        "support-first-response",
        "support-categories",
        "support-agents",
    ]
    assert drawn["support-backlog"]["labels"] == ["(not read yet)", "Retard de livraison"]
    assert not re.findall(r"<script(?![^>]*(?:src=|application/json))", page.split("<main")[-1])


def test_only_who_may_see_tickets_sees_their_figures(client: Client):
    client.force_login(make.staff("ali"))

    codes = [
        client.get(f"{PAGE}{name}").status_code
        for name in ("", "figures.csv", "figures.csv?what=tickets")
    ]
    assert codes == [403, 403, 403]


def test_tickets_go_out_only_by_who_may_export_them(client: Client):
    client.force_login(make.staff("ali", "view"))

    assert "what=tickets" not in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}figures.csv?what=tickets").status_code == 403
    assert client.get(f"{PAGE}figures.csv").status_code == 200


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("period=custom&since=2026-02-30&until=2026-03-01", "since", "This is no date."),
        ("period=custom&since=2026-03-02&until=2026-03-01", "until", "The period ends before"),
        ("period=custom&since=2026-03-02", "until", "Choose a day."),
        ("period=yesterday", "period", "Select a valid choice."),
        ("channel=fax", "channel", "Select a valid choice."),
        ("category=999999", "category", "Select a valid choice."),
        ("category=x", "category", "Select a valid choice."),
    ],
)
def test_a_wrong_choice_is_said_at_its_field(client: Client, query: str, field: str, sentence: str):
    answer = client.get(f"{PAGE}?{query}")

    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"].errors[field][0].startswith(sentence)
    assert "sections" not in answer.context
    assert client.get(f"{PAGE}figures.csv?{query}").status_code == 400
    assert client.get(f"{PAGE}figures.csv?what=tickets&{query}").status_code == 400


def test_period_channel_and_category_choose_what_is_counted(client: Client, omar: User):
    desk(omar)
    other = Category.objects.get(name="Remboursement")
    late = make.category()

    def opened(query: str) -> str:
        return keys(client, query)["Tickets opened"]

    days = "period=custom&since=2026-04-20&until=2026-04-20"
    assert [opened(""), opened(days), opened("channel=whatsapp")] == ["5", "1", "1"]
    assert [opened(f"category={late.pk}"), opened(f"category={other.pk}")] == ["4", "0"]
    assert opened("period=last_month") == "0"


def listed(client: Client, link: str) -> int:
    return int(client.get(link).context["cl"].result_count)


@pytest.mark.parametrize("query", ["", "channel=email", "category={late}"])
def test_numbers_lead_to_the_tickets_they_count(client: Client, omar: User, query: str):
    desk(omar)
    query = query.format(late=make.category().pk)

    page = client.get(f"{PAGE}?{query}")

    figures = {figure.title: figure for figure in page.context["key_figures"]}
    for title in ("Waiting now", "Tickets opened"):
        assert str(listed(client, figures[title].link)) == figures[title].value
    summary = {section.name: section for section in page.context["sections"]}
    for name, column in (("backlog", -1), ("categories", 1)):
        for row in summary[name].tables[0].rows:
            found = re.search(r'href="([^"]+)"', row[0])
            if found:
                assert str(listed(client, found[1].replace("&amp;", "&"))) == row[column]
    cells = [cell for row in summary["backlog"].tables[0].rows for cell in row[1:-1]]
    linked = [
        re.fullmatch(r'<a class="underline" href="([^"]+)">(\d+)</a>', cell) for cell in cells
    ]
    assert any(linked)
    for found in filter(None, linked):
        assert str(listed(client, found[1].replace("&amp;", "&"))) == found[2]


def test_weeks_before_the_first_ticket_are_left_out(client: Client, omar: User):
    desk(omar)

    page = client.get(f"{PAGE}?period=365")

    weeks = next(one for one in page.context["sections"] if one.name == "weeks")
    assert len(weeks.tables[0].rows) < 3


def test_templates_that_are_called_alike_stand_with_their_category(client: Client, omar: User):
    desk(omar)
    for name in ("Retard de livraison", "Remboursement"):
        of = make.category(name)
        template = ReplyTemplate.objects.create(category=of, name="Reply", body="Bonjour")
        sent = Draft.objects.filter(status="sent", was_automatic=False, template=None).first()
        assert sent is not None
        sent.template = template
        sent.save()

    page = client.get(PAGE)

    edits = next(one for one in page.context["sections"] if one.name == "edits")
    assert sorted(row[0] for row in edits.tables[-1].rows) == [
        "Remboursement · Reply",
        "Retard de livraison · Reply",
    ]


def test_what_came_back_is_listed(client: Client, omar: User):
    desk(omar)

    page = client.get(PAGE)

    link = next(one.link for one in page.context["key_figures"] if one.title == "Came back")
    assert listed(client, link) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    client: Client, omar: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for _number in range(count):
        desk(omar)

    # Session, user, two for permissions, the sidebar's numbers, the form's categories,
    # sixteen for the figures.
    with django_assert_num_queries(22):
        client.get(PAGE)
    # Figures and numbers are kept for a while.
    with django_assert_num_queries(5):
        client.get(PAGE)


# --- spreadsheets ---


def test_the_tables_as_a_spreadsheet(client: Client, omar: User):
    desk(omar)

    answer = client.get(f"{PAGE}figures.csv?period=30")
    rows = rows_of(answer.getvalue())

    assert answer["Content-Disposition"] == (
        'attachment; filename="support-figures-2026-03-22-2026-04-20.csv"'
    )
    assert rows[0] == ["Support figures", "Last 30 days"]
    assert ["Opened", "5", "0", "–"] in rows
    assert ["Retard de livraison", "1", "0", "0", "0", "0", "1"] in rows
    assert not any("<a" in cell for row in rows for cell in row)


def test_a_spreadsheet_holds_names_as_they_are_and_no_formula(client: Client, omar: User):
    desk(omar)
    Category.objects.filter(pk=make.category().pk).update(name="=1+1 <B2B> & retards")
    omar.first_name, omar.last_name = "@SUM(A1)", "<Omar>"
    omar.save()

    answer = client.get(f"{PAGE}figures.csv")

    cells = {cell for row in rows_of(b"".join(answer)) for cell in row}
    assert {"'=1+1 <B2B> & retards", "'@SUM(A1) <Omar>"} <= cells
    assert not [cell for cell in cells if cell.startswith(("=", "@"))]


def test_each_ticket_as_a_row(client: Client, omar: User):
    template = ReplyTemplate.objects.create(category=make.category(), name="=1+1", body="x")
    ticket = answered(omar, edited_share=0.25, template=template)
    # As clocks are: nobody wants to read the microseconds.
    Ticket.objects.update(opened_at=F("opened_at") + dt.timedelta(microseconds=123456))
    TicketEvent.objects.create(ticket=ticket, kind="bounced")
    make.ticket(hours=24 * 60)

    answer = client.get(f"{PAGE}figures.csv?what=tickets")
    heading, *rows = rows_of(answer.getvalue())

    assert answer.streaming
    assert heading[0] == "ticket"
    assert [dict(zip(heading, row, strict=True)) for row in rows] == [
        {
            "ticket": f"T-{ticket.pk}",
            "opened": "2026-04-18 16:00:00",
            "channel": "e-mail",
            "category": "Retard de livraison",
            "proposed category": "",
            "categorised by": "local classifier",
            "language": "fr",
            "status": "answered",
            "outcome": "replied",
            "first response": "2026-04-18 18:00:00",
            "minutes to the first response": "120.0",
            "answered": "2026-04-18 18:00:00",
            "minutes to the end": "120.0",
            "answered by": "omar",
            "sent automatically": "no",
            "changed by": "0.25",
            # No spreadsheet runs it.
            "template": "'=1+1",
            "reopened": "0",
            "not delivered": "yes",
        }
    ]


def test_home_draws_the_backlog_and_the_first_answers(client: Client, omar: User):
    desk(omar)

    drawn = charts(client.get("/admin/").content.decode())
    client.force_login(make.staff("ali"))
    for_others = charts(client.get("/admin/").content.decode())

    assert list(drawn) == ["support-backlog", "support-first-response"]
    assert for_others == {}


def test_statistics_for_programs_have_the_desks_part(client: Client, omar: User):
    desk(omar)

    given = client.get("/api/stats").json()["support"]

    assert (given["total"], given["open"], given["replies"]["automatic"]) == (5, 2, 1)
