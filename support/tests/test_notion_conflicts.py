"""Who changed what: one side, the other, or both; nothing is sent because of Notion."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.messaging.models import OutboundMessage
from support import workflow
from support.models import Draft, Ticket, TicketEvent
from support.tests import tickets
from support.tests.notion_desk import Desk, notion_desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

REPLY, STATUS = "réponse_personnalisée", "statut"
THEIRS = "Bonjour Salma, votre colis part ce soir."


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with notion_desk(settings) as desk:
        yield desk


def _events(ticket: Ticket) -> list[tuple[str, dict[str, list[str]], str]]:
    rows = ticket.events.order_by("pk")
    return [(one.kind, one.changes, one.note) for one in rows]


def _in_step(desk: Desk) -> tuple[Ticket, Draft, str]:
    ticket = desk.ticket()
    draft = tickets.draft(ticket)
    desk.push()
    desk.later()
    return ticket, draft, desk.page_of(ticket).page_id


def _set(ticket: Ticket, status: str) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(status=status)


def test_a_reply_written_in_notion_becomes_the_draft(desk: Desk) -> None:
    ticket, before, page_id = _in_step(desk)
    desk.server.edit(page_id, **{REPLY: [THEIRS]})
    desk.later()

    run = desk.pull()

    draft = Draft.objects.get(ticket=ticket, status=Draft.Status.READY)
    assert (draft.body, draft.method, draft.revision) == (THEIRS, Draft.Method.PERSON, 1)
    assert _events(ticket) == [
        ("notion", {"reply": [before.body, THEIRS]}, "Written in Notion."),
    ]
    assert (run.sync.updated, run.sync.conflicts) == (1, 0)
    assert OutboundMessage.objects.count() == 0


def test_who_has_the_earlier_draft_before_them_does_not_send_the_new_one(desk: Desk) -> None:
    _ticket, seen, page_id = _in_step(desk)
    desk.server.edit(page_id, **{REPLY: [THEIRS]})
    desk.later()
    desk.pull()

    with pytest.raises(DomainError, match="read that one first"):
        workflow.approve(seen.pk, by=tickets.agent())

    assert OutboundMessage.objects.count() == 0


def test_a_reply_written_in_notion_replaces_one_under_way(desk: Desk) -> None:
    ticket, page_id = desk.written()
    writing = tickets.draft(ticket, "", status=Draft.Status.WAITING, method="")
    desk.server.edit(page_id, **{REPLY: [THEIRS]})
    desk.later()

    desk.pull()

    writing.refresh_from_db()
    assert writing.status == Draft.Status.STALE
    assert Draft.objects.get(status=Draft.Status.READY).body == THEIRS


def test_a_reply_older_than_the_customers_last_message_is_only_kept(desk: Desk) -> None:
    ticket, before, page_id = _in_step(desk)
    desk.server.edit(page_id, **{REPLY: [THEIRS]})
    desk.later()
    tickets.written(ticket, words="Trop tard, remboursez-moi.")

    desk.pull()

    assert _events(ticket) == [
        (
            "notion",
            {"reply": [before.body, THEIRS]},
            "Written in Notion before the customer's last message: it does not answer it.",
        )
    ]
    assert [*Draft.objects.values_list("body", flat=True)] == [before.body]


def test_an_emptied_reply_is_put_back(desk: Desk) -> None:
    _ticket, before, page_id = _in_step(desk)
    desk.server.edit(page_id, **{REPLY: None})
    desk.later()

    desk.pull()
    desk.push()

    assert desk.server.value(page_id, REPLY) == before.body


def test_our_own_writing_is_not_taken_for_somebody_elses(desk: Desk) -> None:
    ticket, _draft, page_id = _in_step(desk)
    _set(ticket, "in_progress")
    desk.touch(ticket)
    desk.push()

    run = desk.pull()

    assert desk.server.value(page_id, STATUS) == "En cours"
    assert (run.sync.pages, run.sync.updated, _events(ticket)) == (1, 0, [])


@pytest.mark.parametrize(
    ("before", "chosen", "after"),
    [("new", "En cours", "in_progress"), ("in_progress", "nouveau", "new")],
)
def test_an_open_status_is_taken_over(desk: Desk, before: str, chosen: str, after: str) -> None:
    ticket, _page = desk.written(status=before)
    desk.server.edit(desk.page_of(ticket).page_id, **{STATUS: chosen})
    desk.later()

    desk.pull()

    ticket.refresh_from_db()
    assert ticket.status == after


def test_treated_in_notion_ends_the_ticket_and_sends_nothing(desk: Desk) -> None:
    ticket, before, page_id = _in_step(desk)
    desk.server.edit(page_id, **{REPLY: [THEIRS], STATUS: "Traité"})
    desk.later()

    desk.pull()
    desk.push()

    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome) == ("answered", "closed")
    assert _events(ticket) == [
        ("notion", {"reply": [before.body, THEIRS]}, "Written in Notion."),
        ("closed", {}, "Closed in Notion. Nothing was sent."),
    ]
    assert not Draft.objects.filter(status__in=Draft.OPEN).exists()
    assert OutboundMessage.objects.count() == 0
    # What the agent wrote stays there.
    assert desk.server.value(page_id, REPLY) == THEIRS


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ("Traité automatiquement", "“Traité automatiquement” is set by the machine alone."),
        ("En attente", "Notion says “En attente”, which is no status of tickets."),
        (None, "Notion says “–”, which is no status of tickets."),
    ],
)
def test_a_status_that_people_may_not_choose_is_put_back(
    desk: Desk, chosen: str | None, told: str
) -> None:
    ticket, page_id = desk.written()
    desk.server.edit(page_id, **{STATUS: chosen})
    desk.later()

    desk.pull()
    desk.push()
    desk.pull()

    ticket.refresh_from_db()
    assert ticket.status == "new"
    assert [note for _kind, _changes, note in _events(ticket)] == [told]
    assert desk.server.value(page_id, STATUS) == "Nouveau"


def test_an_ended_ticket_is_opened_again(desk: Desk) -> None:
    ticket, draft, page_id = _in_step(desk)
    workflow.approve(draft.pk, by=tickets.agent())
    desk.push()
    assert desk.server.value(page_id, STATUS) == "Traité"
    desk.later()
    desk.server.edit(page_id, **{STATUS: "En cours"})
    desk.later()

    desk.pull()

    ticket.refresh_from_db()
    assert (ticket.status, ticket.ended_at, ticket.reopened) == ("in_progress", None, 1)
    assert Draft.objects.filter(status=Draft.Status.WAITING).count() == 1


def test_what_was_sent_is_not_rewritten_in_notion(desk: Desk) -> None:
    ticket, draft, page_id = _in_step(desk)
    workflow.approve(draft.pk, by=tickets.agent())
    desk.push()
    desk.later()
    desk.server.edit(page_id, **{REPLY: [THEIRS]})
    desk.later()

    desk.pull()
    desk.push()

    assert desk.server.value(page_id, REPLY) == draft.body
    kind, changes, note = _events(ticket)[-1]
    assert (kind, changes) == ("notion", {"reply": [draft.body, THEIRS]})
    assert note == "The ticket was ended before: the text written in Notion was not sent."


def test_of_two_changes_the_later_one_stands_here(desk: Desk) -> None:
    ticket, before, page_id = _in_step(desk)
    desk.server.edit(page_id, **{REPLY: [THEIRS]})
    desk.later()
    before.body = "Bonjour, le nôtre est plus récent."
    before.save()
    desk.touch(ticket)

    run = desk.pull()
    desk.push()

    assert run.sync.conflicts == 1
    assert desk.server.value(page_id, REPLY) == before.body
    assert _events(ticket) == [
        (
            "notion",
            {"reply": [THEIRS, before.body]},
            "Changed here and in Notion; the later one, here, stands.",
        )
    ]


def test_of_two_changes_the_later_one_stands_there(desk: Desk) -> None:
    ticket, before, page_id = _in_step(desk)
    before.body = "Bonjour, le nôtre."
    before.save()
    desk.touch(ticket)
    desk.later()
    desk.server.edit(page_id, **{REPLY: [THEIRS]})

    desk.push()

    assert desk.server.value(page_id, REPLY) == THEIRS
    assert Draft.objects.get(status=Draft.Status.READY).body == THEIRS
    assert [(changes, note) for _kind, changes, note in _events(ticket)] == [
        ({"reply": [before.body, THEIRS]}, "Written in Notion."),
        (
            {"reply": [before.body, THEIRS]},
            "Changed here and in Notion; the later one, in Notion, stands.",
        ),
    ]


def test_two_columns_changed_on_two_sides_are_both_kept(desk: Desk) -> None:
    ticket, _draft, page_id = _in_step(desk)
    _set(ticket, "in_progress")
    desk.touch(ticket)
    desk.later()
    desk.server.edit(page_id, **{REPLY: [THEIRS]})

    desk.push()

    assert desk.server.value(page_id, STATUS) == "En cours"
    assert Draft.objects.get(status=Draft.Status.READY).body == THEIRS


def test_what_is_edited_between_reading_and_writing_is_taken_next_time(desk: Desk) -> None:
    ticket, _draft, page_id = _in_step(desk)
    _set(ticket, "in_progress")
    desk.touch(ticket)

    def meanwhile(request: object) -> object:
        desk.server.edit(page_id, **{REPLY: [THEIRS]})
        return desk.server.really(request)  # type: ignore[arg-type]

    desk.server.answers("PATCH", "/v1/pages/*", meanwhile)  # type: ignore[arg-type]
    desk.push()
    desk.server.answers("PATCH", "/v1/pages/*", desk.server.really)
    desk.later()
    desk.pull()

    assert Draft.objects.get(status=Draft.Status.READY).body == THEIRS


def test_a_category_chosen_in_notion_is_put_back_and_told(desk: Desk) -> None:
    ticket, page_id = desk.written()
    desk.server.edit(page_id, catégorie="Remboursement")
    desk.later()

    desk.pull()
    desk.push()

    assert desk.server.value(page_id, "catégorie") == "Retard de livraison"
    assert _events(ticket) == [
        (
            "notion",
            {"category": ["Remboursement", "Retard de livraison"]},
            "Changed in Notion; the category is decided here, so ours was put back.",
        )
    ]


def test_a_name_that_ours_replaces_is_kept(desk: Desk) -> None:
    ticket, page_id = desk.written()
    desk.server.edit(page_id, nom_prenom="Salma T. (Casablanca)")
    desk.later()
    desk.pull()
    assert (_events(ticket), desk.server.value(page_id, "nom_prenom")) == (
        [],
        "Salma T. (Casablanca)",
    )
    Ticket.objects.filter(pk=ticket.pk).update(name="Salma Tazi-Benali")
    desk.touch(ticket)
    desk.server.answers("PATCH", "/v1/pages/*", "error_service_overload_529", desk.server.really)

    # The first attempt fails; the history tells once.
    for _time in range(2):
        desk.push()
        desk.later()

    assert desk.server.value(page_id, "nom_prenom") == "Salma Tazi-Benali"
    assert _events(ticket) == [
        (
            "notion",
            {"name": ["Salma T. (Casablanca)", "Salma Tazi-Benali"]},
            "Changed in Notion; the column is filled from here, so ours replaced it.",
        )
    ]


def test_what_we_wrote_ourselves_is_replaced_without_a_word(desk: Desk) -> None:
    ticket, page_id = desk.written(order_number="10402")
    Ticket.objects.filter(pk=ticket.pk).update(name="Salma Tazi-Benali", order_number="CMD-7")
    desk.touch(ticket)

    desk.push()

    assert desk.server.value(page_id, "nom_prenom") == "Salma Tazi-Benali"
    assert desk.server.value(page_id, "id_commande") is None
    assert _events(ticket) == []


def test_a_write_that_failed_is_still_owed(desk: Desk) -> None:
    ticket, page_id = desk.written()
    desk.server.edit(page_id, **{STATUS: "Traité automatiquement"})
    desk.later()
    desk.pull()
    desk.server.answers("PATCH", "/v1/pages/*", "error_service_overload_529", desk.server.really)
    desk.push()
    assert desk.server.value(page_id, STATUS) == "Traité automatiquement"

    desk.later()
    desk.push()

    assert desk.server.value(page_id, STATUS) == "Nouveau"
    assert len(_events(ticket)) == 1


def test_a_merged_ticket_stays_ended(desk: Desk) -> None:
    ticket, page_id = desk.written()
    other = tickets.ticket()
    Ticket.objects.filter(pk=ticket.pk).update(
        status="answered", outcome="merged", merged_into=other, ended_at=timezone.now()
    )
    desk.touch(ticket)
    desk.push()
    desk.later()
    desk.server.edit(page_id, **{STATUS: "Nouveau"})
    desk.later()

    desk.pull()
    desk.push()

    assert desk.server.value(page_id, STATUS) == "Traité"
    assert TicketEvent.objects.filter(ticket=ticket).count() == 1


def test_the_minute_of_an_edit_counts_to_its_end(desk: Desk) -> None:
    ticket, before, page_id = _in_step(desk)
    before.body = "Le nôtre."
    before.save()
    desk.touch(ticket)
    desk.clock.shift(timedelta(seconds=5))
    desk.server.edit(page_id, **{REPLY: [THEIRS]})
    desk.later(minutes=1)

    desk.push()

    assert Draft.objects.get(status=Draft.Status.READY).body == THEIRS
