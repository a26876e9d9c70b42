"""Drafts through the worker's door: from a waiting row to a reply with its reasons."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from backoffice.core.jobs import LeaseLost, claim
from backoffice.core.models import AiCall
from backoffice.testing.http import Answer
from backoffice.testing.openai import COMPLETIONS, completion, openai_server
from support import tasks
from support.drafting import requests, writing
from support.models import Draft, ReplyTemplate, ShopOrder, Ticket, TicketEvent
from support.tests.tickets import agent, category, ticket, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from backoffice.testing.http import FixtureServer

pytestmark = pytest.mark.django_db

Status = Draft.Status
MANY_QUERIES = 30
LATE = "Bonjour, ma commande 10412 devait arriver le 8 avril et je n'ai toujours rien reçu."
PERSONAL = (
    "Bonjour Salma Tazi,\n\nNous comprenons votre inquiétude. Votre commande 10412 aurait dû vous"
    " parvenir et nous vous présentons nos excuses pour ce retard. Elle est actuellement au statut"
    " « en transit » ; la date de livraison enregistrée est le 8 avril 2026.\n\nNous interrogeons"
    " le transporteur dès aujourd'hui et revenons vers vous sous deux jours ouvrés avec une"
    " nouvelle date ferme.\n\nBien à vous,\nLe service client Maison Olivette"
)


@pytest.fixture(autouse=True)
def _shop(settings: Settings) -> Iterator[None]:
    settings.SHOP_NAME = "Maison Olivette"
    settings.OPENAI_API_KEY = ""
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def openai(settings: Settings) -> Iterator[FixtureServer]:
    with openai_server(settings) as server:
        yield server


def shop_order(number: str = "10412", **fields: object) -> ShopOrder:
    given: dict[str, object] = {
        "email": "salma@example.com",
        "status": "en transit",
        "ordered_on": dt.date(2026, 4, 1),
        "delivery_date": dt.date(2026, 4, 8),
        "total": Decimal("134.50"),
        "currency": "EUR",
        "items": "1 x Miroir Lune\n1 x Patère Hêtre",
    }
    return ShopOrder.objects.create(number=number, **given | fields)


def drafted(row: Ticket, **asked: object) -> Draft:
    draft = requests.request(row, **asked)  # type: ignore[arg-type]
    tasks.write_draft(draft.pk)
    draft.refresh_from_db()
    return draft


def says(server: FixtureServer, reply: str) -> None:
    server.answers("POST", COMPLETIONS, completion(json.dumps({"reply": reply})))


def ended(reason: str, **message: object) -> Answer:
    """A completion that is no answer: cut short, or refused."""
    choice = {"index": 0, "finish_reason": reason, "message": {"role": "assistant", **message}}
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-6-luna"}
    return Answer.json({**head, "choices": [choice]})


def decided(words: str = LATE) -> Ticket:
    """A ticket whose category a person decided, so that no model is asked for it."""
    return ticket(words=words, category_method="person")


def test_a_draft_answers_with_the_facts_of_the_customers_own_order():
    shop_order()
    draft = drafted(ticket(words=LATE))

    assert draft.status == Status.READY
    assert draft.method == Draft.Method.TEMPLATE
    assert draft.language == "fr"
    assert draft.missing == []
    assert draft.body.startswith(
        "Bonjour Salma Tazi,\n\nVotre commande 10412 aurait dû vous parvenir et nous vous"
        " présentons nos excuses pour ce retard. Elle est actuellement au statut « en transit » ;"
        " la date de livraison enregistrée est le 8 avril 2026.\n\n"
    )
    assert draft.body.endswith("\n\nBien à vous,\nLe service client Maison Olivette")
    kinds = list(draft.ticket.events.values_list("kind", flat=True))
    assert kinds.count(TicketEvent.Kind.DRAFTED) == 1


def test_an_order_of_somebody_else_is_asked_for_and_never_told():
    shop_order(email="camille@example.com")
    draft = drafted(ticket(words=LATE))

    assert draft.missing == ["order_number"]
    assert "10412" not in draft.body
    assert "en transit" not in draft.body
    assert "pouvez-vous nous indiquer son numéro ou le vérifier ?" in draft.body
    assert draft.notes == "No order of this customer is known: the reply asks for its number."


def test_without_a_delivery_date_the_reply_says_so():
    shop_order(delivery_date=None)
    draft = drafted(ticket(words=LATE))

    assert draft.missing == ["delivery_date"]
    assert (
        "Elle est actuellement au statut « en transit ». Nous n'avons pas encore de date de"
        " livraison enregistrée."
    ) in draft.body
    assert draft.notes.splitlines() == [
        "Not known of the order: delivery date.",
        "Left out: “la date de livraison enregistrée est le {delivery_date}”.",
    ]


def test_a_draft_for_an_earlier_message_ends_as_overtaken():
    row = ticket(words=LATE)
    draft = requests.request(row)
    written(row, words="Alors ?")
    tasks.write_draft(draft.pk)
    draft.refresh_from_db()

    assert (draft.status, draft.body) == (Status.STALE, "")


def test_a_draft_that_was_put_away_while_it_was_written_leaves_no_trace():
    row = ticket(words=LATE)
    claimed = claim(requests.LANE, requests.request(row).pk)
    assert claimed is not None
    newer = requests.request(row)

    with pytest.raises(LeaseLost), transaction.atomic():
        writing.work(claimed)
    claimed.refresh_from_db()
    assert (claimed.status, claimed.body) == (Status.STALE, "")
    assert not row.events.exists()
    assert requests.current(row) == newer


def test_a_ticket_that_was_answered_meanwhile_gets_no_draft():
    row = ticket(words=LATE)
    draft = requests.request(row)
    Ticket.objects.filter(pk=row.pk).update(
        status="answered", outcome="replied", ended_at=row.opened_at
    )
    tasks.write_draft(draft.pk)
    draft.refresh_from_db()

    assert draft.status == Status.STALE


def test_a_second_run_of_the_job_writes_nothing():
    shop_order()
    draft = drafted(ticket(words=LATE))
    tasks.write_draft(draft.pk)

    assert draft.ticket.events.filter(kind="drafted").count() == 1
    assert Draft.objects.count() == 1


def test_the_number_of_queries_does_not_depend_on_the_thread():
    shop_order()
    first, second = ticket(words=LATE), ticket(words=LATE)
    for _time in range(3):
        written(second, words="Toujours rien, commande 10412.")
    drafted(ticket(words=LATE))
    counts = []
    for row in (first, second):
        draft = requests.request(row)
        with CaptureQueriesContext(connection) as queries:
            tasks.write_draft(draft.pk)
        counts.append(len(queries))
    assert counts[0] == counts[1] < MANY_QUERIES


def test_instructions_without_a_key_are_said_to_be_ignored():
    shop_order()
    draft = drafted(ticket(words=LATE), by=agent(), instructions="Proposez un bon de 10 %.")

    assert "10 %" not in draft.body
    assert draft.notes == "Instructions are followed by OpenAI only: this is the template."


def test_openai_personalises_what_it_was_given(openai: FixtureServer):
    shop_order()
    says(openai, PERSONAL)
    draft = drafted(decided())

    assert (draft.method, draft.body, draft.notes) == (Draft.Method.OPENAI, PERSONAL, "")
    sent = json.loads(openai.requests_to(COMPLETIONS, "POST")[-1].body)
    system, user = sent["messages"]
    assert "10412" not in system["content"]
    assert LATE in user["content"][0]["text"]


def test_what_nobody_gave_keeps_the_templates_words(openai: FixtureServer):
    shop_order()
    says(openai, PERSONAL.replace("Nous comprenons", "Voici 15 % de remise. Nous comprenons"))
    draft = drafted(decided())

    assert draft.method == Draft.Method.TEMPLATE
    assert "15 %" not in draft.body
    assert draft.notes == (
        "The template's own words, because OpenAI's were not used: “15 %” was given by nobody."
    )


def test_what_the_agent_asks_for_may_be_said(openai: FixtureServer):
    shop_order()
    offer = "Nous vous accordons une remise de 15 % sur votre prochaine commande."
    says(openai, PERSONAL.replace("Nous comprenons votre inquiétude.", offer))
    asked = "Accorder une remise de 15 % sur la prochaine commande."
    draft = drafted(decided(), by=agent(), instructions=asked)

    assert draft.method == Draft.Method.OPENAI
    assert offer in draft.body


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer.json({"error": {"message": "down"}}, status=500), "cannot be reached"),
        (completion("not json"), "could not be used"),
        (ended("stop", content=None, refusal="No."), "declined to answer"),
        (ended("length", content='{"reply": "Bonj'), "cut short"),
        (
            Answer.json({"error": {"message": "no", "code": "invalid_api_key"}}, status=401),
            "rejected the request",
        ),
    ],
    ids=["down", "no json", "refused", "cut short", "wrong key"],
)
def test_where_openai_fails_the_template_stands(
    openai: FixtureServer, settings: Settings, answer: Answer, reason: str
):
    settings.OPENAI_MAX_RETRIES = 0
    shop_order()
    openai.answers("POST", COMPLETIONS, answer)
    draft = drafted(decided())

    assert (draft.status, draft.method) == (Status.READY, Draft.Method.TEMPLATE)
    assert draft.notes.startswith("The template's own words: The AI service")
    assert reason in draft.notes
    assert len(openai.requests_to(COMPLETIONS, "POST")) <= 2


def test_where_openai_is_slow_the_template_stands_after_one_request(
    openai: FixtureServer, settings: Settings
):
    settings.OPENAI_TIMEOUT = 1.0
    settings.OPENAI_MAX_RETRIES = 0
    slow = completion(json.dumps({"reply": PERSONAL}))
    openai.answers("POST", COMPLETIONS, replace(slow, delay=1.5))
    ticket_row = decided()
    shop_order()
    draft = drafted(ticket_row)

    assert (draft.status, draft.method) == (Status.READY, Draft.Method.TEMPLATE)
    assert draft.notes == "The template's own words: The AI service did not answer in time."
    assert len(openai.requests_to(COMPLETIONS, "POST")) == 1


def test_a_job_whose_time_is_used_up_asks_nobody(openai: FixtureServer, settings: Settings):
    settings.JOB_TIMEOUT = 0.1
    shop_order()
    draft = drafted(decided())

    assert (draft.status, draft.method) == (Status.READY, Draft.Method.TEMPLATE)
    assert "did not answer in time" in draft.notes
    assert openai.requests_to(COMPLETIONS, "POST") == []


def test_a_spent_budget_asks_nobody(openai: FixtureServer, settings: Settings):
    settings.OPENAI_MONTHLY_BUDGET_USD = Decimal(0)
    shop_order()
    draft = drafted(decided())

    assert draft.status == Status.READY
    assert "budget is spent" in draft.notes
    assert openai.requests_to(COMPLETIONS, "POST") == []
    assert AiCall.objects.count() == 0


def test_every_open_ticket_without_a_draft_gets_one():
    waiting, rejected, failed, machine = (ticket(words=LATE) for _number in range(4))
    answered = ticket(words=LATE, status="answered", outcome="replied", ended_at=waiting.opened_at)
    Draft.objects.create(
        ticket=rejected,
        revision=rejected.revision,
        status=Status.REJECTED,
        decided_at=rejected.opened_at,
    )
    broken = Draft.objects.create(
        ticket=failed, revision=failed.revision, status=Status.FAILED, attempts=5, error="Oops."
    )
    machine.thread.update(quiet_reason="An automatic reply.")

    assert requests.request_missing() == 2
    assert requests.request_missing() == 0
    waits = Draft.objects.filter(status="waiting").order_by("ticket")
    assert list(waits.values_list("ticket", flat=True)) == [
        waiting.pk,
        failed.pk,
    ]
    broken.refresh_from_db()
    assert (broken.attempts, broken.error) == (0, "")
    assert not answered.drafts.exists()


def test_a_limit_takes_those_that_waited_longest():
    late, later = ticket(words=LATE, hours=5), ticket(words=LATE, hours=2)

    assert requests.request_missing(limit=1) == 1
    assert (late.drafts.count(), later.drafts.count()) == (1, 0)


def test_a_category_without_a_template_is_written_by_hand():
    ReplyTemplate.objects.update(is_active=False)
    draft = drafted(ticket(words=LATE, category=category(), category_method="person"))

    assert (draft.status, draft.body) == (Status.READY, "")
    assert draft.notes == (
        "There is no active template for “Retard de livraison”: write the reply by hand."
    )
