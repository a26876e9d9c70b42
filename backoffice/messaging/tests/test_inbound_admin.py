from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.messaging import media
from backoffice.messaging.models import Attachment, InboundMessage, MailboxCursor
from backoffice.messaging.tests.making import PHONE, inbound, whatsapp
from backoffice.messaging.tests.receiving_desk import RecordingDesk, stand_in

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db

LIST = "/admin/messaging/inboundmessage/"
PDF = b"%PDF-1.7 an order"


@pytest.fixture(autouse=True)
def _here(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.LANGUAGE_CODE = "en"


def staff(*codenames: str) -> User:
    user = User.objects.create(username="amina", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


@pytest.fixture
def agent(client: Client) -> User:
    user = staff("view_inboundmessage", "process_inboundmessage")
    client.force_login(user)
    return user


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> RecordingDesk:
    stand_in(monkeypatch, "support")
    return stand_in(monkeypatch, "orders")


def with_file(content: bytes = PDF, name: str = "bon.pdf", **fields: object) -> InboundMessage:
    message = inbound(**{"sender_phone": PHONE, "body": "voici", "status": "done", **fields})
    document = media.store(content)
    document.kind = {"application/pdf": "pdf"}.get(document.mime, document.mime.partition("/")[0])
    document.save()
    Attachment.objects.create(message=message, position=0, document=document, filename=name)
    return message


def page(client: Client, message: InboundMessage) -> str:
    answer = client.get(f"{LIST}{message.pk}/change/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_for_any_number_of_rows(
    client: Client, agent: User, number: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for index in range(number):
        with_file(PDF + bytes([index]), reason="Order 1.")
    client.get(LIST)

    with django_assert_num_queries(LIST_QUERIES):
        answer = client.get(LIST)

    assert answer.content.decode().count("voici") == number


LIST_QUERIES = 8


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=zitoun", ["Dar Zitoun"]),
        ("?status__in=needs_attention", ["Salma"]),
        ("?desk=support", ["Salma"]),
        ("?channel__in=email", ["Dar Zitoun"]),
        ("?kind=complaint", ["Dar Zitoun"]),
        ("?kind=complaint&kind=quote_request", ["Dar Zitoun", "Salma"]),
        ("?kind=quote_request&desk=orders", []),
        ("", ["Dar Zitoun", "Salma"]),
    ],
)
def test_list_is_filtered_and_searched(
    client: Client, agent: User, orders: RecordingDesk, query: str, found: list[str]
):
    inbound(sender_name="Dar Zitoun", channel="email", status="done", kind="complaint")
    support = {"desk": "support", "status": "needs_attention", "kind": "quote_request"}
    inbound(sender_name="Salma", **support)

    rows = client.get(LIST + query).context["cl"].result_list

    assert sorted(row.sender_name for row in rows) == found


def test_the_kind_is_shown_in_words(client: Client, agent: User):
    rows = [inbound(kind=kind) for kind in ("order_status", "lost_parcel", "")]

    text = client.get(LIST).content.decode()

    assert ("Question about an order" in text, "Lost parcel" in text) == (True, True)
    assert "Question about an order" in page(client, rows[0])


def test_page_shows_text_reason_and_files(client: Client, agent: User):
    message = with_file(reason="Order 7.", body="<b>bghit</b> 2000 sac")

    text = page(client, message)

    document_id = message.attachments.get().document_id
    assert "Order 7." in text
    assert "needs_attention" not in text
    assert "&lt;b&gt;bghit&lt;/b&gt; 2000 sac" in text
    assert "<iframe" in text
    assert f'src="/messaging/document/{document_id}/"' in text
    assert f"{LIST}{message.pk}/conversation/" in text


def test_page_changes_nothing(client: Client, agent: User):
    message = with_file()
    before = InboundMessage.objects.values().get()

    assert client.post(f"{LIST}{message.pk}/change/", {"body": "x"}).status_code == 403
    assert client.post(f"{LIST}{message.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403
    assert InboundMessage.objects.values().get() == before


def act(client: Client, message: InboundMessage, action: str, **data: str) -> int:
    url = reverse(f"admin:messaging_inboundmessage_{action}", args=[message.pk])
    asked = client.get(url)
    message.refresh_from_db()
    before = message.status
    answer = client.post(url, {"_form_submitted": "1", **data}, headers={"HX-Request": "true"})
    assert before == "done"
    return answer.status_code if asked.status_code == 200 else asked.status_code


def test_read_again_asks_first(client: Client, agent: User, orders: RecordingDesk):
    message = with_file()

    assert act(client, message, "read_again") == 200
    message.refresh_from_db()
    assert message.status == "received"


def test_move_gives_the_message_to_the_chosen_desk(
    client: Client, agent: User, orders: RecordingDesk
):
    message = with_file()

    assert act(client, message, "move", desk="support") == 200
    message.refresh_from_db()
    assert (message.desk, message.status) == ("support", "received")


def test_desk_that_decided_is_told_to_the_person(
    client: Client, agent: User, orders: RecordingDesk
):
    def objects() -> None:
        raise DomainError("Order 7 is validated.")

    orders.objects = objects
    message = with_file()

    act(client, message, "move", desk="support")

    assert "Order 7 is validated." in page(client, message)
    message.refresh_from_db()
    assert message.desk == "orders"


def test_colleague_without_the_permission_has_no_actions(client: Client, orders: RecordingDesk):
    client.force_login(staff("view_inboundmessage"))
    message = with_file()

    assert "Read again" not in page(client, message)
    assert act(client, message, "read_again") == 403
    assert act(client, message, "move", desk="support") == 403


def test_selected_messages_are_moved_after_a_question(
    client: Client, agent: User, orders: RecordingDesk
):
    rows = [with_file(PDF + bytes([index])) for index in range(2)]
    chosen = [str(row.pk) for row in rows]
    form = {"action": "move_selected", "_selected_action": chosen}

    asked = client.post(LIST, form)
    assert asked.status_code == 200
    assert {row.desk for row in InboundMessage.objects.all()} == {"orders"}
    answers = {"confirmed": "1", "_form_submitted": "on", "desk": "support"}
    client.post(LIST, {**form, **answers, "ids": asked.context["ids"]})

    assert {row.desk for row in InboundMessage.objects.all()} == {"support"}


def test_conversation_shows_both_sides(client: Client, agent: User):
    message = with_file()
    whatsapp(body="Votre commande est validée.")

    text = client.get(f"{LIST}{message.pk}/conversation/").content.decode()

    assert text.index("voici") < text.index("Votre commande est validée.")
    assert "bon.pdf" in text


def test_conversation_is_for_those_who_may_read_messages(client: Client):
    client.force_login(staff("view_outboundmessage"))

    assert client.get(f"{LIST}{with_file().pk}/conversation/").status_code == 403


def test_conversation_of_nobody_is_not_found(client: Client, agent: User):
    assert client.get(f"{LIST}9999/conversation/").status_code == 404


@pytest.mark.parametrize(
    ("content", "kind", "disposition"),
    [
        (PDF, "application/pdf", "inline"),
        (b"\x89PNG\r\n\x1a\n", "image/png", "inline"),
        (b"OggS\0", "audio/ogg", "inline"),
        (b"<html><script>alert(1)</script>", "application/octet-stream", "attachment"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "application/octet-stream", "attachment"),
        (b"just words", "application/octet-stream", "attachment"),
    ],
)
def test_file_is_shown_only_where_that_is_safe(
    client: Client, agent: User, content: bytes, kind: str, disposition: str
):
    document = with_file(content, "bon é.pdf").attachments.get().document
    assert document is not None

    answer = client.get(f"/messaging/document/{document.pk}/")

    assert b"".join(answer) == content
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"].startswith(f"{disposition}; ")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_original_is_a_download(client: Client, agent: User):
    message = inbound(channel="email", raw=b"From: a@x\r\n\r\n<script>")

    answer = client.get(f"/messaging/message/{message.pk}/original/")

    assert answer.content == b"From: a@x\r\n\r\n<script>"
    assert answer["Content-Disposition"] == f'attachment; filename="message-{message.pk}.eml"'


def test_files_are_for_those_who_may_read_messages(client: Client):
    message = with_file()
    document = message.attachments.get().document_id
    addresses = [
        f"/messaging/document/{document}/",
        f"/messaging/message/{message.pk}/original/",
    ]

    assert [client.get(address).status_code for address in addresses] == [302, 302]
    client.force_login(staff("view_outboundmessage"))
    assert [client.get(address).status_code for address in addresses] == [403, 403]


def test_file_that_is_gone_is_not_found(client: Client, agent: User):
    document = with_file().attachments.get().document
    assert document is not None
    document.file.storage.delete(str(document.file.name))

    assert client.get(f"/messaging/document/{document.pk}/").status_code == 404
    assert client.get("/messaging/document/999999/").status_code == 404


def test_mailboxes_show_what_went_wrong(client: Client):
    client.force_login(staff("view_mailboxcursor"))
    MailboxCursor.objects.create(
        mailbox="orders", folder="INBOX", last_run_at=timezone.now(), error="Wrong password."
    )

    assert "Wrong password." in client.get("/admin/messaging/mailboxcursor/").content.decode()
