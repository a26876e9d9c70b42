"""The page about Notion in the admin, and its part of /health."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django_q.models import OrmQ

from backoffice.core import health
from support.models import NotionPage, NotionSource, NotionSync, ReplyTemplate
from support.notion import state, tasks
from support.tests import tickets
from support.tests.notion_desk import Desk, notion_desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db

PAGE = "/admin/support/notion/"


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with notion_desk(settings) as desk:
        yield desk


def _client(*codenames: str) -> Client:
    user = User.objects.create_user("omar", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def manager() -> Client:
    return _client("view_notionpage", "change_notionpage")


def _tasks() -> list[str]:
    return sorted(one.task["func"].rpartition(".")[2] for one in OrmQ.objects.all())


def _told(client: Client, button: str, value: object = "") -> list[str]:
    response = client.post(PAGE, {button: value}, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    return [str(one) for one in response.context["messages"]]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_notion_nothing(
    desk: Desk, manager: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _time in range(rows):
        ticket = tickets.ticket()
        NotionPage.objects.create(base="contacts", ticket=ticket, status="failed", error="Voilà.")
        NotionSync.objects.create(base="contacts", updated=1)
    manager.get(PAGE)

    with django_assert_num_queries(8):
        page = manager.get(PAGE).content.decode()

    assert desk.server.requests == []
    assert page.count("Write again") == rows
    assert "Synchronise now" in page


def test_without_notion_the_page_says_how_to_begin(
    desk: Desk, manager: Client, settings: Settings
) -> None:
    settings.NOTION_TOKEN = settings.NOTION_CONTACTS_BASE = settings.NOTION_REPLIES_BASE = ""

    page = manager.get(PAGE).content.decode()

    assert "Notion is not set up, and nothing needs it." in page
    assert "Synchronise now" not in page
    assert _told(manager, "synchronise") == [
        "Notion is not set up: NOTION_TOKEN, NOTION_REPLIES_BASE, NOTION_CONTACTS_BASE is empty."
    ]
    assert _tasks() == []


def test_check_is_done_by_the_worker_and_shown(desk: Desk, manager: Client) -> None:
    assert _told(manager, "check") == ["Both bases are being looked at."]
    assert _told(manager, "check") == ["A check is under way already."]
    assert _tasks() == ["check"]
    assert "Being checked…" in manager.get(PAGE).content.decode()

    desk.clock.shift(1)
    tasks.check()

    page = manager.get(f"{PAGE}state/", headers={"HX-Request": "true"}).content.decode()
    assert "in order; it holds the rows of “Contacts clients”" in page
    assert "Being checked…" not in page


def test_synchronise_now_is_done_by_the_worker(desk: Desk, manager: Client) -> None:
    ticket = desk.ticket()

    assert _told(manager, "synchronise") == [
        "Both bases are being read, and what waits is written."
    ]

    assert _tasks() == ["pull", "push"]
    tasks.push()
    assert desk.page_of(ticket).status == NotionPage.Status.IN_STEP


def test_a_failed_page_is_written_again(desk: Desk, manager: Client) -> None:
    ticket = desk.ticket()
    page = desk.page_of(ticket)
    NotionPage.objects.filter(pk=page.pk).update(status="failed", error="x", attempts=8)

    assert _told(manager, "write", page.pk) == ["The page is being written."]
    tasks.push()

    assert desk.page_of(ticket).status == NotionPage.Status.IN_STEP
    assert _told(manager, "write", page.pk) == ["The page is in step, or is being written already."]
    assert _told(manager, "write", 9999) == ["This Notion page is not known any more."]


def test_templates_are_offered(desk: Desk, manager: Client) -> None:
    ReplyTemplate.objects.all().delete()
    ReplyTemplate.objects.create(category=tickets.category(), name="Relance", body="x")

    assert _told(manager, "offer") == ["1 template is being written to Notion."]


@pytest.mark.parametrize("what", ["check", "synchronise", "offer", "write"])
def test_who_may_only_look_changes_nothing(desk: Desk, what: str) -> None:
    client = _client("view_notionpage")

    assert client.post(PAGE, {what: "1"}).status_code == 403
    page = client.get(PAGE).content.decode()
    assert "Synchronise now" not in page
    assert NotionSource.objects.count() == 0


def test_nothing_is_done_by_a_link(desk: Desk, manager: Client) -> None:
    assert manager.get(PAGE, {"synchronise": ""}).status_code == 200
    assert manager.get(f"{PAGE}state/").status_code == 200
    assert _tasks() == []


def test_health_tells_whether_the_last_look_failed(desk: Desk, settings: Settings) -> None:
    assert state.health_report() == health.Report(components={"notion": True})
    NotionSync.objects.create(base="contacts", problem="Notion is overloaded.")
    assert state.health_report() == health.Report(components={"notion": False})
    desk.pull()
    assert state.health_report() == health.Report(components={"notion": True})
    settings.NOTION_TOKEN = ""
    assert state.health_report() == health.Report()
