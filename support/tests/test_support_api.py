"""The support desk for programs, over HTTP with a key."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from backoffice.core import api_keys
from backoffice.messaging.mail_door import Mail, receive_mail
from backoffice.messaging.models import InboundMessage, OutboundMessage
from backoffice.messaging.tasks import process_message
from crm.customers import register
from support import tasks
from support.incoming import intake
from support.models import Category, Draft, ReplyTemplate, ShopOrder, Ticket

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

EVERYTHING = (
    "view_ticket",
    "add_ticket",
    "reply_ticket",
    "draft_ticket",
    "categorise_ticket",
    "close_ticket",
    "import_shoporder",
)
LATE = "Bonjour, ma commande 10412 devait arriver le 8 avril et je n'ai toujours rien reçu."


class Caller:
    """A program with a key of ``user``."""

    def __init__(self, user: User, *scopes: str) -> None:
        _row, key = api_keys.issue("test", user, scopes or ("support:read", "support:write"))
        self.client = Client(headers={"X-API-Key": key, "Accept-Language": "en"})

    def get(self, path: str) -> tuple[int, Any]:
        response = self.client.get(f"/api/support{path}")
        return response.status_code, response.json()

    def post(self, path: str, body: object = None) -> tuple[int, Any]:
        address = f"/api/support{path}"
        response = self.client.post(address, json.dumps(body), content_type="application/json")
        return response.status_code, response.json()

    def put(self, path: str, body: object) -> tuple[int, Any]:
        address = f"/api/support{path}"
        response = self.client.put(address, json.dumps(body), content_type="application/json")
        return response.status_code, response.json()


def staff(username: str, *codenames: str) -> User:
    user = User.objects.create_user(username, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


@pytest.fixture
def program() -> Caller:
    return Caller(staff("salma", *EVERYTHING))


def ticket_of(
    text: str = LATE, email: str = "camille@boite.example", **given: Any
) -> tuple[Ticket, Draft]:
    """A ticket with its draft, as the worker makes them."""
    message, _created = intake.submit(text=text, email=email, source="api", **given)
    process_message(message.pk)
    ticket = intake.ticket_of(InboundMessage.objects.get(pk=message.pk))
    assert ticket is not None
    draft = ticket.drafts.get(status="waiting")
    tasks.write_draft(draft.pk)
    ticket.refresh_from_db()
    draft.refresh_from_db()
    return ticket, draft


def mail(text: str, message_id: str, answers: str = "") -> None:
    """An e-mail of Camille's, read and drafted by the worker."""
    written = EmailMessage()
    written["From"] = "Camille Roussel <camille@boite.example>"
    written["To"] = "sav@maison-olivette.example"
    written["Subject"] = "Mon colis"
    written["Message-ID"] = message_id
    if answers:
        written["In-Reply-To"] = written["References"] = answers
    written.set_content(text)
    message, _created = receive_mail(Mail(bytes(written), desk="support"))
    process_message(message.pk)
    tasks.write_draft(Draft.objects.get(status="waiting").pk)


def order(number: str = "10412", email: str = "camille@boite.example", **values: Any) -> ShopOrder:
    return ShopOrder.objects.create(number=number, email=email, **values)


def complaint(answer: tuple[int, Any]) -> tuple[int, str, str]:
    """Status, field and code of the first complaint."""
    first = answer[1]["detail"][0]
    return answer[0], first["field"], first["code"]


def numbers(answer: tuple[int, Any]) -> list[str]:
    assert answer[0] == 200
    return [item["number"] for item in answer[1]["items"]]


