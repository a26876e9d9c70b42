from __future__ import annotations

import json
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.db import connections
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.messaging import desks, kinds, moving, reading, tasks
from backoffice.messaging.models import InboundMessage, MailboxRun
from backoffice.testing.documents import mail
from crm import customers
from support.incoming import floods, intake, writers
from support.models import Draft, Ticket, TicketMessage
from support.tests.intake_mail import (
    SALMA,
    SUPPORT,
    answered,
    arrive,
    asks,
    use_addresses,
    worked,
    written,
)

if TYPE_CHECKING:
    from pytest_django import Settings

    from backoffice.messaging.content import MessageContent

pytestmark = pytest.mark.django_db
PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000190000001900802000000")


@pytest.fixture(autouse=True)
def _ours(settings: Settings) -> None:
    use_addresses(settings)


@pytest.fixture
def omar() -> User:
    user = User.objects.create_user("omar", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="process_inboundmessage"))
    return user


def test_a_mail_becomes_a_ticket_with_a_draft_asked_for():
    salma = customers.register(name="Salma Tazi", email=SALMA)

    message, ticket = asks("Bonjour,\n\nOù est ma commande 4587 ?\n\n> cité\n")

    assert (message.status, message.kind, message.reason) == (
        "done",
        intake.KIND,
        f"Ticket {ticket.number}.",
    )
    assert kinds.label(intake.KIND) != intake.KIND
    assert (ticket.status, ticket.revision, ticket.customer) == ("new", 1, salma)
    assert (ticket.email, ticket.name, ticket.subject) == (SALMA, "Salma Tazi", "Ma commande")
    assert (ticket.opened_at, ticket.last_message_at) == (message.sent_at, message.sent_at)
    assert ticket.thread.get().text == "Bonjour,\n\nOù est ma commande 4587 ?"
    assert [(draft.status, draft.revision) for draft in ticket.drafts.all()] == [("waiting", 1)]


