"""Deciding about tickets: what is sent, what it ends, and who is told that they came too late."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from backoffice.core.errors import DomainError
from backoffice.messaging.models import InboundMessage, OutboundMessage
from backoffice.testing.messages import received_message
from crm.models import Customer, CustomerIdentity
from support import workflow
from support.models import Draft, ReplyTemplate, ShopOrder, Ticket, TicketEvent
from support.tests import tickets as make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.contrib.auth.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def omar() -> User:
    return make.agent()


@pytest.fixture
def leila() -> User:
    return make.agent("leila")


def refusal(act: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.events.values_list("kind", flat=True))


# --- approve ---


@pytest.mark.parametrize(
    "sender",
    [
        {"sender_email": "salma@example.com"},
        {"sender_email": "autre@example.com", "thread": "<debut@example.com>"},
    ],
)
def test_nothing_is_sent_while_a_message_of_the_customer_waits_to_be_read(
    omar: User, sender: dict[str, str]
):
    ticket = make.ticket()
    InboundMessage.objects.update(thread="<debut@example.com>")
    draft = make.draft(ticket)
    waiting = received_message(desk="support", channel="email", status="received", **sender)

    error = refusal(lambda: workflow.approve(draft.pk, by=omar))
    assert (error.code, error.conflict) == ("unread_message", True)
    by_hand = lambda: workflow.reply(ticket.pk, by=omar, body="Bonjour", revision=1)  # noqa: E731 - called by refusal
    assert refusal(by_hand).code == "unread_message"
    assert OutboundMessage.objects.count() == 0

    # Read, and for another desk: it says nothing to this ticket.
    InboundMessage.objects.filter(pk=waiting.pk).update(status="not_for_us")
    assert workflow.approve(draft.pk, by=omar).status == "sent"


def test_a_message_of_somebody_else_holds_nothing_up(omar: User):
    draft = make.ready()
    received_message(
        desk="support", channel="email", status="received", sender_email="nour@example.com"
    )
    assert workflow.approve(draft.pk, by=omar).status == "sent"


def test_an_approved_draft_is_sent_as_an_answer_to_the_last_message(omar: User):
    ticket = make.ticket(subject="RE: Re: Ma commande")
    last = make.written(ticket, words="Alors ?")
    draft = make.draft(ticket)

    workflow.approve(draft.pk, by=omar)

    sent = OutboundMessage.objects.get()
    assert (sent.channel, sent.recipient, sent.subject, sent.body, sent.author) == (
        "email",
        "salma@example.com",
        "Re: Ma commande",
        make.REPLY,
        omar,
    )
    assert (sent.key, sent.in_reply_to, sent.about) == (
        f"ticket:{draft.ticket_id}:reply:{draft.pk}",
        last,
        draft.ticket,
    )


def test_approving_ends_the_ticket_and_says_how(omar: User):
    with time_machine.travel(dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC), tick=False):
        draft = workflow.approve(make.ready().pk, by=omar)
        now = timezone.now()

    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.outcome, ticket.ended_at, ticket.first_response_at) == (
        "answered",
        "replied",
        now,
        now,
    )
    assert (draft.status, draft.decided_by, draft.sent_body, draft.edited_share) == (
        "sent",
        omar,
        make.REPLY,
        0,
    )
    assert (draft.was_automatic, kinds(ticket)) == (False, ["replied"])


def test_the_first_response_stays_the_first(omar: User):
    first = timezone.now() - dt.timedelta(days=3)
    workflow.approve(make.ready(first_response_at=first).pk, by=omar)
    assert Ticket.objects.get().first_response_at == first


def test_edited_words_are_sent_and_how_much_was_changed_is_kept(omar: User):
    draft = make.ready(body="un deux trois quatre")
    workflow.approve(draft.pk, by=omar, body="un deux trois\r\ncinq")
    draft.refresh_from_db()
    assert (draft.sent_body, draft.edited_share) == ("un deux trois\ncinq", 0.25)
    assert OutboundMessage.objects.get().body == "un deux trois\ncinq"


@pytest.mark.parametrize("body", ["", "  \n ", "Bonjour {customer_name}", "Livré le [⚠ date]"])
def test_nothing_empty_or_unfinished_is_sent(omar: User, body: str):
    draft = make.ready()
    refused = refusal(lambda: workflow.approve(draft.pk, by=omar, body=body))
    assert refused.field == "body"
    assert (OutboundMessage.objects.count(), Ticket.objects.get().status) == (0, "new")


def test_the_refusal_of_an_unfinished_text_names_what_is_missing(omar: User):
    draft = make.ready(body="Livraison le {delivery_date}.")
    told = str(refusal(lambda: workflow.approve(draft.pk, by=omar)))
    assert told == "Fill in what is still missing in the text: {delivery_date}."


def test_a_second_approval_is_told_who_answered_and_when(omar: User, leila: User):
    draft = make.ready()
    with time_machine.travel(dt.datetime(2026, 5, 4, 8, 42, tzinfo=dt.UTC), tick=False):
        workflow.approve(draft.pk, by=leila)
        when = timezone.localtime().strftime("%H:%M")
        late = refusal(lambda: workflow.approve(draft.pk, by=omar))
    assert (str(late), late.conflict) == (
        f"This draft was already sent by Leïla Berrada at {when}.",
        True,
    )
    assert OutboundMessage.objects.count() == 1


def test_a_draft_of_an_earlier_message_is_stale(omar: User):
    draft = make.ready()
    with time_machine.travel(dt.datetime(2026, 5, 4, 8, 42, tzinfo=dt.UTC), tick=False):
        make.written(draft.ticket, words="Laissez tomber, il est arrivé.")
        when = timezone.localtime().strftime("%H:%M")
        late = refusal(lambda: workflow.approve(draft.pk, by=omar))
    assert (late.code, late.conflict, str(late)) == (
        "stale_draft",
        True,
        f"The customer wrote again at {when}: read the new message first.",
    )


def test_a_draft_that_a_colleague_had_written_anew_is_stale(omar: User, leila: User):
    draft = make.ready()
    workflow.regenerate(draft.ticket_id, by=leila)
    late = refusal(lambda: workflow.approve(draft.pk, by=omar))
    assert late.code == "stale_draft"
    assert str(late).startswith("Leïla Berrada had another draft written at ")


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("writing", "The draft is still being written: wait a moment, or write the reply by hand."),
        ("failed", "The draft could not be written: try again, or write the reply by hand."),
    ],
)
def test_only_a_finished_draft_is_approved(omar: User, status: str, told: str):
    draft = make.ready()
    Draft.objects.update(status=status)
    assert str(refusal(lambda: workflow.approve(draft.pk, by=omar))) == told


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"email": ""}, "No e-mail address is known for this customer."),
        ({"email": "no-reply@shop.example"}, "Nobody reads “no-reply@shop.example”."),
        ({"channel": "whatsapp"}, "No WhatsApp number is known for this customer."),
    ],
)
def test_where_nobody_can_be_written_to_closing_is_offered(
    omar: User, fields: dict[str, str], told: str
):
    draft = make.ready(**fields)
    refused = refusal(lambda: workflow.approve(draft.pk, by=omar))
    assert (refused.code, str(refused)) == (
        "nobody_to_write_to",
        f"{told} Close the ticket without a reply.",
    )


def test_a_machine_gets_no_answer_whoever_approves(omar: User):
    ticket = make.ticket()
    ticket.thread.get().message.__class__.objects.update(is_automatic=True)
    refused = refusal(lambda: workflow.approve(make.draft(ticket).pk, by=omar))
    assert (refused.code, OutboundMessage.objects.count()) == ("nobody_to_write_to", 0)


@pytest.mark.parametrize("channel", ["whatsapp", "wa_cloud"])
def test_whatsapp_is_answered_by_whatsapp(omar: User, channel: str):
    draft = make.ready(channel=channel, phone="+212600000001", email="")
    workflow.approve(draft.pk, by=omar)
    sent = OutboundMessage.objects.get()
    assert (sent.channel, sent.recipient, sent.subject) == (channel, "+212600000001", "")


@pytest.mark.parametrize(("channel", "most"), [("whatsapp", 1600), ("wa_cloud", 4096)])
def test_a_text_too_long_for_whatsapp_is_refused(omar: User, channel: str, most: int):
    draft = make.ready(channel=channel, phone="+212600000001", body="a" * (most + 1))
    assert refusal(lambda: workflow.approve(draft.pk, by=omar)).code == "too_long"


def test_what_came_by_the_api_is_answered_by_email(omar: User):
    workflow.approve(make.ready(channel="api").pk, by=omar)
    sent = OutboundMessage.objects.get()
    assert (sent.channel, sent.recipient) == ("email", "salma@example.com")


# --- the customer ---


def test_the_first_reply_registers_the_customer_with_what_is_theirs(omar: User):
    draft = make.ready()
    other = make.ticket(name="S. Tazi")
    order = ShopOrder.objects.create(number="10402", email="salma@example.com")
    workflow.approve(draft.pk, by=omar)

    customer = Customer.objects.get()
    owners = {
        type(row)._base_manager.get(pk=row.pk).customer for row in (draft.ticket, other, order)
    }
    assert (customer.name, owners) == ("Salma Tazi", {customer})


def test_a_number_that_a_form_names_makes_nobody_its_owner(omar: User):
    victim = Customer.objects.create(name="Nadia")
    CustomerIdentity.objects.create(customer=victim, kind="phone", value="+212600000009")
    workflow.approve(make.ready(channel="api", phone="+212600000009").pk, by=omar)
    assert Ticket.objects.get().customer != victim
    assert victim.identities.count() == 1


# --- by the machine ---


def test_the_machine_sends_by_the_same_way_and_says_so():
    draft = make.ready()
    workflow.send_automatically(draft)
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.outcome, kinds(ticket)) == (
        "answered_automatically",
        "replied",
        ["automatic"],
    )
    sent = Draft.objects.get()
    assert (sent.was_automatic, sent.decided_by, sent.edited_share) == (True, None, 0)
    assert OutboundMessage.objects.get().author is None


def test_the_machine_answers_nothing_that_must_stay_quiet():
    draft = make.ready()
    draft.ticket.thread.update(quiet_reason="An out-of-office reply.")
    assert str(refusal(lambda: workflow.send_automatically(draft))) == "An out-of-office reply."


# --- by hand ---


def test_a_reply_by_hand_puts_the_draft_away(omar: User):
    draft = make.ready()
    own = workflow.reply(draft.ticket_id, by=omar, body="Je regarde.", revision=1)
    draft.refresh_from_db()
    assert (draft.status, own.status, own.method, own.edited_share) == (
        "stale",
        "sent",
        "person",
        None,
    )
    assert OutboundMessage.objects.get().body == "Je regarde."


def test_a_reply_to_a_thread_that_went_on_is_refused_and_leaves_the_draft(omar: User):
    draft = make.ready()
    make.written(draft.ticket)
    late = refusal(lambda: workflow.reply(draft.ticket_id, by=omar, body="Oui", revision=1))
    draft.refresh_from_db()
    assert (late.code, draft.status, Draft.objects.count()) == ("stale_draft", "ready", 1)


# --- drafts ---


def test_a_rejected_draft_leaves_the_ticket_to_a_person(omar: User):
    draft = make.ready()
    workflow.reject_draft(draft.pk, by=omar, reason=" Faux ton ")
    draft.refresh_from_db()
    ticket = Ticket.objects.get()
    assert (draft.status, draft.decided_by, draft.rejection_reason) == (
        "rejected",
        omar,
        "Faux ton",
    )
    assert (ticket.status, kinds(ticket)) == ("in_progress", ["draft_rejected"])


def test_another_draft_is_written_as_asked(omar: User):
    draft = make.ready()
    template = ReplyTemplate.objects.create(
        category=make.category(), language="fr", name="Court", body="Oui"
    )
    workflow.regenerate(
        draft.ticket_id, by=omar, template_id=template.pk, tone="brief", instructions=" Merci "
    )
    draft.refresh_from_db()
    asked = Draft.objects.latest("pk")
    assert (draft.status, asked.status, asked.asked_by, asked.asked_template) == (
        "stale",
        "waiting",
        omar,
        template,
    )
    assert (asked.tone, asked.instructions) == ("brief", "Merci")


@pytest.mark.parametrize("asked", [{"tone": "shouting"}, {"template_id": 999}])
def test_nothing_unknown_is_asked_for(omar: User, asked: dict[str, object]):
    draft = make.ready()
    refused = refusal(lambda: workflow.regenerate(draft.ticket_id, by=omar, **asked))  # type: ignore[arg-type]
    draft.refresh_from_db()
    assert (refused.field, draft.status) == (next(iter(asked)), "ready")


# --- category ---


def test_another_category_is_kept_beside_the_machines_and_asks_for_a_draft(omar: User):
    draft = make.ready()
    other = make.category("Remboursement")
    workflow.change_category(draft.ticket_id, other.pk, by=omar)
    ticket = Ticket.objects.get()
    assert (ticket.category, ticket.category_method, ticket.proposed_category) == (
        other,
        "person",
        make.category(),
    )
    assert list(ticket.drafts.values_list("status", flat=True)) == ["waiting", "stale"]
    assert ticket.events.get().changes == {"category": ["Retard de livraison", "Remboursement"]}


def test_the_machines_first_word_stays_when_a_person_thinks_twice(omar: User):
    draft = make.ready()
    for name in ("Remboursement", "Produit défectueux"):
        workflow.change_category(draft.ticket_id, make.category(name).pk, by=omar)
    assert Ticket.objects.get().proposed_category == make.category()


def test_saying_that_the_machine_was_right_keeps_its_draft(omar: User):
    draft = make.ready()
    workflow.change_category(draft.ticket_id, make.category().pk, by=omar)
    draft.refresh_from_db()
    assert (draft.status, Ticket.objects.get().category_method) == ("ready", "person")


# --- whose it is ---


def test_a_ticket_is_given_to_somebody_and_taken_back(omar: User, leila: User):
    ticket = make.ticket()
    workflow.assign(ticket.pk, leila.pk, by=omar)
    workflow.assign(ticket.pk, None, by=omar)
    changes = list(ticket.events.values_list("changes", flat=True))
    assert changes == [
        {"assignee": [None, "Leïla Berrada"]},
        {"assignee": ["Leïla Berrada", None]},
    ]


def test_a_ticket_is_given_only_to_who_may_reply(omar: User):
    reader = make.staff("nora", "view")
    assert refusal(lambda: workflow.assign(make.ticket().pk, reader.pk, by=omar)).field == (
        "assignee_id"
    )


# --- the end and the beginning ---


def test_closing_sends_nothing_and_puts_the_draft_away(omar: User):
    draft = make.ready()
    workflow.close(draft.ticket_id, by=omar, reason="Publicité")
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.outcome, ticket.first_response_at) == ("answered", "closed", None)
    assert (ticket.drafts.get().status, OutboundMessage.objects.count()) == ("stale", 0)
    assert ticket.events.get().note == "Publicité"


def test_reopening_asks_for_a_new_draft(omar: User):
    draft = make.ready()
    workflow.approve(draft.pk, by=omar)
    ticket = workflow.reopen(draft.ticket_id, by=omar)
    assert (ticket.status, ticket.outcome, ticket.ended_at, ticket.reopened) == (
        "in_progress",
        "",
        None,
        1,
    )
    assert list(ticket.drafts.values_list("status", flat=True)) == ["waiting", "sent"]


def test_what_is_open_is_not_reopened(omar: User):
    assert refusal(lambda: workflow.reopen(make.ticket().pk, by=omar)).code == "already_open"


def test_a_note_is_for_colleagues(omar: User):
    ticket = make.ticket()
    workflow.note(ticket.pk, " Rappeler lundi ", by=omar)
    event = TicketEvent.objects.get()
    assert (event.kind, event.note, event.actor) == ("note", "Rappeler lundi", omar)


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("close", "was already closed by Leïla Berrada"),
        ("approve", "was already answered by Leïla Berrada"),
        ("machine", "was already answered automatically"),
    ],
)
def test_who_comes_late_is_told_what_happened(omar: User, leila: User, end: str, told: str):
    draft = make.ready()
    ticket_id = draft.ticket_id
    if end == "close":
        workflow.close(ticket_id, by=leila)
    elif end == "approve":
        workflow.approve(draft.pk, by=leila)
    else:
        workflow.send_automatically(draft)
    for late in (
        refusal(lambda: workflow.close(ticket_id, by=omar)),
        refusal(lambda: workflow.assign(ticket_id, omar.pk, by=omar)),
        refusal(lambda: workflow.regenerate(ticket_id, by=omar)),
        refusal(lambda: workflow.reply(ticket_id, by=omar, body="Oui", revision=1)),
    ):
        assert (late.conflict, str(late)[: len(f"T-{ticket_id} {told}")]) == (
            True,
            f"T-{ticket_id} {told}",
        )


# --- merging ---


def test_merged_messages_are_answered_together(omar: User):
    source, target = make.ready(hours=1), make.ready(hours=5)
    workflow.merge(source.ticket_id, target.ticket_id, by=omar)
    one, other = Ticket.objects.get(pk=source.ticket_id), Ticket.objects.get(pk=target.ticket_id)
    assert (one.status, one.outcome, one.merged_into) == ("answered", "merged", other)
    assert (other.revision, other.thread.count(), one.thread.count()) == (2, 2, 0)
    assert other.last_message_at == source.ticket.last_message_at
    assert list(other.drafts.values_list("status", flat=True)) == ["waiting", "stale"]
    assert (kinds(one), kinds(other)) == (["merged"], ["merged"])


def test_our_answers_move_along(omar: User):
    draft = make.ready(hours=1)
    workflow.approve(draft.pk, by=omar)
    workflow.reopen(draft.ticket_id, by=omar)
    target = make.ticket(hours=5)
    workflow.merge(draft.ticket_id, target.pk, by=omar)
    assert OutboundMessage.objects.get().about == target


def test_an_answered_ticket_opens_again_for_what_is_merged_into_it(omar: User):
    target = make.ready(hours=5)
    workflow.approve(target.pk, by=omar)
    workflow.merge(make.ticket().pk, target.ticket_id, by=omar)
    target.ticket.refresh_from_db()
    assert (target.ticket.status, target.ticket.ended_at) == ("in_progress", None)


def test_two_people_are_not_merged(omar: User):
    one, other = make.ticket(), make.ticket(email="nadia@example.com")
    refused = refusal(lambda: workflow.merge(one.pk, other.pk, by=omar))
    assert str(refused) == (
        f"T-{one.pk} and T-{other.pk} are of two people: only one person's tickets are merged."
    )


def test_a_number_that_two_forms_name_is_no_proof_of_one_person(omar: User):
    one = make.ticket(phone="+212600000001")
    other = make.ticket(phone="+212600000001", email="nadia@example.com")
    assert refusal(lambda: workflow.merge(one.pk, other.pk, by=omar)).code == "two_people"


def test_a_ticket_is_not_merged_into_itself(omar: User):
    one = make.ticket()
    assert refusal(lambda: workflow.merge(one.pk, one.pk, by=omar)).code == "same_ticket"


def test_one_message_gets_a_ticket_of_its_own(omar: User):
    draft = make.ready(hours=5)
    make.written(draft.ticket, words="Autre chose", hours=1)
    moved = draft.ticket.thread.get(text="Autre chose")
    new = workflow.split(moved.pk, by=omar)
    source = Ticket.objects.get(pk=draft.ticket_id)
    assert (new.thread.get(), source.thread.count(), new.email) == (moved, 1, source.email)
    assert (source.revision, new.revision) == (3, 1)
    assert [one.drafts.filter(status="waiting").count() for one in (source, new)] == [1, 1]
    assert (kinds(source), kinds(new)) == (["split"], ["split"])


def test_the_only_message_stays(omar: User):
    ticket = make.ticket()
    only = ticket.thread.get()
    assert refusal(lambda: workflow.split(only.pk, by=omar)).code == "only_message"


# --- the next one ---


def test_the_longest_waiting_comes_next_and_round_again(omar: User, leila: User):
    middle, oldest, newest = (make.ticket(hours=hours) for hours in (5, 9, 1))
    theirs = make.ticket(hours=7, assignee=leila)
    assert workflow.next_open(by=omar) == oldest.pk
    assert workflow.next_open(after=oldest.pk, by=omar) == middle.pk
    assert workflow.next_open(after=oldest.pk, by=leila) == theirs.pk
    assert workflow.next_open(after=newest.pk, by=omar) == oldest.pk
    assert workflow.next_open(after=oldest.pk) == theirs.pk


def test_nothing_comes_next_where_nothing_waits(omar: User):
    only = make.ready()
    assert workflow.next_open(after=only.ticket_id, by=omar) is None
    workflow.approve(only.pk, by=omar)
    assert workflow.next_open(by=omar) is None


# --- who may ---


@pytest.mark.parametrize(
    ("verb", "act"),
    [
        ("reply", lambda draft, by: workflow.approve(draft.pk, by=by)),
        ("reply", lambda draft, by: workflow.reply(draft.ticket_id, by=by, body="a", revision=1)),
        ("draft", lambda draft, by: workflow.reject_draft(draft.pk, by=by)),
        ("draft", lambda draft, by: workflow.regenerate(draft.ticket_id, by=by)),
        (
            "categorise",
            lambda draft, by: workflow.change_category(draft.ticket_id, make.category().pk, by=by),
        ),
        ("assign", lambda draft, by: workflow.assign(draft.ticket_id, None, by=by)),
        (
            "merge",
            lambda draft, by: workflow.merge(draft.ticket_id, make.ticket(hours=3).pk, by=by),
        ),
        ("close", lambda draft, by: workflow.close(draft.ticket_id, by=by)),
        ("change", lambda draft, by: workflow.note(draft.ticket_id, "a", by=by)),
    ],
)
def test_each_decision_has_its_permission(verb: str, act: Callable[[Draft, User], object]):
    draft = make.ready()
    others = [one for one in make.DECISIONS if one != verb]
    with pytest.raises(PermissionDenied):
        act(draft, make.staff("nora", *others))
    act(draft, make.staff("amine", verb))