def test_message_is_taken_in_once(program: Caller):
    form = {"email_client": "Camille@boite.example", "message": LATE, "external_id": "form-7"}

    first = program.post("/messages", form)
    message = InboundMessage.objects.get()
    assert first == (
        201,
        {"message_id": message.pk, "created": True, "desk": "support", "ticket": None},
    )
    assert (message.desk, message.sender_email) == ("support", "camille@boite.example")

    process_message(message.pk)
    ticket = Ticket.objects.get()
    known = {"id": ticket.pk, "number": ticket.number, "status": "new"}
    second = program.post("/messages", form)
    assert second == (
        200,
        {"message_id": message.pk, "created": False, "desk": "support", "ticket": known},
    )
    assert InboundMessage.objects.count() == 1


def test_a_plain_order_goes_to_the_order_desk_and_says_so(program: Caller):
    words = "Bonjour, merci de nous envoyer 2000 sachets fond plat kraft."
    form = {"email": "camille@boite.example", "message": words, "external_id": "form-8"}
    program.post("/messages", form)
    process_message(InboundMessage.objects.get().pk)

    status, answer = program.post("/messages", form)

    assert (status, answer["desk"], answer["ticket"]) == (200, "orders", None)


def test_order_number_of_the_form_reaches_the_ticket(program: Caller):
    order("10423")
    body = {"text": "Où est mon colis ?", "email": "camille@boite.example", "id_commande": 10423}

    assert program.post("/messages", body)[0] == 201

    process_message(InboundMessage.objects.get().pk)
    assert Ticket.objects.get().order_number == "10423"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "a@boite.example"}, "text"),
        ({"text": " ", "email": "a@boite.example"}, "text"),
        ({"text": "Bonjour"}, "email"),
        ({"text": "Bonjour", "email": "a@boite"}, "email"),
        ({"text": "Bonjour", "phone": "bientôt"}, "phone"),
        ({"text": "Bonjour", "email": "a@boite.example", "colour": "red"}, "colour"),
        ({"text": "a\0b", "email": "a@boite.example"}, "text"),
        ({"text": "x" * 20_001, "email": "a@boite.example"}, "text"),
    ],
)
def test_message_that_cannot_be_used_names_the_field(
    program: Caller, body: dict[str, Any], field: str
):
    assert complaint(program.post("/messages", body))[:2] == (422, field)
    assert not InboundMessage.objects.exists()


def test_ticket_is_shown_with_thread_draft_order_and_history(program: Caller):
    order(status="en transit", total=Decimal("89.90"), currency="EUR", items="1 x Lampe")
    ticket, draft = ticket_of(name="Camille Roussel")

    status, shown = program.get(f"/tickets/{ticket.pk}")

    assert status == 200
    head = shown["ticket"]
    assert (head["statut"], head["category"], head["order"]) == (
        "Nouveau",
        "Retard de livraison",
        "10412",
    )
    assert head["draft"] == {"id": draft.pk, "status": "ready", "revision": 1}
    assert [(said["from_us"], said["text"]) for said in shown["thread"]] == [(False, LATE)]
    assert shown["draft"]["body"] == draft.body
    assert shown["order"] == {
        "source": "shop",
        "number": "10412",
        "status": "en transit",
        "ordered_on": None,
        "delivery_date": None,
        "total": "89.90",
        "currency": "EUR",
        "items": ["1 x Lampe"],
        "carrier": "",
        "tracking_number": "",
    }
    assert {event["kind"] for event in shown["events"]} >= {"opened", "drafted"}


def test_order_of_somebody_else_is_not_shown(program: Caller):
    order("10412", "paul@boite.example", status="livrée", items="1 x Secret")
    ticket, _draft = ticket_of()

    shown = program.get(f"/tickets/{ticket.pk}")[1]

    assert (shown["ticket"]["order_number"], shown["ticket"]["order"]) == ("10412", None)
    assert shown["order"] is None
    assert "Secret" not in json.dumps(shown)


@pytest.mark.parametrize("tickets", [1, 3])
def test_list_takes_the_same_queries_for_one_and_for_three(
    program: Caller, tickets: int, django_assert_num_queries: DjangoAssertNumQueries
):
    register(name="Camille Roussel", email="camille@boite.example")
    order()
    for number in range(tickets):
        ticket_of(f"{LATE} {number}", external_id=f"form-{number}", subject=f"Colis {number}")

    # Key, its last use, two for the user's permissions, count, tickets, drafts.
    with django_assert_num_queries(7):
        answer = program.get("/tickets")

    assert answer[1]["count"] == Ticket.objects.count()