def test_a_message_that_is_read_twice_does_its_effect_once():
    message, ticket = asks()

    for _time in range(2):
        InboundMessage.objects.filter(pk=message.pk).update(status="received", attempts=0)
        worked(message)

    ticket.refresh_from_db()
    assert (Ticket.objects.count(), TicketMessage.objects.count()) == (1, 1)
    assert (ticket.revision, Draft.objects.count(), ticket.events.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_one_message_in_two_workers_is_one_ticket():
    message, _created = intake.submit(text="Bonjour", email=SALMA, source="api")
    content = _content(message)
    barrier = Barrier(2)

    def work() -> None:
        barrier.wait()
        intake.put(message, content, writers.of(message, content))
        connections.close_all()

    both = [Thread(target=work) for _number in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert (Ticket.objects.count(), Ticket.objects.get().revision) == (1, 1)


def test_words_read_anew_are_answered_anew_unless_they_were_answered(omar: User):
    message, ticket = asks()
    TicketMessage.objects.update(text="illisible")

    moving.process_again(message.pk, by=omar)
    worked(message)

    assert ticket.thread.get().text == "Où est ma commande ?"
    assert sorted(draft.status for draft in ticket.drafts.all()) == ["stale", "waiting"]
    ticket.refresh_from_db()
    assert ticket.revision == 1

    answered(ticket)
    TicketMessage.objects.update(text="illisible")
    moving.process_again(message.pk, by=omar)
    worked(message)
    assert ticket.drafts.filter(status="waiting").count() == 0


def test_a_photograph_nobody_could_read_is_a_ticket_all_the_same():
    raw = mail("", headers={"From": SALMA, "To": SUPPORT, "Subject": ""}, files=[("p.jpg", PIXEL)])

    message = arrive(raw)

    ticket = intake.ticket_of(message)
    assert ticket is not None, message.reason
    assert "p.jpg" in ticket.attention
    assert ticket.thread.get().quiet_reason == ticket.attention


def test_a_mail_of_nothing_waits_for_a_person():
    message = arrive(mail("", headers={"From": SALMA, "To": SUPPORT, "Subject": ""}))

    assert (message.status, Ticket.objects.count()) == ("needs_attention", 0)


def test_what_a_colleague_forwards_is_the_customers_own(settings: Settings):
    settings.COMPANY_EMAIL_DOMAINS = ["olivette.example"]
    text = (
        "---------- Forwarded message ---------\nDe : Nadia <nadia@client.example>\n"
        "Date: lun. 16 nov. 2026 à 10:00\nSubject: Colis\nTo: <omar@olivette.example>\n\n"
        "Mon colis est ouvert, que faire ?"
    )

    _message, ticket = asks(text, From="Omar <omar@olivette.example>", Subject="Fwd: Colis")

    assert (ticket.email, ticket.thread.get().text) == (
        "nadia@client.example",
        "Mon colis est ouvert, que faire ?",
    )


def test_what_a_customer_forwards_is_answered_to_the_customer():
    text = (
        "---------- Forwarded message ---------\nDe : GLX <suivi@glx.example>\n"
        "Date: lun. 16 nov. 2026 à 10:00\nSubject: Retard\nTo: <salma@client.example>\n\n"
        "Votre colis est retardé."
    )

    _message, ticket = asks(text, Subject="Fwd: Retard")

    assert ticket.email == SALMA


def test_a_form_of_many_people_tells_staff_where_answers_are_wanted():
    message, ticket = asks(From="wordpress@boutique.example", Reply_To="amal@client.example")

    assert ticket.email == "wordpress@boutique.example"
    assert "amal@client.example" in message.ticket_message.quiet_reason


# --- what comes by no mailbox ---


def test_a_submitted_message_keeps_what_its_form_said():
    message, created = intake.submit(
        text=" Où est-elle ? ",
        email=" Salma.Tazi@Client.example ",
        name="Salma  Tazi",
        phone="06 12 34 56 78",
        subject="Colis",
        order_number="CMD-77",
        external_id="41",
        source="api",
    )
    worked(message)

    ticket = intake.ticket_of(message)
    assert ticket is not None
    assert (created, message.external_id, message.channel) == (True, "api:41", "api")
    assert (ticket.order_number, ticket.subject, ticket.email) == ("CMD-77", "Colis", SALMA)
    assert (ticket.phone, ticket.name) == ("+212612345678", "Salma Tazi")
    assert json.loads(bytes(message.raw))["order_number"] == "CMD-77"


def test_a_message_known_by_its_id_is_taken_once():
    one, created = intake.submit(text="un", email=SALMA, external_id="7", source="import")
    same, again = intake.submit(text="deux", email=SALMA, external_id="7", source="import")
    other, other_created = intake.submit(text="un", email=SALMA, external_id="7", source="api")
    nameless, _new = intake.submit(text="un", email=SALMA, source="api")

    assert (created, again, other_created) == (True, False, True)
    assert same == one
    assert len({one.pk, other.pk, nameless.pk}) == 3


def test_what_forms_say_of_a_number_opens_nobody_elses_door():
    victim = customers.register(name="Victime", phone="+212612345678")

    message, _created = intake.submit(
        text="ma dernière commande ?", email="x@evil.example", phone="0612345678", source="api"
    )

    ticket = intake.ticket_of(worked(message))
    assert ticket is not None
    assert ticket.customer is None
    assert victim.tickets.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "  "),
        ("text", "a" * 20_001),
        ("email", "salma"),
        ("email", f"{'a' * 250}@client.example"),
        ("email", SUPPORT),
        ("phone", "12"),
        ("subject", "s" * 501),
        ("order_number", "1" * 41),
        ("external_id", "1" * 201),
        ("source", "L'API"),
    ],
)
def test_what_is_wrong_is_named(field: str, value: str):
    given = {"text": "Bonjour", "email": SALMA, "source": "api"} | {field: value}

    with pytest.raises(DomainError) as caught:
        intake.submit(**given)  # type: ignore[arg-type]

    assert caught.value.field == field
    assert InboundMessage.objects.count() == 0


def test_somebody_must_be_known_to_answer_to():
    with pytest.raises(DomainError) as caught:
        intake.submit(text="Bonjour", source="api")

    assert caught.value.field == "email"


# --- moving to another desk ---


def test_a_message_that_moves_takes_its_ticket_along(omar: User):
    message, _ticket = asks()

    moving.move(message.pk, "listings" if _has_listings() else "orders", by=omar)

    assert (Ticket.objects.count(), Draft.objects.count()) == (0, 0)


