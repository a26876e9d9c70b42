"""Two at the same moment, on two real connections: one wins, nobody waits in a circle."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from backoffice.core.errors import DomainError
from backoffice.messaging.models import InboundMessage, OutboundMessage
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from crm.models import Customer
from support import workflow
from support.models import Draft, Ticket
from support.tests import intake_mail
from support.tests import tickets as make

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _ours(settings: Settings) -> None:
    intake_mail.use_addresses(settings)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What became of each: "done", or the code of its refusal; in the order given."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '30s'")
            start.wait()
            act()
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def asked() -> Draft:
    """A mail that became a ticket, whose reply is ready."""
    _message, ticket = intake_mail.asks("Où est ma commande ?")
    Draft.objects.filter(ticket=ticket).update(status="ready", body=make.REPLY)
    return ticket.drafts.get()


def arrival(draft: Draft) -> InboundMessage:
    """The customer's next mail in the thread, received and read by the worker."""
    first = draft.ticket.thread.get().message.external_id
    mail = intake_mail.written(
        "Je l'ai reçue, merci !", In_Reply_To=first, Subject="Re: Ma commande"
    )
    return intake_mail.arrive(mail)


def test_of_two_agents_one_sends_and_there_is_one_mail():
    draft = make.ready()
    agents = [make.agent("omar"), make.agent("leila")]
    told = at_once(*(lambda by=by: workflow.approve(draft.pk, by=by) for by in agents))
    assert sorted(told) == ["done", "draft_decided"]
    assert OutboundMessage.objects.count() == 1


@pytest.mark.parametrize("_round", range(6))
def test_a_message_that_comes_with_the_approval_is_never_answered_unread(_round: int):
    draft = asked()
    omar = make.agent()
    told = at_once(lambda: workflow.approve(draft.pk, by=omar), lambda: arrival(draft))

    ticket = Ticket.objects.get()
    draft.refresh_from_db()
    assert (ticket.is_open, ticket.revision) == (True, 2)
    assert list(ticket.drafts.filter(status="waiting").values_list("revision", flat=True)) == [2]
    # Either the approval came first and its answer is in the thread before the new message ...
    if told[0] == "done":
        assert (draft.status, ticket.reopened, OutboundMessage.objects.count()) == ("sent", 1, 1)
        return
    # ... or it was refused and nothing left.
    assert told[0] in {"stale_draft", "unread_message"}
    assert (draft.status, ticket.reopened, OutboundMessage.objects.count()) == ("stale", 0, 0)


def test_an_approval_that_waits_for_a_message_is_refused():
    """The message has the ticket already: the approval sees it when its turn comes."""
    draft = asked()
    omar = make.agent()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ticket = Ticket.objects.select_for_update(no_key=True).get()
            late = pool.submit(at_once, lambda: workflow.approve(draft.pk, by=omar))
            wait_until(somebody_waits_for_us, what="the approval waiting for the ticket")
            ticket.revision += 1
            ticket.save(update_fields=["revision"])
        assert late.result() == ["stale_draft"]
    assert OutboundMessage.objects.count() == 0


def test_a_reply_by_hand_and_an_approval_are_one_answer():
    draft = make.ready()
    omar, leila = make.agent("omar"), make.agent("leila")
    told = at_once(
        lambda: workflow.approve(draft.pk, by=omar),
        lambda: workflow.reply(draft.ticket_id, by=leila, body="Je regarde.", revision=1),
    )
    assert told.count("done") == 1
    assert OutboundMessage.objects.count() == 1


def test_closing_and_approving_end_the_ticket_once():
    draft = make.ready()
    omar, leila = make.agent("omar"), make.agent("leila")
    told = at_once(
        lambda: workflow.approve(draft.pk, by=omar),
        lambda: workflow.close(draft.ticket_id, by=leila),
    )
    ticket = Ticket.objects.get()
    assert told.count("done") == 1
    assert (ticket.outcome == "replied") == (told[0] == "done")
    assert ticket.events.count() == 1


def test_two_tickets_merged_into_each_other_at_once_are_one():
    one, other = make.ticket(hours=2), make.ticket(hours=1)
    omar = make.agent()
    told = at_once(
        lambda: workflow.merge(one.pk, other.pk, by=omar),
        lambda: workflow.merge(other.pk, one.pk, by=omar),
    )
    assert told.count("done") == 1
    assert Ticket.objects.open().get().thread.count() == 2


def test_two_first_replies_to_one_person_register_them_once():
    """Each would give the other's ticket its customer: neither waits for the other."""
    drafts = [make.ready(hours=2), make.ready(hours=1)]
    agents = [make.agent("omar"), make.agent("leila")]
    told = at_once(
        *(
            lambda draft=draft, by=by: workflow.approve(draft.pk, by=by)
            for draft, by in zip(drafts, agents, strict=True)
        )
    )
    assert told == ["done", "done"]
    assert set(Ticket.objects.values_list("customer", flat=True)) == {Customer.objects.get().pk}


def test_a_worker_that_finishes_late_does_not_bring_the_draft_back():
    draft = make.ready()
    Draft.objects.update(status="writing", body="")
    omar = make.agent()
    workflow.reply(draft.ticket_id, by=omar, body="Je regarde.", revision=1)
    draft.refresh_from_db()
    assert (draft.status, draft.claimed_at) == ("stale", None)