def test_list_is_filtered(program: Caller):
    order("10412", "a@boite.example")
    first, _draft = ticket_of(email="a@boite.example")
    second, _draft = ticket_of("Je voudrais être remboursée.", email="b@boite.example")
    Ticket.objects.filter(pk=second.pk).update(
        status="answered",
        ended_at=timezone.now(),
        category=Category.objects.get(name="Remboursement"),
    )
    Ticket.objects.filter(pk=first.pk).update(
        last_message_at=dt.datetime(2026, 4, 20, 23, 30, tzinfo=dt.UTC)
    )

    expected = {
        "": [second.number, first.number],
        "?status=open": [first.number],
        "?status=Traité": [second.number],
        "?status=answered": [second.number],
        "?category=Remboursement": [second.number],
        "?email=A@boite.example": [first.number],
        "?order_number=10412": [first.number],
        # Half past midnight in Casablanca.
        "?received_from=2026-04-21&received_to=2026-04-21": [first.number],
        "?received_to=2026-04-20": [],
        "?channel=whatsapp": [],
    }
    found = {query: numbers(program.get(f"/tickets{query}")) for query in expected}
    assert found == expected


def test_draft_that_was_read_is_approved_once(program: Caller):
    order()
    ticket, draft = ticket_of()
    body = {"draft_id": draft.pk, "body": "Bonjour, votre colis arrive demain."}

    status, shown = program.post(f"/tickets/{ticket.pk}/approve", body)

    assert (status, shown["ticket"]["statut"]) == (200, "Traité")
    sent = OutboundMessage.objects.get()
    assert (sent.recipient, sent.body) == ("camille@boite.example", body["body"])
    assert [said["from_us"] for said in shown["thread"]] == [False, True]
    again = program.post(f"/tickets/{ticket.pk}/approve", body)
    assert complaint(again) == (409, "status", "draft_decided")
    assert OutboundMessage.objects.count() == 1


def test_nothing_is_approved_unread(program: Caller):
    order()
    mail(LATE, "<1@boite.example>")
    ticket, draft = Ticket.objects.get(), Draft.objects.get()
    page = f"/tickets/{ticket.pk}/approve"

    assert complaint(program.post(page, {}))[:2] == (422, "draft_id")
    mail("Toujours rien !", "<2@boite.example>", answers="<1@boite.example>")
    assert Ticket.objects.get().revision == 2
    assert complaint(program.post(page, {"revision": 1})) == (409, "revision", "stale_draft")
    assert complaint(program.post(page, {"draft_id": draft.pk})) == (
        409,
        "revision",
        "stale_draft",
    )
    assert not OutboundMessage.objects.exists()


def test_draft_of_another_ticket_is_not_approved_here(program: Caller):
    order()
    mine, _draft = ticket_of()
    _other, draft = ticket_of("Je voudrais être remboursée.", email="b@boite.example")

    assert program.post(f"/tickets/{mine.pk}/approve", {"draft_id": draft.pk})[0] == 404


def test_reply_of_ones_own(program: Caller):
    ticket, _draft = ticket_of()
    page = f"/tickets/{ticket.pk}/reply"

    assert complaint(program.post(page, {"body": "Bonjour", "revision": 0}))[0] == 409
    status, shown = program.post(page, {"body": "Bonjour Camille", "revision": 1})

    assert (status, shown["ticket"]["status"]) == (200, "answered")
    assert OutboundMessage.objects.get().body == "Bonjour Camille"


