"""Deciding about many tickets at once: only what the list showed is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from backoffice.messaging.models import OutboundMessage
from support import workflow
from support.drafting import requests
from support.models import Ticket
from support.tests import tickets as make

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

LIST = "/admin/support/ticket/"


@pytest.fixture(autouse=True)
def _english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def omar() -> User:
    return make.agent()


@pytest.fixture
def client(omar: User) -> Client:
    client = Client()
    client.force_login(omar)
    return client


class List:
    """The list as a person opened it: what is posted is what it showed."""

    def __init__(self, client: Client, query: str = "") -> None:
        self.client = client
        self.address = LIST + query
        html = client.get(self.address).content.decode()
        self.shown = re.findall(r'name="shown" value="([^"]+)"', html)
        self.rows = re.findall(r'name="_selected_action" value="(\d+)"', html)

    def choose(self, action: str, *tickets: Ticket) -> dict[str, str]:
        """Press the action for the tickets; the fields of the page that asks."""
        chosen = [str(ticket.pk) for ticket in tickets]
        form = {"action": action, "_selected_action": chosen, "shown": self.shown}
        answer = self.client.post(self.address, form)
        assert answer.status_code == 200
        html = answer.content.decode()
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))

    def confirm(self, asked: dict[str, str], **typed: Any) -> list[str]:
        """Confirm it; what the person is told then."""
        answer = self.client.post(self.address, {**asked, "_form_submitted": "on", **typed})
        assert answer.status_code == 302
        return [str(one) for one in self.client.get(LIST).context["messages"]]


def plain(told: list[str]) -> list[str]:
    return [re.sub(r"<[^>]+>", "", one) for one in told]


def test_finished_drafts_are_sent_once_it_is_confirmed(client: Client):
    drafts = [make.ready(hours=3), make.ready(hours=1)]
    queue = List(client)
    asked = queue.choose("approve_selected", *(draft.ticket for draft in drafts))
    assert OutboundMessage.objects.count() == 0
    assert plain(queue.confirm(asked)) == ["2 replies sent."]
    assert [draft.ticket.drafts.get().status for draft in drafts] == ["sent", "sent"]


def test_each_ticket_that_is_left_is_named_with_its_reason(client: Client):
    good = make.ready(hours=9)
    gap = make.ready(hours=7, body="Le {delivery_date}.")
    empty = make.ticket(hours=5)
    queue = List(client)
    asked = queue.choose("approve_selected", good.ticket, gap.ticket, empty)
    skipped = (
        f"2 rows skipped: {gap.ticket.number}: Fill in what is still missing in the text:"
        f" {{delivery_date}}. {empty.number}: The list showed no finished draft: open the ticket."
    )
    assert plain(queue.confirm(asked)) == ["1 reply sent.", skipped]


def test_a_draft_that_changed_after_the_list_was_opened_is_left(client: Client):
    """The customer wrote, and the new draft is ready: but nobody has seen either."""
    draft = make.ready()
    queue = List(client)
    make.written(draft.ticket, words="Finalement non.")
    requests.make_stale(draft.ticket)
    make.draft(draft.ticket, "Très bien.")
    told = plain(queue.confirm(queue.choose("approve_selected", draft.ticket)))
    assert len(told) == 1
    assert "The customer wrote again at " in told[0]
    assert OutboundMessage.objects.count() == 0


def test_what_changes_while_the_page_asks_is_left_too(client: Client):
    draft = make.ready()
    queue = List(client)
    asked = queue.choose("approve_selected", draft.ticket)
    workflow.regenerate(draft.ticket_id, by=make.agent("leila"))
    told = plain(queue.confirm(asked))
    assert "Leïla Berrada had another draft written at " in told[0]
    assert OutboundMessage.objects.count() == 0


def test_a_draft_of_another_ticket_is_not_sent_in_its_place(client: Client):
    """The pair is taken apart by ticket: a forged one names no draft of its own."""
    chosen, other = make.ready(hours=3), make.ready(hours=1)
    queue = List(client)
    queue.shown = [f"{chosen.ticket_id}:{other.pk}"]
    told = plain(queue.confirm(queue.choose("approve_selected", chosen.ticket)))
    assert told[0].endswith("The list showed no finished draft: open the ticket.")
    assert OutboundMessage.objects.count() == 0


def test_many_are_assigned(client: Client, omar: User):
    tickets = [make.ticket(), make.ticket()]
    queue = List(client)
    told = queue.confirm(queue.choose("assign_selected", *tickets), assignee=omar.pk)
    assert told == ["2 tickets assigned."]
    assert set(Ticket.objects.values_list("assignee", flat=True)) == {omar.pk}


def test_many_are_sorted(client: Client):
    tickets = [make.ticket(), make.ticket()]
    other = make.category("Remboursement")
    queue = List(client)
    told = queue.confirm(queue.choose("categorise_selected", *tickets), category=other.pk)
    assert told == ["2 tickets sorted."]
    assert set(Ticket.objects.values_list("category", flat=True)) == {other.pk}


def test_many_are_closed_but_for_those_that_were(client: Client, omar: User):
    tickets = [make.ticket(), make.ticket()]
    queue = List(client)
    asked = queue.choose("close_selected", *tickets)
    workflow.close(tickets[0].pk, by=omar)
    told = plain(queue.confirm(asked, reason="Publicité"))
    assert told[0] == "1 ticket closed."
    number = tickets[0].number
    wanted = f"1 row skipped: {number}: {number} was already closed by Omar Idrissi"
    assert told[1].startswith(wanted)


@pytest.mark.parametrize(
    ("action", "verb"),
    [
        ("approve_selected", "reply"),
        ("assign_selected", "assign"),
        ("categorise_selected", "categorise"),
        ("close_selected", "close"),
    ],
)
def test_each_action_is_offered_only_to_who_may(client: Client, action: str, verb: str):
    make.ready()
    others = [one for one in make.DECISIONS if one != verb]
    client.force_login(make.staff("nora", *others))
    offered = client.get(LIST).content.decode()
    assert f'<option value="{action}"' not in offered
    client.force_login(make.staff("amine", "view", verb))
    assert f'<option value="{action}"' in client.get(LIST).content.decode()
