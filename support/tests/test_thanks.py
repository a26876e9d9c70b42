"""An answer that only says thanks opens nothing again; one that says anything else does."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from backoffice.messaging import moving
from backoffice.messaging.models import InboundMessage
from support import workflow
from support.incoming import intake, thanks
from support.models import Draft
from support.tests import tickets as make
from support.tests.intake_mail import answered, arrive, asks, use_addresses, worked, written

if TYPE_CHECKING:
    from pytest_django import Settings

    from support.models import Ticket

LINES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "thanks.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(autouse=True)
def _ours(settings: Settings) -> None:
    use_addresses(settings)


def settled(text: str = "Elle arrive demain.") -> Ticket:
    """A ticket of a mail that a person answered."""
    _message, ticket = asks()
    draft = ticket.drafts.get()
    answered(ticket, text)
    Draft.objects.filter(pk=draft.pk).update(sent_body=text)
    return ticket


def answers(text: str, ticket: Ticket, **headers: str) -> InboundMessage:
    reply = intake.ticket_of(ticket.thread.first().message)  # type: ignore[union-attr]
    assert reply == ticket
    first = ticket.thread.first().message.external_id  # type: ignore[union-attr]
    return arrive(written(text, In_Reply_To=first, Subject="Re: Ma commande", **headers))


def test_there_are_enough_lines():
    found = [line["thanks"] for line in LINES]
    assert (found.count(True) >= 40, found.count(False) >= 60) == (True, True)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["text"][:40])
def test_only_pure_thanks_are_thanks(line: dict[str, object]):
    said = thanks.says_only_thanks(str(line["text"]), names=["Salma Tazi"])
    assert said is line["thanks"]


@pytest.mark.parametrize("text", ["merci bien a vous " * 6 + "x", "merci " * 20_000, "ok " * 25])
def test_a_text_made_to_be_slow_is_not(text: str):
    began = time.process_time()
    thanks.says_only_thanks(text)
    assert time.process_time() - began < 1


@pytest.mark.django_db
def test_thanks_stay_in_the_thread_and_open_nothing():
    ticket = settled()
    before = (ticket.status, ticket.revision, ticket.ended_at, ticket.last_message_at)

    message = answers("Merci beaucoup, bonne journée !\nSalma", ticket)
    worked_again = worked(_unread(message))

    ticket.refresh_from_db()
    assert (ticket.status, ticket.revision, ticket.ended_at, ticket.last_message_at) == before
    assert (message.status, worked_again.status) == ("done", "done")
    kept = ticket.thread.get(kind="thanks")
    assert (kept.message, kept.quiet_reason) == (message, "")
    assert kept.text.startswith("Merci beaucoup")
    assert [event.kind for event in ticket.events.all()] == ["opened", "note"]
    assert not ticket.drafts.filter(status="waiting").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("Elle arrive demain.", "Merci, mais elle est cassée"),
        ("Elle arrive demain.", "Merci beaucoup\n\nCordialement,\nSalma\n\nPS : elle est cassée"),
        ("Elle arrive demain.", "Merci\n\n--\nSalma Tazi\nappelez-moi au 06 61 00 00 00"),
        ("Souhaitez-vous un remboursement ?", "Ok merci"),
    ],
)
def test_what_may_ask_for_something_opens_the_ticket(reply: str, text: str):
    ticket = settled(reply)

    answers(text, ticket)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.revision, ticket.reopened) == ("in_progress", 2, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "Merci beaucoup",
        "Merci !\n\n--\nSalma Tazi\nTél. : 06 61 00 00 00\nsalma.tazi@client.example",
        "Merci bien.\n\nCordialement,\nSalma\n\n> Bonjour, elle arrive demain.\n> Maison Olivette",
    ],
)
def test_a_signature_and_what_is_quoted_say_nothing_else(text: str):
    ticket = settled()

    answers(text, ticket)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.revision) == ("answered", 1)


@pytest.mark.django_db
def test_thanks_with_a_file_are_looked_at():
    ticket = settled()
    message = answers("Merci beaucoup", ticket)
    message.attachments.create(position=0, filename="facture.pdf", problem="No key.")
    worked(_unread(message))

    ticket.refresh_from_db()
    assert (ticket.status, ticket.revision) == ("in_progress", 2)


@pytest.mark.django_db
def test_thanks_in_an_open_ticket_are_read_before_anything_is_sent():
    _message, ticket = asks()
    answers("Merci beaucoup", ticket)

    ticket.refresh_from_db()
    assert (ticket.revision, ticket.thread.filter(kind="message").count()) == (2, 2)


@pytest.mark.django_db
def test_thanks_to_a_ticket_that_was_closed_unanswered_open_it():
    _message, ticket = asks()
    workflow.close(ticket.pk, by=make.agent())

    answers("Merci beaucoup", ticket)

    ticket.refresh_from_db()
    assert ticket.status == "in_progress"


@pytest.mark.django_db
def test_thanks_that_say_more_when_read_again_open_the_ticket():
    ticket = settled()
    message = answers("Merci beaucoup", ticket)
    raw = bytes(InboundMessage.objects.get(pk=message.pk).raw)
    InboundMessage.objects.filter(pk=message.pk).update(
        raw=raw.replace(b"Merci beaucoup", b"Merci, quand arrive-t-elle ?"), body=""
    )
    worked(_unread(message))

    ticket.refresh_from_db()
    assert (ticket.status, ticket.revision) == ("in_progress", 2)
    assert list(ticket.thread.values_list("kind", flat=True)) == ["message", "message"]


@pytest.mark.django_db
def test_thanks_may_be_moved_and_leave_their_ticket_as_it_is():
    ticket = settled()
    message = answers("Merci beaucoup", ticket)
    omar = make.agent()
    omar.is_superuser = True
    omar.save()

    moving.move(message.pk, "orders", by=omar)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.revision, ticket.thread.count()) == ("answered", 1, 1)


def _unread(message: InboundMessage) -> InboundMessage:
    InboundMessage.objects.filter(pk=message.pk).update(status="received", attempts=0)
    return message
