from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django_q.models import OrmQ

from backoffice.messaging.models import Document, InboundMessage
from backoffice.messaging.tests.receiving_desk import stand_in

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

MAIL = (
    b"From: Nadia <nadia@dar-zitoun.example>\r\nMessage-ID: <a1@dar-zitoun.example>\r\n"
    b"Date: Tue, 14 Apr 2026 09:30:00 +0100\r\nSubject: Commande\r\n\r\n2000 sachets\r\n"
)
MEDIA_URL = "https://api.twilio.com/2010-04-01/Accounts/AC0/Messages/MM1/Media/ME1"
FORM = {
    "MessageSid": "MM1",
    "From": "whatsapp:+212665001605",
    "To": "whatsapp:+14155238886",
    "ProfileName": "Épicerie Nour",
    "MessageType": "image",
    "Body": "Bonjour voici la commande",
    "NumMedia": "1",
    "MediaUrl0": MEDIA_URL,
    "MediaContentType0": "image/jpeg",
}
CHAT = {
    "form": FORM,
    "received_at": "2026-04-21T11:20:59+01:00",
    "media": {"MediaUrl0": "liste.jpg"},
}
PICTURE = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "stored"
    inbox = tmp_path / "inbox"
    (inbox / "april").mkdir(parents=True)
    (inbox / "e1.eml").write_bytes(MAIL)
    (inbox / "april" / "w1.whatsapp.json").write_text(json.dumps(CHAT))
    (inbox / "april" / "liste.jpg").write_bytes(PICTURE)
    (inbox / "notes.txt").write_text("not a message")
    return inbox


def run(capsys: pytest.CaptureFixture[str], *paths: Path, desk: str = "orders") -> tuple[str, str]:
    call_command("import_messages", *(str(path) for path in paths), "--desk", desk)
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_folder_is_imported_with_its_media(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run(capsys, folder) == ("2 imported, 0 already known, 0 unreadable\n", "")

    chat = InboundMessage.objects.get(channel="whatsapp")
    attachment = chat.attachments.get()
    assert chat.sent_at.isoformat() == "2026-04-21T10:20:59+00:00"
    assert (chat.external_id, chat.sender_phone) == ("MM1", "+212665001605")
    assert attachment.document is not None
    with attachment.document.file.open("rb") as file:
        assert file.read() == PICTURE
    assert attachment.document.mime == "image/jpeg"
    assert InboundMessage.objects.get(channel="email").external_id == "<a1@dar-zitoun.example>"
    assert OrmQ.objects.count() == 2


def test_second_import_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]):
    run(capsys, folder)

    assert run(capsys, folder)[0] == "0 imported, 2 already known, 0 unreadable\n"
    assert (InboundMessage.objects.count(), Document.objects.count()) == (2, 1)


def test_line_ends_of_a_copy_do_not_matter_without_message_id(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    bare = MAIL.replace(b"Message-ID: <a1@dar-zitoun.example>\r\n", b"")
    (folder / "e1.eml").write_bytes(bare)
    (folder / "e2.eml").write_bytes(bare.replace(b"\r\n", b"\n"))

    assert run(capsys, folder)[0] == "2 imported, 1 already known, 0 unreadable\n"


def test_mail_without_a_date_has_that_of_its_last_server(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    dated = MAIL.replace(b"Date: Tue, 14 Apr 2026 09:30:00 +0100\r\n", b"")
    stamp = b"Received: from a by b; Wed, 15 Apr 2026 10:00:00 +0000\r\n"
    (folder / "e1.eml").write_bytes(stamp + dated)
    run(capsys, folder / "e1.eml")

    assert InboundMessage.objects.get().sent_at.isoformat() == "2026-04-15T10:00:00+00:00"


def test_single_file_for_another_desk(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    stand_in(monkeypatch, "support")
    run(capsys, folder / "e1.eml", desk="support")

    assert InboundMessage.objects.get().desk == "support"


def test_media_that_is_missing_is_left_to_the_worker(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    (folder / "april" / "liste.jpg").unlink()
    run(capsys, folder)

    attachment = InboundMessage.objects.get(channel="whatsapp").attachments.get()
    assert (attachment.document, attachment.source_url) == (None, MEDIA_URL)


def test_media_outside_the_folder_is_not_read(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "secret.jpg").write_bytes(PICTURE)
    stolen = {**CHAT, "media": {"MediaUrl0": "../secret.jpg"}}
    (folder / "april" / "w1.whatsapp.json").write_text(json.dumps(stolen))
    run(capsys, folder)

    assert Document.objects.count() == 0


def test_media_that_is_too_large_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str], settings: Settings
):
    settings.MAX_DOCUMENT_BYTES = 10
    run(capsys, folder / "april")

    attachment = InboundMessage.objects.get().attachments.get()
    assert (attachment.document, attachment.problem != "") == (None, True)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("w.whatsapp.json", b"{", "Invalid JSON"),
        ("w.whatsapp.json", b"[]", "should be an object"),
        ("w.whatsapp.json", b"{}", "form: Field required"),
        ("w.whatsapp.json", b'{"form": {"a": []}}', "form.a: "),
        ("w.whatsapp.json", b"[" * 100_000, "recursion"),
        ("empty.eml", b"", "empty"),
        ("letter.pdf", b"%PDF", ".eml"),
    ],
)
def test_unreadable_file_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, told: str
):
    (tmp_path / name).write_bytes(content)

    out, err = run(capsys, tmp_path / name)

    assert out == "0 imported, 0 already known, 1 unreadable\n"
    assert err.startswith(f"{name}: ")
    assert err.count("\n") == 1
    assert told.lower() in err.lower()


def test_missing_path_stops_before_anything_is_imported(folder: Path):
    with pytest.raises(CommandError) as failure:
        call_command("import_messages", str(folder), str(folder / "gone"))

    assert str(failure.value) == f"There is no file or folder {folder / 'gone'}."
    assert InboundMessage.objects.count() == 0


def test_desk_must_exist(folder: Path):
    with pytest.raises(CommandError):
        call_command("import_messages", str(folder), "--desk", "nowhere")
