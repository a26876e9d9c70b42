"""Off, rehearsed, live: what is recorded, what is sent, and what counts as the same answer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone, translation

from backoffice.core.figures.comparison import Rate
from backoffice.messaging.models import InboundMessage, OutboundMessage
from support import tasks, workflow
from support.automatic import advice, record, sameness
from support.models import AutomaticTrial, Category, Draft, Ticket, TicketEvent, TicketMessage
from support.tests import automatic as make
from support.tests import tickets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

ANSWER = make.BODY


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_nothing_is_recorded_where_the_category_is_off():
    assert make.consider(make.fit("off")) is None


def test_a_rehearsal_records_what_would_have_been_sent_and_sends_nothing():
    draft = make.fit()

    trial = make.consider(draft)

    assert trial is not None
    assert (trial.mode, trial.was_fit, trial.body, trial.confidence, trial.day) == (
        "shadow",
        True,
        draft.body,
        0.95,
        timezone.localdate(),
    )
    assert OutboundMessage.objects.count() == 0
    assert Draft.objects.get().status == "ready"


def test_a_live_answer_is_sent_and_ends_the_ticket_as_answered_automatically():
    draft = make.fit("on")

    trial = make.consider(draft)

    sent = OutboundMessage.objects.get()
    ticket = Ticket.objects.get()
    assert trial is not None
    assert (trial.mode, trial.was_fit, trial.agreed) == ("live", True, None)
    assert (sent.recipient, sent.body, sent.author) == ("salma@example.com", draft.body, None)
    assert (ticket.status, ticket.outcome) == ("answered_automatically", "replied")
    stored = Draft.objects.get()
    assert (stored.was_automatic, stored.edited_share, stored.outbound) == (True, 0, sent)
    assert list(ticket.events.values_list("kind", flat=True)) == ["automatic"]


def test_what_is_not_certain_waits_for_a_person_and_says_why():
    draft = make.fit("on", words="Quand arrive ma commande ? Mon avocat vous écrira.")

    trial = make.consider(draft)

    assert trial is not None
    assert (trial.mode, trial.was_fit, trial.reasons) == ("live", False, ["legal"])
    assert OutboundMessage.objects.count() == 0
    assert Ticket.objects.get().status == "new"


def test_considering_twice_does_it_once():
    draft = make.fit("on")

    first, again = make.consider(draft), make.consider(draft)

    assert first == again
    assert OutboundMessage.objects.count() == 1


def test_after_a_fit_rehearsal_nothing_more_of_the_ticket_is_rehearsed():
    draft = make.fit()
    make.consider(draft)
    Draft.objects.update(status="stale")
    later = tickets.draft(Ticket.objects.get(), template=draft.template)

    assert make.consider(later) is None
    assert AutomaticTrial.objects.count() == 1


def test_what_cannot_be_sent_stays_a_draft_with_the_reason():
    draft = make.fit("on", body="24 avril" + "x" * 19_993)

    trial = make.consider(draft)

    assert trial is not None
    assert (trial.was_fit, trial.reasons) == (
        False,
        ["A reply has at most 20000 characters; this one has 20001."],
    )
    assert (Draft.objects.get().status, Ticket.objects.get().status) == ("ready", "new")


def test_a_draft_that_a_person_asked_for_is_theirs_alone():
    draft = make.fit("on")
    Draft.objects.filter(pk=draft.pk).update(asked_by=tickets.agent())

    assert make.consider(Draft.objects.get(pk=draft.pk)) is None
    assert OutboundMessage.objects.count() == 0


# --- beside what staff sent ---


def rehearsed() -> AutomaticTrial:
    trial = make.consider(make.fit())
    assert trial is not None
    return trial


def compared(trial: AutomaticTrial) -> tuple[bool | None, float | None]:
    trial.refresh_from_db()
    return trial.agreed, trial.similarity


def test_a_draft_sent_as_it_was_is_the_same_answer():
    trial = rehearsed()

    workflow.approve(trial.draft_id, by=tickets.agent())

    assert compared(trial) == (True, 1.0)
    assert (trial.staff_body, trial.staff_category) == (ANSWER, trial.category)
    assert trial.compared_at is not None


def test_another_date_is_another_answer_however_alike():
    trial = rehearsed()

    body = ANSWER.replace("24 avril", "29 avril")
    workflow.approve(trial.draft_id, by=tickets.agent(), body=body)

    agreed, similarity = compared(trial)
    assert agreed is False
    assert similarity is not None
    assert similarity > sameness.NEARLY


def test_a_reply_by_hand_is_compared_too():
    trial = rehearsed()

    workflow.reply(trial.ticket_id, by=tickets.agent(), body="Tout est prêt.", revision=1)

    agreed, similarity = compared(trial)
    assert agreed is False
    assert similarity is not None
    assert similarity < 0.2


def test_the_same_words_under_another_category_are_another_answer():
    trial = rehearsed()
    Ticket.objects.update(category=tickets.category("Remboursement"))

    workflow.reply(trial.ticket_id, by=tickets.agent(), body=ANSWER, revision=1)

    assert compared(trial) == (False, 1.0)


def test_an_answer_to_a_later_message_is_compared_with_nothing():
    trial = rehearsed()
    tickets.written(Ticket.objects.get(), words="Et la facture ?")

    workflow.reply(trial.ticket_id, by=tickets.agent(), body=ANSWER, revision=2)

    assert compared(trial) == (None, None)


def test_a_live_answer_is_not_compared_with_itself():
    trial = make.consider(make.fit("on"))

    assert trial is not None
    assert compared(trial) == (None, None)


@pytest.mark.parametrize(
    ("theirs", "is_same"),
    [
        (ANSWER, True),
        (ANSWER.upper().replace("\n", "  "), True),
        (ANSWER.replace("Bonjour Salma", "Bonjour Mme Tazi"), True),
        (ANSWER.replace("Bien à vous", "N'hésitez pas à nous écrire. Bien à vous"), False),
        (ANSWER.replace("10402", "10403"), False),
        (ANSWER.replace("24 avril", "24 mai"), False),
        (ANSWER.replace("arrive le 24 avril", "n'arrive pas le 24 avril"), False),
        (ANSWER.replace("en route", "remboursée"), False),
        (ANSWER + "\nhttps://suivi.example/10402", False),
        (ANSWER.replace("le 24 avril", "lundi 24 avril"), False),
        (ANSWER.replace("Nous suivons", "Nous vous rembourserons. Nous suivons"), False),
        (ANSWER.replace("le colis auprès du", "le cadeau auprès du"), False),
    ],
)
def test_what_counts_as_the_same_answer(theirs: str, is_same: bool):  # noqa: FBT001 - a case
    assert sameness.compare(ANSWER, theirs, "fr").is_same == is_same


def test_numbers_are_the_same_however_they_are_written():
    first = "Nous vous remboursons 1 234,50 € sous 5 jours sur votre carte, comme convenu ce matin."
    other = "Nous vous remboursons 1234,50 € sous 5 jours sur votre carte, comme convenu ce matin !"

    assert sameness.weights(first, "fr") == sameness.weights(other, "fr")


# --- what it comes to ---


def test_the_record_counts_rehearsals_verdicts_and_what_stood_in_the_way():
    category = tickets.category()
    for agreed in (True, True, False, None):
        make.trial(agreed=agreed)
    closed = make.trial()
    Ticket.objects.filter(pk=closed.ticket_id).update(
        status="answered", outcome="closed", ended_at=timezone.now()
    )
    make.trial(was_fit=False, reasons=["unsure", "legal"])
    make.trial(was_fit=False, reasons=["unsure"], agreed=True)
    make.trial(day=timezone.localdate() - dt.timedelta(days=91), agreed=True)

    found = record.of(category.pk)

    assert (found.rehearsals, found.fit, found.rehearsed_today) == (7, 5, 5)
    # Closed without an answer, where the machine would have sent one, is not the same.
    assert found.same == Rate(2, 4)
    assert found.obstacles == (("unsure", 2), ("legal", 1))
    assert (found.sent, found.sent_today) == (0, 0)


@pytest.mark.parametrize(("days", "expected"), [(6, 1), (8, 0)])
def test_a_live_answer_whose_ticket_comes_back_soon_counts_against_it(days: int, expected: int):
    live = make.trial(mode="live")
    make.trial(mode="live")
    event = TicketEvent.objects.create(ticket=live.ticket, kind="reopened")
    TicketEvent.objects.filter(pk=event.pk).update(at=timezone.now() + dt.timedelta(days=days))

    found = record.of(live.category_id)

    assert (found.sent, found.sent_today, found.came_back) == (2, 2, Rate(expected, 2))


def test_records_cost_two_queries_however_many_categories(
    django_assert_num_queries: DjangoAssertNumQueries,
):
    for name in ("Remboursement", "Retard de livraison", "Produit défectueux"):
        make.trial(ticket={"category": tickets.category(name)})

    with django_assert_num_queries(2):
        assert len(record.records()) == 3


@pytest.mark.parametrize(
    ("same", "claim", "verdict"),
    [
        (Rate(20, 20), "20 of 20", "(84 % to 100 %); too few to tell below 30."),
        (Rate(48, 52), "48 of 52", "(82 % to 97 %); look at those that differ"),
        (Rate(99, 100), "99 of 100", "(95 % to 100 %); the machine says what staff say."),
        (Rate(20, 52), "20 of 52", "(26 % to 52 %); staff answer otherwise"),
    ],
)
def test_advice_says_what_the_figures_say(same: Rate, claim: str, verdict: str):
    told = advice.sentence(record.Record(same=same))

    assert told.startswith(f"{claim} would have been the same {verdict}")


def test_without_a_comparison_advice_is_to_rehearse():
    assert advice.sentence(record.Record()).startswith(
        "Nothing to compare yet: switch to rehearsal"
    )


def test_the_worker_answers_by_itself_where_the_switch_is_on():
    """From the message to the outbox, through the real worker's functions."""
    category = make.category("on", automatic_confidence=0.5)
    template = make.template(category)
    type(template).objects.filter(pk=template.pk).update(
        body="Bonjour, nous vérifions auprès du transporteur.", position=0
    )
    type(template).objects.exclude(pk=template.pk).update(is_active=False)
    make.see_texts(category)
    ticket = tickets.ticket(
        category=None,
        category_method="",
        category_confidence=0,
        words="Bonjour, ma commande a du retard, je ne l'ai toujours pas reçue. Merci.",
    )
    draft = Draft.objects.create(ticket=ticket, revision=1)

    tasks.write_draft(draft.pk)

    ticket.refresh_from_db()
    trial = AutomaticTrial.objects.get()
    assert (ticket.category, trial.reasons) == (category, [])
    assert ticket.status == "answered_automatically"
    assert OutboundMessage.objects.get().body == "Bonjour, nous vérifions auprès du transporteur."


def test_machine_mail_is_never_answered_even_where_everything_else_fits():
    draft = make.fit("on")
    InboundMessage.objects.update(is_automatic=True)
    TicketMessage.objects.update(quiet_reason="Out of office")

    assert make.reasons(draft) == ["machine", "quiet"]
    assert OutboundMessage.objects.count() == 0
    assert Category.objects.filter(automatic_mode="on").count() == 1
