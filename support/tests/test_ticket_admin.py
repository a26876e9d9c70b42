"""The queue and the ticket's page: what staff see, and what their buttons do."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from backoffice.core import tiles
from backoffice.messaging import outbox
from backoffice.messaging.models import Attachment, Document, OutboundMessage
from crm.models import Customer
from support import workflow
from support.admin import ticket_thread
from support.drafting import requests
from support.models import Draft, ShopOrder, Snippet, Ticket
from support.sheets.ticket_sheet import TicketResource
from support.tests import tickets as make

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpResponseBase
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db

LIST = "/admin/support/ticket/"
HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def omar() -> User:
    return make.agent()


@pytest.fixture
def client(omar: User) -> Client:
    client = Client()
    client.force_login(omar)
    return client


def page(ticket: Ticket) -> str:
    return reverse("admin:support_ticket_change", args=[ticket.pk])


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def listed(client: Client, query: str = "") -> list[str]:
    """The numbers of the tickets in the list, in its order."""
    return re.findall(r'<span class="ticket-first">(T-\d+)</span>', shown(client, LIST + query))


def editor(html: str) -> str:
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", html, re.DOTALL)
    assert found
    return found[1]


def told(client: Client, address: str) -> list[str]:
    return [str(one) for one in client.get(address).context["messages"]]


def send(client: Client, draft: Draft, **typed: str) -> Any:  # noqa: ANN401 - the test client's answer
    """What the browser posts for the draft as the page shows it."""
    fields = {"draft": str(draft.pk), "revision": str(draft.revision), "body": draft.body}
    address = reverse("admin:support_ticket_reply", args=[draft.ticket_id])
    return client.post(address, fields | typed)


def body_of(answer: HttpResponseBase) -> bytes:
    assert isinstance(answer, StreamingHttpResponse)
    return answer.getvalue()


def dialog(client: Client, name: str, ticket: Ticket, query: str = "", **typed: object) -> Any:  # noqa: ANN401 - as above
    """What a dialog posts; its answer says by a header where to go on."""
    address = reverse(f"admin:support_ticket_{name}", args=[ticket.pk]) + query
    return client.post(address, {"_form_submitted": "on", **typed}, headers=HX)


# --- the list ---


def test_the_list_begins_with_who_has_waited_longest_and_leaves_out_what_is_done(
    client: Client, omar: User
):
    young, old, done = (make.ready(hours=hours) for hours in (1, 30, 50))
    workflow.approve(done.pk, by=omar)
    assert listed(client) == [old.ticket.number, young.ticket.number]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("?queue=mine", ["mine"]),
        ("?queue=nobody", ["ready", "free"]),
        ("?queue=ready", ["ready"]),
        ("?queue=answered", ["done"]),
        ("?queue=all", ["done", "mine", "free", "ready"]),
        ("?attention=yes", ["free"]),
        ("?attention=no", ["ready", "mine"]),
        ("?language=en", ["mine"]),
        ("?channel__exact=whatsapp", ["ready"]),
        ("?status__exact=answered", ["done"]),
        ("?q=nadia", ["mine"]),
        ("?q=10777", ["done"]),
    ],
)
def test_the_list_is_narrowed(client: Client, omar: User, query: str, wanted: list[str]):
    rows = {
        "ready": make.ticket(hours=9, channel="whatsapp", phone="+212600000001"),
        "free": make.ticket(hours=5, attention="Somebody else's order."),
        "mine": make.ticket(hours=3, assignee=omar, name="Nadia", language="en"),
        "done": make.ticket(hours=1, order_number="10777"),
    }
    make.draft(rows["ready"])
    workflow.close(rows["done"].pk, by=omar)
    assert listed(client, query) == [rows[name].number for name in wanted]


@pytest.mark.parametrize("spelling", ["T-{}", "t {}", "{}"])
def test_a_ticket_is_found_by_its_number_also_when_it_is_answered(
    client: Client, omar: User, spelling: str
):
    draft = make.ready()
    make.ready()
    workflow.approve(draft.pk, by=omar)
    assert listed(client, "?q=" + spelling.format(draft.ticket_id)) == [draft.ticket.number]


def test_a_customers_page_leads_to_all_of_their_tickets(client: Client, omar: User):
    salma = Customer.objects.create(name="Salma Tazi")
    draft = make.ready(customer=salma)
    make.ready()
    workflow.approve(draft.pk, by=omar)
    assert listed(client, f"?customer__id__exact={salma.pk}") == [draft.ticket.number]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_ticket_and_for_three(
    client: Client, omar: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    client.get(LIST)
    for hours in range(rows):
        draft = make.ready(hours=hours + 1, assignee=omar, attention="!")
        make.written(draft.ticket)
    with django_assert_num_queries(9):
        client.get(LIST)


def test_the_list_says_which_drafts_it_showed(client: Client):
    ready, gap = make.ready(hours=3), make.ready(hours=2, body="Le {delivery_date}")
    make.draft(make.ticket(), "", status="writing")
    html = shown(client, LIST)
    assert re.findall(r'name="shown" value="([^"]+)"', html) == [
        f"{ready.ticket_id}:{ready.pk}",
        f"{gap.ticket_id}:{gap.pk}",
    ]
    states = re.findall(r'class="ticket-draft" data-tone="(\w+)">([^<]+)<', html)
    assert states == [
        ("success", "to approve"),
        ("warning", "to complete"),
        ("info", "being written"),
    ]


def test_what_customers_write_is_text(client: Client):
    evil = "<script>alert(1)</script>"
    draft = make.ready(subject=evil, name=evil, words=evil, attention=evil, body=evil)
    for address in (LIST, page(draft.ticket)):
        assert "<script>alert" not in shown(client, address)


def test_tickets_leave_as_a_sheet_in_the_first_systems_words(client: Client, omar: User):
    draft = make.ready(order_number="10402")
    workflow.approve(draft.pk, by=omar)
    make.ticket(words="=1+1")
    columns = {f"ticketresource_{name}": "on" for name in TicketResource.Meta.fields}
    form = {"resource": "0", "format": "1", **columns}
    answer = client.post(f"{LIST}export/?queue=all", form)
    sheet = openpyxl.load_workbook(io.BytesIO(body_of(answer))).worksheets[0]
    heading, *rows = sheet.iter_rows(values_only=True)
    found = [dict(zip(map(str, heading), row, strict=True)) for row in rows]
    shown = ("statut", "id_commande", "message_initial", "reponse_personnalisee", "categorie")
    assert sorted([row[name] or "" for name in shown] for row in found) == [
        ["Nouveau", "", "'=1+1", "", make.CATEGORY],
        ["Traité", "10402", make.WORDS, make.REPLY, make.CATEGORY],
    ]


# --- the page ---


def test_the_page_shows_the_thread_in_order_with_what_became_of_our_answers(
    client: Client, omar: User
):
    ticket = make.ticket(hours=9, words="Où est mon colis ?")
    sent = outbox.queue_text(
        key="x",
        channel="email",
        recipient=ticket.email,
        body="Il arrive.",
        about=ticket,
        author=omar,
    )
    OutboundMessage.objects.filter(pk=sent.pk).update(status="failed", error="550 no such user")
    make.written(ticket, words="Delivery failed", kind="bounce")
    thread = client.get(page(ticket)).context["thread"]
    assert [(said.is_ours, said.text, said.kind) for said in thread] == [
        (False, "Où est mon colis ?", "message"),
        (True, "Il arrive.", "message"),
        (False, "Delivery failed", "bounce"),
    ]
    assert (thread[1].tone, thread[1].problem, thread[1].who) == (
        "danger",
        "550 no such user",
        "Omar Idrissi",
    )


def test_of_a_thread_without_end_the_last_messages_are_shown(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ticket_thread, "MOST", 2)
    ticket = make.ticket(hours=9, words="Premier message")
    for number in (8, 7):
        make.written(ticket, hours=number, words=f"Message {number}")

    html = shown(client, page(ticket))

    assert "1 earlier message is not shown." in html
    assert re.findall(r"Premier message|Message \d", html) == ["Message 8", "Message 7"]


def test_what_a_message_quotes_is_folded_away(client: Client):
    ticket = make.ticket(words="Oui merci")
    message = ticket.thread.get().message
    message.body = "Oui merci\n\n> Est-ce que mardi vous convient ?"
    message.save(update_fields=["body"])
    said = client.get(page(ticket)).context["thread"][0]
    assert (said.text, said.rest) == ("Oui merci", message.body)


def test_attachments_open_from_the_page(client: Client):
    ticket = make.ticket()
    document = Document.objects.create(sha256="0" * 64, file="x.jpg", size=3, mime="image/jpeg")
    message = ticket.thread.get().message
    Attachment.objects.create(message=message, position=0, document=document, filename="verre.jpg")
    html = shown(client, page(ticket))
    address = reverse("messaging:document", args=[document.pk])
    assert f'<img src="{address}" alt="verre.jpg"' in html


def test_only_the_persons_own_orders_are_shown(client: Client):
    own = ShopOrder.objects.create(number="10402", email="salma@example.com", status="en transit")
    ShopOrder.objects.create(number="10403", email="nadia@example.com")
    ticket = make.ticket(order_number="10403", shop_order=None)
    orders = client.get(page(ticket)).context["orders"]
    assert [order.facts.number for order in orders] == [own.number]


def test_the_tickets_own_order_comes_first(client: Client):
    asked = ShopOrder.objects.create(number="1", email="salma@example.com", ordered_on="2020-01-01")
    ShopOrder.objects.create(number="2", email="salma@example.com", ordered_on="2026-01-01")
    orders = client.get(page(make.ticket(shop_order=asked))).context["orders"]
    assert [(order.facts.number, order.is_asked) for order in orders] == [("1", True), ("2", False)]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_however_much_was_said(
    client: Client, omar: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    ticket = make.ticket()
    client.get(page(ticket))
    for number in range(rows):
        document = Document.objects.create(sha256=f"{number:064}", file="x", size=1, mime="x/y")
        message = make.written(ticket)
        Attachment.objects.create(message=message, position=0, document=document)
        outbox.queue_text(
            key=f"{number}",
            channel="email",
            recipient=ticket.email,
            body="a",
            about=ticket,
            author=omar,
        )
        workflow.note(ticket.pk, "a", by=omar)
        make.ticket(category=make.category(f"{number}"))
        ShopOrder.objects.create(number=f"{number}", email=ticket.email)
        Snippet.objects.create(title=f"{number}", body="a")
    make.draft(ticket)
    with django_assert_num_queries(16):
        client.get(page(ticket))


def test_the_page_of_an_answered_ticket_is_read_only_until_it_is_reopened(
    client: Client, omar: User
):
    draft = make.ready()
    workflow.approve(draft.pk, by=omar)
    answer = client.get(page(draft.ticket))
    assert "<textarea" not in answer.content.decode()
    assert list(answer.context["dialogs"]) == ["note", "reopen"]
    assert answer.context["ending_person"] == "Omar Idrissi"

    dialog(client, "reopen", draft.ticket)
    assert "<textarea" in shown(client, page(draft.ticket))


def test_an_answer_that_did_not_arrive_is_told_on_the_answered_ticket(client: Client, omar: User):
    draft = make.ready()
    workflow.approve(draft.pk, by=omar)
    assert client.get(page(draft.ticket)).context["undelivered"] == ""
    OutboundMessage.objects.update(status="failed", error="550 no such user")
    assert "The customer has not got it. 550 no such user" in re.sub(
        r"\s+", " ", shown(client, page(draft.ticket))
    )


def test_a_ticket_is_left_for_later(client: Client):
    first, second = make.ticket(hours=5), make.ticket(hours=1)
    address = reverse("admin:support_ticket_next", args=[first.pk])
    assert client.get(address).headers["Location"] == page(second)
    first.refresh_from_db()
    assert (first.status, first.events.count()) == ("new", 0)


def test_the_page_of_a_merged_ticket_leads_to_the_other_one(client: Client, omar: User):
    source, target = make.ticket(), make.ticket(hours=3)
    workflow.merge(source.pk, target.pk, by=omar)
    answer = client.get(page(source))
    assert page(target) in answer.content.decode()
    assert list(answer.context["dialogs"]) == ["note"]


# --- sending ---


def test_an_unchanged_draft_is_sent_with_one_press_and_the_next_ticket_opens(client: Client):
    following, draft = make.ready(hours=1), make.ready(hours=5)
    answer = send(client, draft)
    draft.refresh_from_db()
    assert (draft.status, draft.edited_share, answer.url) == ("sent", 0, page(following.ticket))


def test_the_browsers_line_ends_are_no_change(client: Client):
    draft = make.ready()
    send(client, draft, body=draft.body.replace("\n", "\r\n"))
    draft.refresh_from_db()
    assert (draft.sent_body, draft.edited_share) == (make.REPLY, 0)


def test_after_the_last_ticket_the_list_comes(client: Client):
    assert send(client, make.ready()).url == LIST


def test_a_refused_text_comes_back_in_the_editor_beside_the_new_message(client: Client):
    draft = make.ready()
    ticket = draft.ticket
    make.written(ticket, words="J'ai trouvé mon colis !")
    requests.make_stale(ticket)
    make.draft(ticket, "Tant mieux !")

    answer = send(client, draft, body="Mes propres mots")
    assert answer.url == page(ticket)
    html = shown(client, page(ticket))
    assert "The customer wrote again at " in html
    assert (editor(html), OutboundMessage.objects.count()) == ("Mes propres mots", 0)
    assert '<script id="ticket-drafted" type="application/json">"Tant mieux !"</script>' in html
    # Once: whoever opens the ticket later sees the draft.
    assert editor(shown(client, page(ticket))) == "Tant mieux !"


def test_a_text_with_gaps_comes_back_too(client: Client):
    draft = make.ready()
    send(client, draft, body="Livraison le {delivery_date}")
    assert editor(shown(client, page(draft.ticket))) == "Livraison le {delivery_date}"


def test_a_text_that_a_colleague_was_faster_with_is_kept_for_the_reopening(client: Client):
    draft = make.ready()
    workflow.approve(draft.pk, by=make.agent("leila"))
    send(client, draft, body="Mes propres mots")
    for _look in range(2):
        assert client.get(page(draft.ticket)).context["unsent"] == "Mes propres mots"
    dialog(client, "reopen", draft.ticket)
    assert editor(shown(client, page(draft.ticket))) == "Mes propres mots"


@pytest.mark.parametrize("status", ["", "waiting", "failed"])
def test_without_a_finished_draft_the_reply_is_written_by_hand(client: Client, status: str):
    ticket = make.ticket()
    if status:
        make.draft(ticket, "", status=status, error="No template.")
    html = shown(client, page(ticket))
    assert editor(html) == ""
    fields = dict(re.findall(r'<input type="hidden" name="(draft|revision)" value="(\w*)">', html))
    assert fields == {"draft": "", "revision": "1"}

    client.post(
        reverse("admin:support_ticket_reply", args=[ticket.pk]), {**fields, "body": "Je regarde."}
    )
    assert OutboundMessage.objects.get().body == "Je regarde."


def test_who_may_only_look_sends_nothing(client: Client):
    draft = make.ready()
    client.force_login(make.staff("nora", "view"))
    answer = client.get(page(draft.ticket))
    assert ("data-send" in answer.content.decode(), answer.context["dialogs"]) == (False, {})
    assert send(client, draft).status_code == 403
    assert OutboundMessage.objects.count() == 0


def test_a_draft_of_another_ticket_is_not_sent_from_this_page(client: Client):
    draft, other = make.ready(hours=3), make.ready(hours=1)
    address = reverse("admin:support_ticket_reply", args=[draft.ticket_id])
    client.post(address, {"draft": other.pk, "revision": "1", "body": "Bonjour"})
    assert told(client, page(draft.ticket)) == ["There is no such draft."]
    assert OutboundMessage.objects.count() == 0


@pytest.mark.parametrize("typed", [{"draft": "9" * 5000}, {"draft": "", "revision": "9" * 5000}])
def test_numbers_of_no_sense_are_told_in_words(client: Client, typed: dict[str, str]):
    draft = make.ready()
    fields = {"revision": "1", "body": "Bonjour", **typed}
    address = reverse("admin:support_ticket_reply", args=[draft.ticket_id])
    assert client.post(address, fields).status_code == 302
    assert len(told(client, page(draft.ticket))) == 1
    assert OutboundMessage.objects.count() == 0


def test_who_may_reply_but_see_nothing_sends_nothing(client: Client):
    draft = make.ready()
    client.force_login(make.staff("nora", "reply"))
    assert send(client, draft).status_code == 403
    assert OutboundMessage.objects.count() == 0


def test_a_reply_is_not_sent_by_a_link(client: Client):
    draft = make.ready()
    address = reverse("admin:support_ticket_reply", args=[draft.ticket_id])
    assert client.get(f"{address}?draft={draft.pk}&body=a").status_code == 405


# --- what has changed since ---


def test_the_page_learns_that_the_customer_wrote_again(client: Client):
    draft = make.ready()
    make.written(draft.ticket)
    address = reverse("admin:support_ticket_state", args=[draft.ticket_id])
    state = client.get(address, {"revision": 1}).json()
    assert state["said"].startswith("The customer wrote again at ")
    assert (state["revision"], state["draft"], state["draft_status"], state["is_open"]) == (
        2,
        draft.pk,
        "ready",
        True,
    )


def test_the_page_learns_that_a_colleague_answered(client: Client):
    draft = make.ready()
    workflow.approve(draft.pk, by=make.agent("leila"))
    address = reverse("admin:support_ticket_state", args=[draft.ticket_id])
    state = client.get(address, {"revision": 1}).json()
    assert state["said"].startswith(f"{draft.ticket.number} was already answered by Leïla Berrada")
    assert (state["draft"], state["is_open"]) == (None, False)


def test_asking_what_has_changed_is_cheap(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    draft = make.ready()
    address = reverse("admin:support_ticket_state", args=[draft.ticket_id])
    client.get(address)
    # The session, the person and their permissions twice, the ticket, its draft.
    with django_assert_num_queries(6):
        client.get(address)


# --- dialogs ---


def test_the_draft_that_was_shown_is_put_away(client: Client):
    draft = make.ready()
    link = client.get(page(draft.ticket)).context["dialogs"]["reject_draft"]["path"]
    workflow.regenerate(draft.ticket_id, by=make.agent("leila"))
    query = "?" + link.partition("?")[2]
    dialog(client, "reject_draft", draft.ticket, query, reason="Faux")
    assert list(draft.ticket.drafts.values_list("status", flat=True)) == ["waiting", "stale"]
    assert "had another draft written" in told(client, page(draft.ticket))[0]


def test_a_draft_of_another_ticket_is_not_put_away_from_this_page(client: Client):
    draft, other = make.ready(hours=3), make.ready(hours=1)
    for shown in (str(other.pk), "9" * 5000):
        dialog(client, "reject_draft", draft.ticket, f"?draft={shown}", reason="Faux")
    assert set(Draft.objects.values_list("status", flat=True)) == {"ready"}


def test_a_draft_is_written_anew_in_another_tone(client: Client):
    draft = make.ready()
    dialog(client, "regenerate", draft.ticket, template="", tone="warm", instructions="Plus court")
    asked = Draft.objects.latest("pk")
    assert (asked.status, asked.tone, asked.instructions) == ("waiting", "warm", "Plus court")


def test_the_category_is_changed_in_its_place(client: Client):
    draft = make.ready()
    other = make.category("Remboursement")
    dialog(client, "change_category", draft.ticket, category=other.pk)
    assert Ticket.objects.get().category == other


def test_a_ticket_that_is_given_away_makes_room_for_the_next(client: Client, omar: User):
    mine, following = make.ticket(hours=5), make.ticket(hours=1)
    leila = make.agent("leila")
    answer = dialog(client, "assign", mine, assignee=leila.pk)
    mine.refresh_from_db()
    assert (mine.assignee, answer.headers["HX-Redirect"]) == (leila, page(following))
    assert dialog(client, "assign", following, assignee=omar.pk).headers["HX-Redirect"] == page(
        following
    )


def test_only_who_may_reply_is_offered(client: Client, omar: User):
    make.staff("nora", "view")
    address = reverse("admin:support_ticket_assign", args=[make.ticket().pk])
    names = [
        str(name) for _pk, name in client.get(address).context["form"].fields["assignee"].choices
    ]
    assert names == ["nobody", "Omar Idrissi"]


@pytest.mark.parametrize("by_number", [True, False])
def test_a_ticket_is_merged_into_another_of_the_same_person(client: Client, by_number: bool):  # noqa: FBT001 - a parameter of the test
    source, target = make.ticket(), make.ticket(hours=3)
    make.ticket(email="nadia@example.com")
    address = reverse("admin:support_ticket_merge", args=[source.pk])
    offered = client.get(address).context["form"].fields["into"].choices
    assert [pk for pk, _words in offered] == ["", str(target.pk)]
    typed = {"number": f"t-{target.pk}"} if by_number else {"into": target.pk}
    answer = dialog(client, "merge", source, **typed)
    assert answer.headers["HX-Redirect"] == page(target)
    assert target.thread.count() == 2


@pytest.mark.parametrize("typed", ["", "douze", "T-", "9" * 30])
def test_a_number_that_is_none_is_told_in_the_dialog(client: Client, typed: str):
    answer = dialog(client, "merge", make.ticket(), number=typed)
    assert "Choose the ticket, or write its number" in answer.content.decode()


def test_a_merge_of_two_people_is_refused_in_words(client: Client):
    one, other = make.ticket(), make.ticket(email="nadia@example.com")
    dialog(client, "merge", one, number=other.number)
    assert told(client, page(one)) == [
        f"{one.number} and {other.number} are of two people: only one person's tickets are merged."
    ]


def test_closing_opens_the_next(client: Client):
    ad, following = make.ticket(hours=5), make.ticket(hours=1)
    answer = dialog(client, "close", ad, reason="Publicité")
    ad.refresh_from_db()
    assert (ad.outcome, answer.headers["HX-Redirect"]) == ("closed", page(following))


def test_a_note_stands_in_the_open_history(client: Client):
    ticket = make.ticket()
    dialog(client, "note", ticket, text="Rappeler lundi")
    html = shown(client, page(ticket))
    assert '<details class="ticket-card ticket-history" open>' in html
    assert "Rappeler lundi" in html


@pytest.mark.parametrize("name", ["state", "next", "customer"])
def test_nothing_is_told_to_who_may_not_see_tickets(client: Client, name: str):
    address = reverse(f"admin:support_ticket_{name}", args=[make.ticket().pk])
    client.force_login(make.staff("nora"))
    assert client.get(address).status_code == 403


@pytest.mark.parametrize(
    "name",
    [
        "regenerate",
        "reject_draft",
        "change_category",
        "assign",
        "merge",
        "split",
        "note",
        "close",
        "reopen",
    ],
)
def test_looking_at_a_dialog_changes_nothing_and_takes_its_permission(client: Client, name: str):
    draft = make.ready()
    address = reverse(f"admin:support_ticket_{name}", args=[draft.ticket_id])
    assert client.get(address).status_code == 200
    draft.refresh_from_db()
    assert (draft.status, draft.ticket.events.count()) == ("ready", 0)
    client.force_login(make.staff("nora", "view"))
    assert client.get(address).status_code == 403


def test_one_of_several_messages_gets_a_ticket_of_its_own(client: Client):
    ticket = make.ticket(hours=5)
    assert client.get(page(ticket)).context["may_separate"] is False
    make.written(ticket, words="Autre chose")
    assert client.get(page(ticket)).context["may_separate"] is True
    moved = ticket.thread.get(text="Autre chose")
    answer = dialog(client, "split", ticket, f"?message={moved.pk}")
    new = Ticket.objects.latest("pk")
    assert (new.thread.get(), answer.headers["HX-Redirect"]) == (moved, page(new))


def test_a_message_of_another_ticket_is_not_separated_from_here(client: Client):
    here, there = make.ticket(), make.ticket()
    make.written(there, words="Autre chose")
    dialog(client, "split", here, f"?message={there.thread.get(text='Autre chose').pk}")
    assert told(client, page(here)) == ["There is no such message."]
    assert Ticket.objects.count() == 2


def test_what_other_desks_know_of_the_customer_is_a_fold_away(client: Client, omar: User):
    customer = Customer.objects.create(name="Salma Tazi")
    ticket = make.ticket(customer=customer)
    address = reverse("admin:support_ticket_customer", args=[ticket.pk])
    assert client.get(address).status_code == 403
    omar.user_permissions.add(Permission.objects.get(codename="view_customer"))
    assert address in shown(client, page(ticket))
    assert ticket.number in shown(client, address)


# --- home ---


def test_the_home_page_says_how_many_wait_and_how_long(omar: User):
    make.ticket(hours=30)
    workflow.close(make.ticket(hours=90).pk, by=omar)
    tile = next(one for one in tiles.for_user(omar) if one.link == LIST)
    assert (tile.number, tile.tone) == (1, "danger")
    assert tile.text == "The oldest has waited for 1\xa0day."
    assert tiles.badge_counts()["support.ticket"] == 1