def test_draft_is_rejected_and_another_one_written(program: Caller):
    ticket, draft = ticket_of()

    rejected = program.post(
        f"/tickets/{ticket.pk}/reject-draft", {"draft_id": draft.pk, "reason": "trop long"}
    )
    assert (rejected[0], rejected[1]["draft"]) == (200, None)
    draft.refresh_from_db()
    assert (draft.status, draft.rejection_reason) == ("rejected", "trop long")

    template = ReplyTemplate.objects.create(
        category=Category.objects.get(name="Remboursement"), name="Avoir", body="Bonjour,"
    )
    asked = {"template_id": template.pk, "tone": "brief", "instructions": "Propose un avoir."}
    status, shown = program.post(f"/tickets/{ticket.pk}/regenerate", asked)
    assert (status, shown["draft"]["status"], shown["draft"]["tone"]) == (200, "waiting", "brief")
    assert complaint(program.post(f"/tickets/{ticket.pk}/regenerate", {"tone": "rude"}))[:2] == (
        422,
        "tone",
    )


def test_category_is_corrected_by_name(program: Caller):
    ticket, _draft = ticket_of()
    page = f"/tickets/{ticket.pk}/category"

    status, shown = program.post(page, {"category": "remboursement"})

    assert (status, shown["ticket"]["category"]) == (200, "Remboursement")
    assert shown["ticket"]["category_method"] == "person"
    unknown = program.post(page, {"category": "Météo"})
    assert complaint(unknown)[:2] == (422, "category")
    assert "Remboursement" in unknown[1]["detail"][0]["message"]


def test_ticket_is_closed_and_reopened(program: Caller):
    ticket, _draft = ticket_of()

    closed = program.post(f"/tickets/{ticket.pk}/close", {"reason": "réglé au téléphone"})
    assert (closed[0], closed[1]["ticket"]["outcome"]) == (200, "closed")
    again = program.post(f"/tickets/{ticket.pk}/close", {})
    assert complaint(again) == (409, "status", "not_open")
    opened = program.post(f"/tickets/{ticket.pk}/reopen")
    assert (opened[0], opened[1]["ticket"]["status"]) == (200, "in_progress")


BODIES: dict[str, Any] = {
    "approve": {"draft_id": 1},
    "reply": {"body": "x", "revision": 1},
    "reject-draft": {"draft_id": 1},
    "regenerate": {},
    "category": {"category": "Remboursement"},
    "close": {},
    "reopen": None,
}
RIGHTS = {
    "approve": "reply_ticket",
    "reply": "reply_ticket",
    "reject-draft": "draft_ticket",
    "regenerate": "draft_ticket",
    "category": "categorise_ticket",
    "close": "close_ticket",
    "reopen": "close_ticket",
}


@pytest.mark.parametrize("action", BODIES)
def test_ticket_that_is_not_there_is_404(program: Caller, action: str):
    assert program.post(f"/tickets/4711/{action}", BODIES[action])[0] == 404


@pytest.mark.parametrize("action", RIGHTS)
def test_each_decision_asks_for_the_right_of_the_admin(action: str):
    ticket, draft = ticket_of()
    caller = Caller(staff("hamid", *(set(EVERYTHING) - {RIGHTS[action]})))
    body = BODIES[action]
    if body and "draft_id" in body:
        body = {"draft_id": draft.pk}

    assert caller.post(f"/tickets/{ticket.pk}/{action}", body)[0] == 403
    assert not OutboundMessage.objects.exists()


def test_reading_and_writing_have_their_own_rights_and_scopes():
    nobody = Caller(staff("nobody"))
    reader = Caller(staff("reader", *EVERYTHING), "support:read")

    for path in ("/tickets", "/tickets/1", "/stats"):
        assert nobody.get(path)[0] == 403
    assert nobody.post("/messages", {"text": "x", "email": "a@boite.example"})[0] == 403
    assert nobody.put("/orders", {"orders": [{"number": "1"}]})[0] == 403
    assert reader.get("/tickets")[0] == 200
    assert reader.post("/messages", {"text": "x", "email": "a@boite.example"})[0] == 403
    assert Client().get("/api/support/tickets").status_code == 401


