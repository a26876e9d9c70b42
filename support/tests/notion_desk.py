"""A Notion of our own with both bases, and what tests do there and here."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import time_machine
from django.db import transaction
from django.utils import timezone, translation

from backoffice.testing.notion import NotionServer, notion_server
from support.models import NotionBase, NotionPage, Ticket
from support.notion import bases, marks, pulling, pushing, tasks
from support.tests import tickets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

START = dt.datetime(2026, 11, 20, 9, 0, 10, tzinfo=dt.UTC)


@dataclass
class Desk:
    """``server`` is Notion; ``clock`` is everybody's."""

    server: NotionServer
    contacts: str
    replies: str
    clock: time_machine.Traveller

    def later(self, *, minutes: float = 5) -> None:
        self.clock.shift(dt.timedelta(minutes=minutes))

    def ticket(self, **fields: Any) -> Ticket:
        """A ticket that has just come in, told to Notion as everybody tells it."""
        ticket = tickets.ticket(**{"order_number": "10402", **fields})
        self.touch(ticket)
        return ticket

    def touch(self, ticket: Ticket) -> None:
        with transaction.atomic():
            marks.touch(Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk))

    def push(self) -> int:
        """The worker's minute has come."""
        self.later(minutes=1)
        return pushing.push()

    def pull(self, base: NotionBase = NotionBase.CONTACTS) -> pulling.Run:
        run = pulling.pull(base)
        assert run is not None
        return run

    def pull_all(self) -> None:
        for base in NotionBase:
            tasks.pull_base(str(base))

    def compare(self, base: NotionBase = NotionBase.CONTACTS) -> pulling.Run:
        run = pulling.compare(base)
        assert run is not None
        return run

    def written(self, **fields: Any) -> tuple[Ticket, str]:
        """A ticket in step with its page; both."""
        ticket = self.ticket(**fields)
        self.push()
        self.later()
        return ticket, self.page_of(ticket).page_id

    def page_of(self, ticket: Ticket) -> NotionPage:
        return NotionPage.objects.get(ticket=ticket)

    def writes(self) -> list[tuple[str, str]]:
        """The requests that wanted to change something, in order."""
        return [
            (one.method, one.path.split("/")[2])
            for one in self.server.requests
            if one.method in ("POST", "PATCH") and not one.path.endswith("/query")
        ]

    def bodies(self, method: str) -> list[dict[str, Any]]:
        return [one.json()["properties"] for one in self.server.requests_to("/v1/pages*", method)]


@contextmanager
def notion_desk(settings: Settings) -> Iterator[Desk]:
    settings.LANGUAGE_CODE = "en"
    with (
        notion_server(settings) as server,
        time_machine.travel(START, tick=False) as clock,
        translation.override("en"),
    ):
        contacts = server.add_database("Contacts clients", fixture="data_source_contacts")
        replies = server.add_database("Réponses support", fixture="data_source_reponses")
        settings.NOTION_CONTACTS_BASE = server.database_of(contacts)
        settings.NOTION_REPLIES_BASE = server.database_of(replies)
        bases.forget()
        server.now = timezone.now
        yield Desk(server, contacts, replies, clock)
        bases.forget()
