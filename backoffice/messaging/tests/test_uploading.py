from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django_q.models import OrmQ

from backoffice.core.errors import DomainError
from backoffice.messaging import uploading
from backoffice.messaging.models import InboundMessage, MailboxRun
from backoffice.messaging.tests.receiving_desk import stand_in

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

PAGE = "/admin/messaging/mail/"


@pytest.fixture(autouse=True)
def _desk(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "orders")


def mail(number: int) -> bytes:
    head = f"From: Nadia <nadia@dar-zitoun.example>\r\nMessage-ID: <a{number}@dar-zitoun.example>"
    return f"{head}\r\nSubject: Commande {number}\r\n\r\n2000 sachets\r\n".encode()


def file(content: bytes, name: str = "a.eml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def archive(**members: bytes) -> SimpleUploadedFile:
    return packed_by(zipfile.ZIP_DEFLATED, members)


def packed_by(packing: int, members: dict[str, bytes]) -> SimpleUploadedFile:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file(stream.getvalue(), "mails.ZIP")


def take_in(*files: SimpleUploadedFile, desk: str = "orders") -> MailboxRun:
    return uploading.take_in(files, desk=desk, by=User.objects.get_or_create(username="salma")[0])


def counts(run: MailboxRun) -> tuple[str, int, int, int]:
    return run.status, run.found, run.stored, run.known


def refused(*files: SimpleUploadedFile, desk: str = "orders") -> tuple[str, str | None]:
    with pytest.raises(DomainError) as caught:
        take_in(*files, desk=desk)
    assert (MailboxRun.objects.count(), InboundMessage.objects.count()) == (0, 0)
    return caught.value.code, caught.value.field


def test_files_and_archives_become_messages_of_one_run():
    run = take_in(file(mail(1)), archive(**{"april/b.eml": mail(2), "april/C.EML": mail(3)}))

    assert (counts(run), run.error) == (("done", 3, 3, 0), "")
    assert (run.messages.count(), OrmQ.objects.count()) == (3, 3)
    row = InboundMessage.objects.get(external_id="<a1@dar-zitoun.example>")
    assert (row.desk, row.channel, bytes(row.raw)) == ("orders", "email", mail(1))


def test_what_is_known_already_stays_as_it_is():
    take_in(file(mail(1)))

    assert counts(take_in(file(mail(1)), file(mail(2)))) == ("done", 2, 1, 1)


def test_what_is_no_mail_is_told_of_and_the_rest_taken_in(settings: Settings):
    settings.MAX_DOCUMENT_BYTES = 1000
    packed = {"__MACOSX/._b.eml": b"x", "c.pdf": b"%PDF-", "d.eml": mail(4) + b"x" * 1000}

    run = take_in(
        file(mail(1)),
        file(b" \n", "empty.eml"),
        file(b"\x89PNG\r\n\x1a\n", "photo.eml"),
        file(b"PK\x03\x04 broken", "broken.zip"),
        archive(**packed),
    )

    assert counts(run) == ("done", 6, 1, 0)
    assert [line.partition(":")[0] for line in run.error.splitlines()] == [
        "empty.eml",
        "photo.eml",
        "broken.zip",
        "c.pdf",
        "d.eml",
    ]


def test_nothing_readable_is_a_failed_run():
    assert counts(take_in(file(b"hello", "notes.txt"))) == ("failed", 1, 0, 0)


def test_a_protected_archive_is_told_of():
    packed = bytearray(archive(**{"a.eml": mail(1)}).read())
    packed[6] |= 1  # the flag in the local header and in the directory
    packed[packed.index(b"PK\x01\x02") + 8] |= 1

    assert counts(take_in(file(bytes(packed), "a.zip"))) == ("failed", 1, 0, 0)


def test_an_archive_that_asks_for_all_memory_is_told_of():
    packed = bytearray(packed_by(zipfile.ZIP_LZMA, {"a.eml": mail(1)}).read())
    properties = packed.index(b"a.eml") + len(b"a.eml") + 4
    packed[properties + 1 : properties + 5] = b"\xff" * 4  # the size of its dictionary

    run = take_in(file(bytes(packed), "a.zip"), file(mail(2)))

    assert (counts(run), run.error.partition(":")[0]) == (("done", 2, 1, 0), "a.eml")


def test_an_archive_of_countless_folders_is_not_opened(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(uploading, "_MAX_ENTRIES", 3)
    folders = {f"{number}/": b"" for number in range(3)}

    assert counts(take_in(archive(**folders, **{"a.eml": mail(1)}))) == ("failed", 1, 0, 0)
    folders.popitem()
    assert counts(take_in(archive(**folders, **{"a.eml": mail(1)}))) == ("done", 1, 1, 0)


def test_the_page_takes_as_many_files_as_it_says(admin_client: Client):
    files = [file(mail(number), f"{number}.eml") for number in range(101)]

    response = admin_client.post(PAGE, {"desk": "orders", "files": files})

    assert (response.status_code, MailboxRun.objects.get().stored) == (302, 101)


def test_more_than_we_take_at_once_is_refused_whole(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(uploading, "MAX_MAILS", 2)
    monkeypatch.setattr(uploading, "MAX_BYTES", 2000)

    assert refused(*(file(mail(number)) for number in range(3))) == ("too_many", "files")
    assert refused(file(b"x" * 2001)) == ("too_large", "files")
    # A small archive that unpacks to more.
    assert refused(archive(**{"a.eml": mail(1) + b" " * 5000})) == ("too_large", "files")


@pytest.mark.parametrize("desk", ["", "nowhere"])
def test_mails_are_for_a_desk(desk: str):
    assert refused(file(mail(1)), desk=desk) == ("desk", "desk")


def test_no_file_at_all_is_refused():
    assert refused() == ("no_files", "files")


@pytest.mark.parametrize(
    ("permissions", "status", "stored"),
    [
        (["view_inboundmessage"], 403, 0),
        (["view_inboundmessage", "process_inboundmessage"], 302, 1),
    ],
)
def test_uploading_takes_its_permission(
    client: Client, permissions: list[str], status: int, stored: int
):
    person = User.objects.create_user("agent", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(person)

    response = client.post(PAGE, {"desk": "orders", "files": [file(mail(1))]})

    assert (response.status_code, InboundMessage.objects.count()) == (status, stored)


def test_the_page_says_why_nothing_was_taken_in(admin_client: Client):
    page = admin_client.post(PAGE, {"desk": "orders"}, follow=True).content.decode()

    assert ".eml" in page
    assert MailboxRun.objects.count() == 0