ORDERS = [
    {
        "order_number": 10412,
        "customer_email": "Camille@boite.example",
        "customer_name": "Camille Roussel",
        "order_status": "en transit",
        "order_date": "2026-03-30",
        "order_total": "89.90",
        "currency": "€",
        "items": "1 x Lampe Brume; 2 x Bol",
    },
    {"number": "CMD-2", "email": "", "ordered_on": "30/03/2026", "items": ["1 x Plaid"]},
]


def test_shop_pushes_its_orders(program: Caller):
    camille = register(name="Camille Roussel", email="camille@boite.example")

    assert program.put("/orders", {"orders": ORDERS}) == (
        200,
        {"created": 2, "updated": 0, "unchanged": 0},
    )
    assert program.put("/orders", {"orders": ORDERS}) == (
        200,
        {"created": 0, "updated": 0, "unchanged": 2},
    )
    change = {"orders": [{"number": "10412", "status": "livrée"}]}
    assert program.put("/orders", change)[1] == {"created": 0, "updated": 1, "unchanged": 0}

    first = ShopOrder.objects.get(number="10412")
    assert (first.customer, first.email) == (camille, "camille@boite.example")
    assert (first.status, first.total, first.currency) == ("livrée", Decimal("89.90"), "EUR")
    assert first.items == "1 x Lampe Brume\n2 x Bol"
    second = ShopOrder.objects.get(number="CMD-2")
    assert (second.ordered_on, second.items) == (dt.date(2026, 3, 30), "1 x Plaid")


def test_every_bad_row_is_named_and_none_is_written(program: Caller):
    rows = [
        {"number": "1", "email": "a@boite.example"},
        {"number": "2", "email": "nobody"},
        {"number": " ", "total": -1},
        {"number": "3", "currency": "ZZZ", "ordered_on": "hier"},
        {"order_date": "2026-03-30"},
        {"number": "4", "items": [{"name": "Lampe"}]},
    ]

    status, answer = program.put("/orders", {"orders": rows})

    assert status == 422
    assert sorted(entry["field"] for entry in answer["detail"]) == [
        "orders.1.email",
        "orders.2.number",
        "orders.2.total",
        "orders.3.currency",
        "orders.3.ordered_on",
        "orders.4.number",
        "orders.5.items",
    ]
    assert not ShopOrder.objects.exists()


def test_order_that_stands_twice_is_refused(program: Caller):
    answer = program.put("/orders", {"orders": [{"number": "#1"}, {"number": "2"}, {"number": 1}]})

    assert [entry["field"] for entry in answer[1]["detail"]] == [
        "orders.0.number",
        "orders.2.number",
    ]
    assert not ShopOrder.objects.exists()


def test_hundreds_of_orders_take_few_queries(
    program: Caller, django_assert_num_queries: DjangoAssertNumQueries
):
    rows = [{"number": str(n), "email": f"{n}@boite.example"} for n in range(300)]

    # Key, its use, permissions (2), savepoint (2), its turn, known orders, owners, one insert.
    with django_assert_num_queries(10):
        answer = program.put("/orders", {"orders": rows})

    assert answer[1]["created"] == 300


def test_figures_of_a_period(program: Caller):
    ticket, draft = ticket_of()
    program.post(f"/tickets/{ticket.pk}/approve", {"draft_id": draft.pk, "body": "Bonjour"})

    status, answer = program.get("/stats?period=7")

    assert status == 200
    assert isinstance(answer, dict)
    assert complaint(program.get("/stats?period=8"))[0] == 422
    assert complaint(program.get("/stats?to=2026-04-20"))[:2] == (422, "from")
    assert complaint(program.get("/stats?from=2026-04-20&to=2026-04-01"))[:2] == (422, "to")
    assert complaint(program.get("/stats?period=7&from=2026-04-20"))[:2] == (422, "period")