def test_a_ticket_somebody_worked_on_is_closed_instead(omar: User):
    message, ticket = asks()
    ticket.events.create(kind="note", actor=omar, note="Rappeler demain.")

    moving.move(message.pk, "orders", by=omar)

    ticket.refresh_from_db()
    assert (ticket.outcome, ticket.thread.count()) == ("closed", 0)
    assert [event.kind for event in ticket.events.all()] == ["opened", "note", "closed"]
    assert ticket.drafts.filter(status__in=Draft.OPEN).count() == 0


def test_of_several_messages_only_the_one_that_moves_goes(omar: User):
    first, ticket = asks()
    second, _same = asks("Et…", In_Reply_To=first.external_id)

    moving.move(second.pk, "orders", by=omar)

    ticket.refresh_from_db()
    assert (ticket.thread.get().message, ticket.revision) == (first, 3)
    assert ticket.drafts.get(status="waiting").revision == 3


def test_an_answered_message_stays(omar: User):
    message, ticket = asks()
    answered(ticket)

    with pytest.raises(DomainError) as caught:
        moving.move(message.pk, "orders", by=omar)

    assert (caught.value.code, caught.value.conflict) == ("ticket_answered", True)
    message.refresh_from_db()
    assert message.desk == "support"


def test_tickets_of_a_look_into_the_mailbox_are_counted():
    run = MailboxRun.objects.create(mailbox="support")
    first, _ticket = asks()
    second, _same = asks(In_Reply_To=first.external_id)
    asks(From="autre@client.example")
    InboundMessage.objects.filter(pk__in=[first.pk, second.pk]).update(run=run)

    makes = desks.makes("support")

    assert makes is not None
    assert dict(makes.count([run.pk])) == {run.pk: 1}


# --- floods ---


def test_a_flood_makes_neither_tickets_nor_drafts(settings: Settings):
    settings.SUPPORT_HOURLY_LIMIT = 3
    for number in range(8):
        arrive(written(f"message {number}", Subject=f"sujet {number}"))

    assert TicketMessage.objects.count() == 8
    assert Ticket.objects.count() == 3
    last = Ticket.objects.order_by("-pk")[0]
    assert (last.revision, last.thread.count()) == (6, 6)
    assert Draft.objects.filter(ticket=last, status__in=Draft.OPEN).count() == 0
    assert "3" in last.attention
    assert last.thread.filter(quiet_reason="").count() == 1
    assert Draft.objects.count() == 3


def test_an_hour_later_it_is_one_message_like_any_other(settings: Settings):
    settings.SUPPORT_HOURLY_LIMIT = 1
    asks(Subject="un")
    asks(Subject="deux")

    with time_machine.travel(timezone.now() + floods.WITHIN, tick=True):
        message, _ticket = asks(Subject="trois")

    assert message.ticket_message.quiet_reason == ""
    assert Ticket.objects.count() == 2


def test_what_staff_bring_in_is_no_flood(settings: Settings):
    settings.SUPPORT_HOURLY_LIMIT = 1
    for number in range(3):
        message, _new = intake.submit(text=f"{number}", email=SALMA, source="import")
        tasks.process_message(message.pk)

    assert (Ticket.objects.count(), Draft.objects.count()) == (3, 3)


def _has_listings() -> bool:
    return "listings" in {desk.name for desk in desks.all_desks()}


def _content(message: InboundMessage) -> MessageContent:
    return reading.content_of(message)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        (b"=?utf-8?q?Salma=C2=85=E2=80=A8Tazi?=", ("Salma Tazi", SALMA)),
        (b"=?utf-8?q?Salma=0D=0ABcc=3A_x@y.example?=", ("", "")),
    ],
)
def test_lines_hidden_in_headers_are_none(name: bytes, known: tuple[str, str]):
    raw = written(Subject="SUBJECT", From=f"NAME <{SALMA}>")
    raw = raw.replace(b"SUBJECT", b"=?utf-8?q?Colis=0D=0ABcc=3A_x@y.example?=")

    ticket = intake.ticket_of(arrive(raw.replace(b"NAME", name)))

    assert ticket is not None
    assert (ticket.subject, ticket.name, ticket.email) == ("Colis Bcc: x@y.example", *known)
