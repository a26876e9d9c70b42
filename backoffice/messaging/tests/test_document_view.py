from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User

from backoffice.messaging import media, outbox
from backoffice.messaging.document_view import INLINE_TYPES
from backoffice.messaging.models import Attachment, Document
from backoffice.messaging.tests.making import inbound, queued

if TYPE_CHECKING:
    from pathlib import Path

    from django.http.response import HttpResponseBase
    from django.test import Client
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

OGG = b"OggS" + bytes(range(256)) * 4
WHOLE = len(OGG)


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def agent(client: Client) -> Client:
    client.force_login(staff("view_inboundmessage"))
    return client


def staff(*permissions: str) -> User:
    user = User.objects.create_user("agent", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def came(content: bytes = OGG, name: str = "voice.ogg", **message: object) -> Document:
    document = media.store(content, "audio/ogg")
    Attachment.objects.create(
        message=inbound(**message), position=0, document=document, filename=name
    )
    return document


def sent(content: bytes = b"%PDF-1.7 ours") -> Document:
    row = queued(attachments=[outbox.File("CMD-1.pdf", "application/pdf", content)])
    return row.attachments.get().document


def fetched(client: Client, document: Document, **headers: str) -> HttpResponseBase:
    return client.get(f"/messaging/document/{document.pk}/", headers=headers)


def body(response: HttpResponseBase) -> bytes:
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    response.close()
    return content


@pytest.mark.parametrize(
    "content",
    [
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><x xmlns='http://www.w3.org/1999/xhtml'><script/></x>",
        b"From: a@b.org\r\nTo: c@d.org\r\nSubject: x\r\n\r\n<script>",
        b"just words",
        b"\x00\x01\x02 nobody knows",
        b"PK\x03\x04 a wreck",
        b"",
    ],
)
def test_what_a_browser_could_run_is_a_download(agent: Client, content: bytes):
    response = fetched(agent, came(content, "page.html"))

    assert body(response) == content
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="page.html"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_nothing_that_can_hold_a_script_is_shown_in_place():
    assert not any(
        word in mime for mime in INLINE_TYPES for word in ("html", "xml", "svg", "text", "zip")
    )


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ('a "b".ogg', r'inline; filename="a \"b\".ogg"'),
        ("a\r\nSet-Cookie: x.ogg", 'inline; filename="a Set-Cookie: x.ogg"'),
        ("../../etc/passwd", 'inline; filename=".. .. etc passwd"'),
        ("\u202egpj.exe", 'inline; filename="gpj.exe"'),
        ("طلب.ogg", "inline; filename*=utf-8''%D8%B7%D9%84%D8%A8.ogg"),
    ],
)
def test_a_name_is_no_header_no_path_and_keeps_its_letters(agent: Client, name: str, header: str):
    response = fetched(agent, came(name=name))

    assert response["Content-Disposition"] == header
    response.close()


def test_a_file_without_a_name_is_called_after_its_content(agent: Client):
    document = came(name="\r\n")

    response = fetched(agent, document)

    assert document.sha256[:12] in response["Content-Disposition"]
    response.close()


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-3", (0, 3)),
        ("bytes=100-", (100, WHOLE - 1)),
        ("bytes=-10", (WHOLE - 10, WHOLE - 1)),
        (f"bytes=10-{WHOLE * 2}", (10, WHOLE - 1)),
        (f"bytes=-{WHOLE * 2}", (0, WHOLE - 1)),
    ],
)
def test_a_voice_message_is_wound_forward(agent: Client, header: str, part: tuple[int, int]):
    response = fetched(agent, came(), Range=header)

    assert body(response) == OGG[part[0] : part[1] + 1]
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {part[0]}-{part[1]}/{WHOLE}"
    assert response["Content-Length"] == str(part[1] - part[0] + 1)
    assert (response["Content-Type"], response["Accept-Ranges"]) == ("audio/ogg", "bytes")


@pytest.mark.parametrize("header", ["bytes=0-1,5-6", "bytes=-", "bytes=9-2", "pages=1-2", "x"])
def test_a_range_we_do_not_understand_is_the_whole_file(agent: Client, header: str):
    response = fetched(agent, came(), Range=header)

    assert (response.status_code, body(response)) == (200, OGG)


@pytest.mark.parametrize("header", [f"bytes={WHOLE}-", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(agent: Client, header: str):
    response = fetched(agent, came(), Range=header)

    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{WHOLE}")


def test_a_range_of_another_file_is_the_whole_one(agent: Client):
    document = came()
    ranges = {"Range": "bytes=0-3"}

    same = fetched(agent, document, **ranges, **{"If-Range": f'"{document.sha256}"'})
    other = fetched(agent, document, **ranges, **{"If-Range": '"another"'})

    assert [(same.status_code, body(same)), (other.status_code, body(other))] == [
        (206, OGG[:4]),
        (200, OGG),
    ]


def test_a_file_the_browser_has_is_not_sent_again(agent: Client):
    document = came()

    response = fetched(agent, document, **{"If-None-Match": f'"{document.sha256}"'})

    assert response.status_code == 304


@pytest.mark.parametrize(
    ("permission", "answers"),
    [
        ("view_inboundmessage", [200, 403, 200]),
        ("view_outboundmessage", [403, 200, 200]),
        ("view_messagetemplate", [403, 403, 403]),
    ],
)
def test_a_file_is_for_who_may_see_a_message_it_is_in(
    client: Client, permission: str, answers: list[int]
):
    both = came(b"%PDF-1.7 quoted back")
    sent(b"%PDF-1.7 quoted back")
    documents = [came(), sent(), both]
    client.force_login(staff(permission))

    responses = [fetched(client, document) for document in documents]

    assert [response.status_code for response in responses] == answers
    for response in responses:
        response.close()


def test_every_desk_s_files_are_for_who_may_see_messages(agent: Client):
    response = fetched(agent, came(desk="support"))

    assert body(response) == OGG
