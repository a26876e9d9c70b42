from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.utils import timezone

from backoffice.messaging import tasks
from backoffice.messaging.mail_door import Mail, receive_mail
from backoffice.testing.messages import received_message
from crm import customers
from support.incoming import intake, threads
from support.models import Draft, Ticket, TicketEvent, TicketMessage
from support.tests.intake_mail import (
    SALMA,
    answered,
    arrive,
    asks,
    use_addresses,
    worked,
    written,
)

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ours(settings: Settings) -> None:
    use_addresses(settings)


def test_an_answer_to_our_reply_opens_its_ticket_again():
    _message, ticket = asks()
    reply = answered(ticket)

    later, same = asks("Toujours rien.", In_Reply_To=reply.provider_id, Subject="autre chose")

    assert same == ticket
    assert (same.status, same.outcome, same.ended_at) == ("in_progress", "", None)
    assert (same.revision, same.reopened, same.last_message_at) == (2, 1, later.sent_at)
    assert [event.kind for event in same.events.all()] == ["opened", "reopened"]
    assert same.drafts.get(status="waiting").revision == 2


@pytest.mark.parametrize("header", ["References", "In-Reply-To"])
def test_an_answer_to_a_message_of_the_thread_joins_it(header: str):
    first, ticket = asks()

    _second, same = asks("Et aussi…", Subject="x", **{header: f"<unknown@x> {first.external_id}"})

    assert (same, same.revision, same.reopened) == (ticket, 2, 0)
    assert [event.kind for event in same.events.all()] == ["opened"]


def test_the_answer_that_comes_before_the_question_waits_for_it():
    _second, ticket = asks("Alors ?", References="<question@client.example>", Subject="Re: colis")

    _first, same = asks(Message_ID="<question@client.example>", Subject="colis perdu")

    assert same == ticket


def test_two_answers_to_a_mail_that_never_came_are_one_ticket():
    _one, ticket = asks(References="<lost@client.example>", Subject="a")

    _two, same = asks(References="<lost@client.example>", Subject="b")

    assert same == ticket


def test_a_stranger_who_knows_a_message_id_stays_outside():
    _message, ticket = asks()
    reply = answered(ticket)

    message, other = asks(From="Autre <autre@ailleurs.example>", In_Reply_To=reply.provider_id)

    assert other != ticket
    assert other.email == "autre@ailleurs.example"
    assert ticket.number in other.attention
    # The machine may not answer this one.
    assert message.ticket_message.quiet_reason == other.attention
    ticket.refresh_from_db()
    assert (ticket.status, ticket.revision) == ("answered", 1)

    _again, same = asks(
        From="autre@ailleurs.example",
        References=f"{reply.provider_id} {message.external_id}",
        Subject="x",
    )
    assert same == other


@pytest.mark.parametrize(
    "subject",
    ["Ma commande", "RE : ma  commande", "Tr: Re: MA COMMANDE", "[ext] Re[2]: Ma commande"],
)
def test_a_lost_thread_is_found_by_address_and_subject_while_it_is_open(subject: str):
    _message, ticket = asks()

    assert asks("Encore moi", Subject=subject)[1] == ticket


@pytest.mark.parametrize(
    "headers",
    [{"From": "autre@client.example"}, {"Subject": "Ma commande 2"}, {"Subject": "Re: "}],
)
def test_another_address_or_subject_is_another_ticket(headers: dict[str, str]):
    _message, ticket = asks()

    assert asks("Bonjour", **headers)[1] != ticket


def test_an_address_that_only_looks_alike_is_another_person():
    _message, ticket = asks()

    # A domain of its own, whose i has no dot: in upper case both are the same.
    _other, theirs = asks("Toujours rien.", From="salma.tazi@clıent.example")

    assert theirs != ticket


def test_an_ended_ticket_of_the_same_subject_stays_ended():
    _message, ticket = asks()
    answered(ticket)

    assert asks()[1] != ticket


def test_an_answer_without_references_opens_the_ticket_that_ended_lately():
    _message, ticket = asks()
    answered(ticket)

    assert asks("Toujours rien", Subject="RE: Ma commande")[1] == ticket


def test_an_answer_to_what_ended_long_ago_is_another_matter():
    _message, ticket = asks()
    answered(ticket)
    Ticket.objects.update(ended_at=timezone.now() - threads.SUBJECT_GOES_ON)

    assert asks("Toujours rien", Subject="RE: Ma commande")[1] != ticket


def test_a_merged_ticket_leads_to_the_one_it_went_into():
    first, ticket = asks(Subject="un")
    _second, target = asks(Subject="deux")
    now = timezone.now()
    Ticket.objects.filter(pk=ticket.pk).update(
        status="answered", outcome="merged", merged_into=target, ended_at=now
    )

    assert asks(In_Reply_To=first.external_id, Subject="trois")[1] == target
    assert asks(Subject="Re: un")[1] == target
    assert asks(Subject="un")[1] not in {ticket, target}


def test_the_chat_of_a_number_goes_on_for_two_days():
    number = {"desk": "support", "channel": "whatsapp", "sender_phone": "+212612345678"}
    first = worked(received_message(body="salam fin commande", external_id="SM1", **number))
    second = worked(received_message(body="10402", external_id="SM2", **number))
    ticket = intake.ticket_of(first)
    assert ticket is not None
    assert (intake.ticket_of(second), ticket.channel) == (ticket, "whatsapp")

    answered(ticket, recipient="+212612345678")
    assert intake.ticket_of(worked(received_message(body="ok", external_id="SM3", **number))) == (
        ticket
    )

    long_ago = timezone.now() - threads.CHAT_GOES_ON - timedelta(minutes=1)
    Ticket.objects.filter(pk=ticket.pk).update(
        status="answered", outcome="replied", ended_at=long_ago
    )
    last = worked(received_message(body="salam", external_id="SM4", **number))
    assert intake.ticket_of(last) != ticket


def test_a_known_customers_other_address_may_go_on_in_the_ticket():
    salma = customers.register(name="Salma Tazi", email=SALMA)
    customers.add_identities(salma, [("email", "salma@bureau.example")])
    first, ticket = asks()
    assert ticket.customer == salma

    _second, same = asks(From="salma@bureau.example", In_Reply_To=first.external_id)

    assert same == ticket


@pytest.mark.django_db(transaction=True)
def test_messages_of_one_thread_at_the_same_instant_make_one_ticket():
    raws = [written("bonjour", References="<root@client.example>") for _number in range(4)]
    messages = [receive_mail(Mail(raw, desk="support"))[0] for raw in raws]
    barrier = Barrier(4)

    def work(pk: int) -> None:
        barrier.wait()
        tasks.process_message(pk)
        connections.close_all()

    workers = [Thread(target=work, args=[message.pk]) for message in messages]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    ticket = Ticket.objects.get()
    assert (ticket.revision, TicketMessage.objects.count()) == (4, 4)
    assert Draft.objects.filter(status="waiting").count() == 1
    assert TicketEvent.objects.filter(kind="opened").count() == 1


def test_what_a_machine_cannot_tell_apart_is_never_joined_by_subject():
    form = {"From": "formulaire <contact-form@boutique.example>", "Subject": "Formulaire"}
    one = arrive(written("un", **form, Reply_To="a@client.example"))
    two = arrive(written("deux", **form, Reply_To="b@client.example"))

    assert intake.ticket_of(one) != intake.ticket_of(two)
