"""Tickets and their pages in Notion: written once, read back, noticed when removed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from backoffice.messaging.models import InboundMessage
from backoffice.messaging.tasks import process_message
from backoffice.testing.http import Answer
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from support import workflow
from support.models import (
    Draft,
    NotionBase,
    NotionPage,
    NotionSync,
    ReplyTemplate,
    Ticket,
    TicketEvent,
)
from support.notion import asking, contacts, marks, pulling, pushing, tasks
from support.tests import tickets
from support.tests.notion_desk import Desk, notion_desk
from support.tests.test_workflow_races import at_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries, Settings

    from backoffice.integrations.notion_values import Page
    from backoffice.testing.http import Request
    from support.notion.bases import Columns

pytestmark = pytest.mark.django_db

Status = NotionPage.Status
PAGES = ("POST", "/v1/pages")
CREATED = ("POST", "pages")


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with notion_desk(settings) as desk:
        yield desk


def _notes(ticket: Ticket) -> list[str]:
    return [*ticket.events.filter(kind=TicketEvent.Kind.NOTION).values_list("note", flat=True)]


def test_a_ticket_becomes_a_page(desk: Desk) -> None:
    ticket = desk.ticket()
    draft = tickets.draft(ticket)

    desk.push()

    page = desk.page_of(ticket)
    assert (page.status, page.error) == (Status.IN_STEP, "")
    cells = {name: desk.server.value(page.page_id, name) for name in _names(desk)}
    assert cells == {
        "nom_prenom": "Salma Tazi",
        "email_client": "salma@example.com",
        "id_commande": 10402.0,
        "message_initial": tickets.WORDS,
        "catégorie": "Retard de livraison",
        "réponse_personnalisée": draft.body,
        "statut": "Nouveau",
    }


def _names(desk: Desk) -> list[str]:
    return [*desk.server.sources[desk.contacts]["properties"]]


def test_an_order_number_that_is_no_number_leaves_the_cell_empty(desk: Desk) -> None:
    _ticket, page_id = desk.written(order_number="CMD-2026-00045")

    assert desk.server.value(page_id, "id_commande") is None


def test_a_long_message_is_written_whole(desk: Desk) -> None:
    words = "Où est ma commande 😞 ? " * 400

    _ticket, page_id = desk.written(words=words)

    assert desk.server.value(page_id, "message_initial") == words


def test_a_hundred_changes_are_one_write(desk: Desk) -> None:
    ticket = desk.ticket()
    for _time in range(100):
        desk.touch(ticket)
    desk.push()
    desk.later()
    assert desk.writes() == [CREATED]

    Ticket.objects.filter(pk=ticket.pk).update(status="in_progress")
    for _time in range(100):
        desk.touch(ticket)
    desk.push()

    assert desk.writes() == [CREATED, ("PATCH", "pages")]
    assert desk.bodies("PATCH") == [{"statut": {"select": {"name": "En cours"}}}]


def test_everything_again_creates_nothing(desk: Desk) -> None:
    desk.written()
    before = desk.writes()

    for _time in range(2):
        desk.pull_all()
        desk.compare()
        desk.later()
        tasks.push()

    assert desk.writes() == before
    assert (Ticket.objects.count(), NotionPage.objects.count()) == (1, 1)
    assert InboundMessage.objects.count() == 1


def test_without_notion_nothing_is_asked_or_kept(
    desk: Desk, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.NOTION_TOKEN = ""
    ticket = tickets.ticket()

    with django_assert_num_queries(0):
        marks.touch(ticket)
        tasks.push()
        tasks.pull()

    assert desk.server.requests == []


def test_a_lost_answer_makes_no_second_page(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.server.answers(*PAGES, desk.server.lose, desk.server.really)
    desk.push()
    assert desk.page_of(ticket).status == Status.WAITING
    # It is neither taken for a page that somebody added.
    desk.pull()
    assert InboundMessage.objects.count() == 1

    desk.later()
    desk.push()

    assert desk.page_of(ticket).status == Status.IN_STEP
    assert [*desk.server.pages] == [desk.page_of(ticket).page_id]
    assert desk.writes() == [CREATED]


def test_a_creation_that_never_arrived_is_asked_for_again(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.server.answers(*PAGES, Answer(closed=True), desk.server.really)
    desk.push()
    desk.later()

    desk.push()

    assert desk.page_of(ticket).status == Status.IN_STEP
    assert len(desk.server.pages) == 1


def test_a_second_message_of_the_same_words_gets_its_own_page(desk: Desk) -> None:
    _first, page_id = desk.written()
    second = desk.ticket()
    desk.server.answers(*PAGES, Answer(closed=True), desk.server.really)
    desk.push()
    desk.later()
    desk.push()

    assert desk.page_of(second).page_id != page_id
    assert len(desk.server.pages) == 2


def test_an_outage_costs_one_attempt_of_one_row(desk: Desk) -> None:
    for _time in range(3):
        desk.ticket()
    desk.server.answers("*", "*", "error_service_overload_529")
    desk.server.answers("GET", "/v1/databases/*", "error_service_overload_529")

    assert desk.push() == 1

    assert sorted(NotionPage.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    told = NotionPage.objects.get(attempts=1)
    assert told.error == "Notion is overloaded."


def test_a_renamed_column_is_found_again(desk: Desk) -> None:
    ticket, page_id = desk.written()
    desk.server.rename(desk.contacts, "statut", "État")
    Ticket.objects.filter(pk=ticket.pk).update(status="in_progress")
    desk.touch(ticket)

    desk.push()
    desk.later()
    desk.push()

    assert desk.server.value(page_id, "État") == "En cours"
    assert desk.page_of(ticket).status == Status.IN_STEP


def test_a_removed_page_is_noticed_and_not_made_again(desk: Desk) -> None:
    ticket, page_id = desk.written()
    desk.server.trash(page_id)

    run = desk.compare()
    desk.touch(ticket)
    desk.push()

    assert run.sync.removed == 1
    assert desk.page_of(ticket).status == Status.REMOVED
    assert _notes(ticket) == ["Its page was removed in Notion."]
    assert desk.writes() == [CREATED]


def test_a_removed_page_is_noticed_when_it_is_written(desk: Desk) -> None:
    ticket, page_id = desk.written()
    desk.server.trash(page_id)
    desk.touch(ticket)

    desk.push()

    assert desk.page_of(ticket).status == Status.REMOVED


def test_a_base_that_is_not_shared_any_more_removes_nothing(desk: Desk) -> None:
    ticket, page_id = desk.written()
    desk.server.unshared |= {desk.contacts, desk.server.database_of(desk.contacts), page_id}
    desk.touch(ticket)

    run = desk.compare()
    desk.push()

    assert "Connections" in run.failure
    page = desk.page_of(ticket)
    assert (page.status, "Connections" in page.error) == (Status.WAITING, True)


def test_a_person_has_a_removed_page_written_again(desk: Desk) -> None:
    ticket, page_id = desk.written()
    desk.server.trash(page_id)
    desk.compare()
    person = tickets.staff("omar")
    with pytest.raises(PermissionDenied):
        asking.write_again(desk.page_of(ticket).pk, by=person)
    person.is_superuser = True

    asking.write_again(desk.page_of(ticket).pk, by=person)
    desk.push()

    again = desk.page_of(ticket)
    assert again.status == Status.IN_STEP
    assert again.page_id not in ("", page_id)
    # The first one comes out of the trash: it is no new ticket.
    desk.server.pages[page_id]["in_trash"] = False
    desk.later()
    desk.compare()
    assert Ticket.objects.count() == 1
    assert InboundMessage.objects.count() == 1


def test_a_page_that_came_back_is_in_step_again(desk: Desk) -> None:
    ticket, page_id = desk.written()
    desk.server.trash(page_id)
    desk.compare()
    desk.server.pages[page_id]["in_trash"] = False
    desk.later()

    desk.compare()
    desk.push()

    assert desk.page_of(ticket).status == Status.IN_STEP
    assert _notes(ticket)[-1] == "Its page is back in Notion."


def _added(desk: Desk, **values: object) -> str:
    given = {
        "nom_prenom": "Claire Fontanel",
        "email_client": "claire.fontanel@client.example",
        "id_commande": 1042,
        "message_initial": ["Bonjour, ma commande #1042 ne bouge plus depuis 5 jours."],
        "statut": "Nouveau",
    }
    return desk.server.add_page(desk.contacts, **given | values)


def _process() -> None:
    for pk in InboundMessage.objects.filter(status="received").values_list("pk", flat=True):
        process_message(pk)


def test_a_page_added_by_hand_becomes_one_ticket(desk: Desk) -> None:
    page_id = _added(desk)

    assert desk.pull().sync.created == 1
    _process()
    for _time in range(2):
        desk.push()
        desk.later()
        assert desk.pull().sync.created == 0

    ticket = Ticket.objects.get()
    assert (ticket.email, ticket.name) == ("claire.fontanel@client.example", "Claire Fontanel")
    assert ticket.order_number == "1042"
    assert desk.page_of(ticket).page_id == page_id
    assert [*desk.server.pages] == [page_id]
    # What people wrote stays as they wrote it.
    changed = {name for body in desk.bodies("PATCH") for name in body}
    assert changed <= {"catégorie", "réponse_personnalisée", "statut"}


def test_a_reply_written_beside_the_question_is_the_draft(desk: Desk) -> None:
    reply = "Bonjour Claire, nous relançons le transporteur."
    page_id = _added(desk, réponse_personnalisée=[reply])
    desk.pull()
    desk.later()
    _process()
    ticket = Ticket.objects.get()
    Draft.objects.filter(ticket=ticket).update(status=Draft.Status.READY, body="La machine")

    desk.push()

    assert Draft.objects.get(ticket=ticket, status=Draft.Status.READY).body == reply
    assert desk.server.value(page_id, "réponse_personnalisée") == reply


def test_a_page_removed_before_its_ticket_was_made_is_noticed(desk: Desk) -> None:
    page_id = _added(desk)
    desk.pull()
    _process()
    del desk.server.pages[page_id]

    desk.push()

    page = desk.page_of(Ticket.objects.get())
    assert (page.status, page.page_id) == (Status.REMOVED, page_id)
    assert desk.writes() == []


def test_only_new_pages_become_tickets(desk: Desk) -> None:
    _added(desk, statut="Traité")
    _added(desk, statut=None)

    assert desk.pull().sync.created == 0
    assert InboundMessage.objects.count() == 0


def test_a_page_that_nobody_could_be_answered_on_is_told(desk: Desk) -> None:
    _added(desk, email_client=None)

    run = desk.pull()

    assert run.problems == [
        "Claire Fontanel: Give an e-mail address or a telephone number: nobody could be answered."
    ]
    assert NotionSync.objects.get().problem == run.problems[0]


def test_the_page_of_a_deleted_ticket_is_no_new_one(desk: Desk) -> None:
    ticket, _page_id = desk.written()
    ticket.delete()
    desk.later()

    desk.compare()

    assert InboundMessage.objects.count() == 1
    assert Ticket.objects.count() == 0


def test_a_run_that_found_nothing_leaves_no_row(desk: Desk) -> None:
    desk.pull()
    for _time in range(3):
        desk.later()
        desk.pull()

    assert NotionSync.objects.count() == 1


def test_a_failure_is_kept_once_and_its_end_too(desk: Desk) -> None:
    desk.pull()
    desk.server.answers("POST", "/v1/data_sources/*/query", "error_service_overload_529")
    for _time in range(3):
        desk.pull()
    desk.server.answers("POST", "/v1/data_sources/*/query", desk.server.really)
    desk.pull()

    told = [(row.problem, row.ended_at is None) for row in NotionSync.objects.order_by("pk")]
    assert told == [("", False), ("Notion is overloaded.", True), ("", False)]


def test_an_edit_in_the_minute_of_the_last_look_is_seen(desk: Desk) -> None:
    ticket, page_id = desk.written()
    desk.server.edit(page_id, statut="En cours")
    desk.pull()
    # Still the same minute, which is all that Notion tells.
    desk.clock.shift(1)
    desk.server.edit(page_id, statut="Nouveau")

    desk.pull()

    ticket.refresh_from_db()
    assert ticket.status == "new"


def test_a_long_base_is_read_in_several_runs(desk: Desk) -> None:
    for number in range(5):
        _added(desk, email_client=f"client{number}@example.com")
        desk.later()
    desk.server.page_size = 2

    cut = pulling.pull(NotionBase.CONTACTS, budget=0)
    assert cut is not None
    assert (cut.is_cut, cut.sync.created) == (True, 0)
    desk.pull()

    assert InboundMessage.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_what_changes_while_it_is_written_is_written_once_more(desk: Desk) -> None:
    ticket = desk.ticket()

    def change(request: Request) -> Answer:
        desk.clock.shift(1)
        Ticket.objects.filter(pk=ticket.pk).update(status="in_progress")
        desk.touch(ticket)
        connection.close()
        return desk.server.really(request)

    desk.server.answers(*PAGES, change)
    desk.push()
    assert desk.page_of(ticket).status == Status.IN_STEP

    assert desk.writes() == [CREATED, ("PATCH", "pages")]
    assert desk.server.value(desk.page_of(ticket).page_id, "statut") == "En cours"


def test_open_tickets_of_before_get_their_page(desk: Desk) -> None:
    ticket = tickets.ticket()
    tickets.ticket(status="answered", outcome="closed", ended_at=ticket.opened_at)

    tasks.compare_all()
    desk.push()

    assert [page.ticket_id for page in NotionPage.objects.all()] == [ticket.pk]
    assert desk.page_of(ticket).status == Status.IN_STEP


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_page(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.later()
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        pushing.push()
        connection.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert desk.page_of(ticket).status == Status.IN_STEP
    assert desk.writes() == [CREATED]
    assert len(desk.server.pages) == 1


@pytest.mark.django_db(transaction=True)
def test_a_merge_and_whoever_makes_the_missing_pages_do_not_wait_in_a_circle(desk: Desk) -> None:
    older, newer = tickets.ticket(hours=2), tickets.ticket(hours=1)
    omar = tickets.agent()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            marks.touch(older)
            merged = pool.submit(at_once, lambda: workflow.merge(newer.pk, older.pk, by=omar))
            wait_until(somebody_waits_for_us, within=30)
            asking.catch_up()
        assert merged.result() == ["done"]

    assert NotionPage.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_new_pages_are_made_before_failed_ones_are_held(desk: Desk) -> None:
    """Who merges makes the page of one ticket, and then has the failed one of the other written."""
    older, newer = tickets.ticket(hours=2), tickets.ticket(hours=1)
    desk.touch(newer)
    NotionPage.objects.update(status=Status.FAILED)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            marks.touch(older)
            caught_up = pool.submit(at_once, asking.catch_up)
            wait_until(somebody_waits_for_us, within=30)
            marks.touch(newer)
        assert caught_up.result() == ["done"]

    assert NotionPage.objects.filter(status=Status.WAITING).count() == 2


def test_drafts_are_told_as_they_stand(desk: Desk) -> None:
    ticket, page_id = desk.written()
    draft = tickets.draft(ticket, "Premier texte")
    desk.touch(ticket)
    desk.push()
    assert desk.server.value(page_id, "réponse_personnalisée") == "Premier texte"

    # Being written anew: nothing is said about it until there is another text.
    Draft.objects.filter(pk=draft.pk).update(status=Draft.Status.STALE)
    tickets.draft(ticket, "", status=Draft.Status.WAITING)
    desk.touch(ticket)
    desk.push()

    assert desk.server.value(page_id, "réponse_personnalisée") == "Premier texte"


def test_a_page_heard_of_while_it_is_met_is_no_new_ticket(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, page_id = desk.written()
    page = desk.page_of(ticket)
    NotionPage.objects.filter(pk=page.pk).update(page_id="", status=Status.WORKING)
    known = contacts.shown

    def shown(columns: Columns, remote: Page) -> dict[str, str]:
        # Its worker has the answer after we looked for the page, before we ask whose it is.
        NotionPage.objects.filter(pk=page.pk).update(page_id=page_id)
        return known(columns, remote)

    monkeypatch.setattr(contacts, "shown", shown)
    desk.compare()

    assert (InboundMessage.objects.count(), Ticket.objects.count()) == (1, 1)


def test_replies_alone_are_caught_up_with_too(desk: Desk, settings: Settings) -> None:
    settings.NOTION_CONTACTS_BASE = ""
    template = ReplyTemplate.objects.first()
    row = NotionPage.objects.create(base=NotionBase.REPLIES, template=template, status="failed")

    asking.catch_up()

    row.refresh_from_db()
    assert row.status == Status.WAITING
    assert NotionPage.objects.count() == 1
