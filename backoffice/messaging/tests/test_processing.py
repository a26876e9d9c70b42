from __future__ import annotations

import base64
from datetime import timedelta
from email.message import EmailMessage
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.utils import timezone
from django_q.models import OrmQ
from PIL import Image, ImageDraw

from backoffice.core.errors import DomainError
from backoffice.integrations.errors import ServiceError
from backoffice.messaging import desks, media, reading, signals, tasks
from backoffice.messaging.desks import Outcome
from backoffice.messaging.mail_door import Mail, receive_mail
from backoffice.messaging.models import Document, InboundMessage
from backoffice.messaging.receiving import Incoming, IncomingFile, receive
from backoffice.messaging.tests.receiving_desk import RecordingDesk, stand_in
from backoffice.testing.openai import COMPLETIONS, TRANSCRIPTIONS, openai_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

PASSING = ServiceError("The server is away.", retry_after=timedelta(hours=2))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: object) -> RecordingDesk:
    settings.MEDIA_ROOT = tmp_path
    return stand_in(monkeypatch, "orders")


def mail(text: str = "2000 sachets", *, csv: str = "", **headers: str) -> InboundMessage:
    message = EmailMessage()
    message["From"] = "Nadia <nadia@dar-zitoun.example>"
    message["To"] = "commandes@kraft-atlas.example"
    message["Subject"] = "Commande"
    message["Date"] = "Tue, 14 Apr 2026 09:30:00 +0100"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if csv:
        message.add_attachment(csv.encode(), "text", "csv", filename="commande.csv")
    return receive_mail(Mail(message.as_bytes(), desk="orders"))[0]


def chat(text: str = "", *files: IncomingFile, number: int = 1, **facts: object) -> InboundMessage:
    incoming = Incoming(
        desk=str(facts.get("desk", "orders")),
        channel="whatsapp",
        external_id=f"SM{number}",
        raw=b"",
        sent_at=timezone.now(),
        sender_phone="+212600000121",
        body=text,
        files=files,
    )
    return receive(incoming)[0]


def picture() -> bytes:
    image = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(image).text((20, 20), "2000 sachets", fill="black")
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def work(message: InboundMessage) -> InboundMessage:
    tasks.process_message(message.pk)
    message.refresh_from_db()
    return message


def raises(error: Exception) -> Callable[[], Outcome]:
    def answer() -> Outcome:
        raise error

    return answer


def test_mail_reaches_the_desk_with_its_documents(desk: RecordingDesk):
    message = work(mail("Bonjour,\n2000 sachets svp", csv="ref;quantité\nSFP;2000\nSFC;500"))

    (content,) = desk.taken
    assert (message.status, message.kind, message.attempts) == ("done", "order", 1)
    assert message.processed_at is not None
    assert message.body == "Bonjour,\n2000 sachets svp"
    assert [(doc.key, doc.kind) for doc in content.documents] == [
        ("subject", "text"),
        ("body", "body"),
        ("attachment:0", "text"),
    ]
    document = message.attachments.get().document
    assert document is not None
    assert document.text == content.documents[2].text == "ref | quantité\nSFP | 2000\nSFC | 500"
    assert content.author.email == "nadia@dar-zitoun.example"
    assert content.sent_at.isoformat() == "2026-04-14T09:30:00+01:00"


def test_chat_reaches_the_desk(desk: RecordingDesk):
    message = work(chat("bghit 3000 sac"))

    (content,) = desk.taken
    assert message.status == "done"
    assert (content.channel, content.author.phone) == ("whatsapp", "+212600000121")
    assert [(doc.key, doc.text) for doc in content.documents] == [("body", "bghit 3000 sac")]


def test_second_job_for_the_same_message_does_nothing(desk: RecordingDesk):
    message = mail()
    work(message)
    work(message)

    assert len(desk.taken) == 1


def test_stored_content_is_what_the_desk_was_given(desk: RecordingDesk):
    message = work(mail(csv="a;b\n1;2\n3;4"))

    assert reading.content_of(message) == desk.taken[0]


def test_running_after_a_death_in_the_middle_stores_files_once(desk: RecordingDesk):
    message = mail(csv="a;b\n1;2\n3;4")
    reading.take_apart(message)
    work(message)

    assert (message.attachments.count(), Document.objects.count()) == (1, 1)


def test_same_file_in_two_messages_is_read_once(desk: RecordingDesk, settings: Settings):
    with openai_server(settings) as server:
        server.answers("POST", COMPLETIONS, "chat_plain_reply")
        for number in (1, 2):
            file = IncomingFile(document=media.store(picture()), declared_type="image/png")
            work(chat("", file, number=number))

        assert len(server.requests) == 1
    assert [content.documents[1].method for content in desk.taken] == ["vision", "vision"]
    assert desk.taken[0].documents[1].text == desk.taken[1].documents[1].text != ""


def test_voice_message_is_written_down_with_a_prompt_in_darija(
    desk: RecordingDesk, settings: Settings
):
    with openai_server(settings) as server:
        server.answers("POST", TRANSCRIPTIONS, "transcription_gpt_transcribe_darija")
        work(chat("", IncomingFile(document=media.store(b"OggS\0voice"), filename="PTT 1.opus")))
        (request,) = server.requests

    (content,) = desk.taken
    assert (content.documents[1].kind, content.documents[1].language) == ("audio", "ar")
    assert request.files()["file"].filename == "voice.ogg"
    assert "bghit" in request.form()["prompt"][0]


def test_picture_without_a_model_waits_with_the_reason(desk: RecordingDesk):
    message = work(chat("", IncomingFile(document=media.store(picture()), filename="bon.png")))

    assert desk.taken == []
    assert message.status == "needs_attention"
    assert message.reason.startswith("bon.png: ")


def test_picture_without_a_model_beside_words_goes_to_the_desk(desk: RecordingDesk):
    work(chat("voici ma commande", IncomingFile(document=media.store(picture()))))

    assert desk.taken[0].documents[1].problem


def test_model_that_is_away_is_asked_again_later(desk: RecordingDesk, settings: Settings):
    settings.OPENAI_MAX_RETRIES = 0
    message = chat("", IncomingFile(document=media.store(picture())))
    with openai_server(settings) as server:
        server.answers("POST", COMPLETIONS, "error_server_500", "chat_plain_reply")
        work(message)
        waiting = (message.status, message.next_attempt_at is not None, len(desk.taken))
        with time_machine.travel(timezone.now() + timedelta(hours=1)):
            work(message)

    assert waiting == ("received", True, 0)
    assert message.status == "done"
    assert desk.taken[0].documents[1].method == "vision"


def test_last_attempt_goes_on_without_the_model(desk: RecordingDesk, settings: Settings):
    settings.OPENAI_MAX_RETRIES = 0
    message = chat("voir photo", IncomingFile(document=media.store(picture())))
    InboundMessage.objects.update(attempts=4)
    with openai_server(settings) as server:
        server.answers("POST", COMPLETIONS, "error_server_500")
        work(message)

    assert message.status == "done"
    assert desk.taken[0].documents[1].problem


def test_message_with_nothing_in_it_waits_for_a_person(desk: RecordingDesk):
    message = work(chat(""))

    assert (message.status, message.reason != "", desk.taken) == ("needs_attention", True, [])


@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"Return_Path": "<>"}]
)
def test_machine_mail_is_not_for_the_desk(desk: RecordingDesk, headers: dict[str, str]):
    message = work(mail("Je suis absent", **headers))

    assert (message.status, message.kind, message.is_automatic) == ("not_for_us", "automatic", True)
    assert (message.reason != "", desk.taken) == (True, [])


def test_order_that_a_machine_sent_as_a_file_goes_to_the_desk(desk: RecordingDesk):
    message = work(mail("Bon de commande", csv="ref;q\nA;1\nB;2", Auto_Submitted="auto-generated"))

    assert (message.status, message.is_automatic) == ("done", True)


def test_desk_that_wants_machine_mail_gets_it(monkeypatch: pytest.MonkeyPatch, desk: RecordingDesk):
    other = stand_in(monkeypatch, "orders", wants_automatic=True)
    work(mail("Je suis absent", Auto_Submitted="auto-replied"))

    assert len(other.taken) == 1


def test_desk_decides_the_status_and_gives_the_reason(desk: RecordingDesk):
    desk.answers = lambda: Outcome("not_for_us", kind="advertising", reason="An offer.\0")

    message = work(mail())

    assert (message.status, message.kind, message.reason) == (
        "not_for_us",
        "advertising",
        "An offer.",
    )


def test_rule_that_says_no_is_shown_to_a_person(desk: RecordingDesk):
    desk.answers = raises(DomainError("No such product."))

    message = work(mail())

    assert (message.status, message.reason) == ("needs_attention", "No such product.")


def test_service_that_is_away_is_waited_for_as_long_as_it_asks(desk: RecordingDesk):
    desk.answers = raises(PASSING)

    message = work(mail())

    assert (message.status, message.error) == ("received", "The server is away.")
    assert message.next_attempt_at is not None
    assert message.next_attempt_at > timezone.now() + timedelta(minutes=119)


def test_service_that_refuses_for_good_ends_it(desk: RecordingDesk):
    desk.answers = raises(ServiceError("The account is closed.", permanent=True))

    message = work(mail())

    assert (message.status, message.error) == ("failed", "The account is closed.")


def test_error_of_ours_is_tried_again_then_told_to_people(desk: RecordingDesk):
    desk.answers = raises(ZeroDivisionError("customer said: secret"))
    message = mail()

    for attempt in range(5):
        with (
            time_machine.travel(timezone.now() + timedelta(days=attempt)),
            pytest.raises(ZeroDivisionError),
        ):
            work(message)

    message.refresh_from_db()
    assert (message.status, message.attempts) == ("failed", 5)
    assert "ZeroDivisionError" in message.error
    assert "secret" not in message.error
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert work(message).status == "failed"


def test_message_that_kills_its_worker_comes_back_a_bounded_number_of_times(desk: RecordingDesk):
    message = mail()
    InboundMessage.objects.update(
        status="processing", attempts=5, claimed_at=timezone.now() - timedelta(hours=1)
    )

    assert work(message).status == "failed"
    assert message.error
    assert desk.taken == []


def test_message_of_an_unknown_desk_waits_to_be_moved(desk: RecordingDesk):
    message = work(chat("bonjour", desk="nowhere"))

    assert (message.status, "nowhere" in message.reason) == ("needs_attention", True)


def test_beginning_of_a_mail_that_was_too_large_keeps_its_reason(desk: RecordingDesk):
    raw = (
        b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
        b"2000 sacs\r\n--b\r\nContent-Type: application/pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(b"%PDF-1.7 cut off")
    )
    message, _created = receive_mail(Mail(raw, desk="orders", full_size=90_000_000))
    assert (message.status, OrmQ.objects.count()) == ("needs_attention", 0)

    InboundMessage.objects.update(status="received")  # as "read again" does
    work(message)

    documents = desk.taken[0].documents
    assert [(doc.key, doc.text) for doc in documents] == [
        ("body", "2000 sacs"),
        ("attachment:0", ""),
    ]
    assert documents[1].problem


def test_text_that_postgresql_refuses_is_cleaned(desk: RecordingDesk):
    raw = b"From: a@x.example\r\nSubject: a\0b \xed\xa0\x80\r\n\r\n2000\0 sacs"
    message, _created = receive_mail(Mail(raw, desk="orders"))

    assert work(message).status == "done"
    assert (bytes(message.raw), "\0" in message.body) == (raw, False)


# --- handing over ---


def test_message_handed_over_is_read_by_the_other_desk(
    monkeypatch: pytest.MonkeyPatch, desk: RecordingDesk
):
    other = stand_in(monkeypatch, "support")
    desk.answers = lambda: Outcome("handed_over", desk="support")

    message = work(mail())
    assert (message.status, message.desk, message.handed_from) == ("received", "support", "orders")
    assert (message.attempts, message.claimed_at, message.queued_at is None) == (0, None, False)

    tasks.process_message(message.pk)
    message.refresh_from_db()
    assert (message.status, len(desk.taken), len(other.taken)) == ("done", 1, 1)


def test_message_handed_over_twice_waits_for_a_person(
    monkeypatch: pytest.MonkeyPatch, desk: RecordingDesk
):
    other = stand_in(monkeypatch, "support")
    other.answers = lambda: Outcome("handed_over", kind="order", desk="orders")
    desk.answers = lambda: Outcome("handed_over", desk="support")
    message = work(mail())

    tasks.process_message(message.pk)

    message.refresh_from_db()
    assert (message.status, message.desk, message.kind) == ("needs_attention", "support", "order")
    assert desks.label("orders") in message.reason


@pytest.mark.parametrize("target", ["orders", "nobody"])
def test_message_cannot_be_handed_to_oneself_or_nobody(desk: RecordingDesk, target: str):
    desk.answers = lambda: Outcome("handed_over", desk=target)

    message = work(mail())

    assert (message.status, message.desk, message.handed_from) == ("needs_attention", "orders", "")


def test_attempt_that_lost_its_claim_hands_nothing_over(
    monkeypatch: pytest.MonkeyPatch, desk: RecordingDesk
):
    stand_in(monkeypatch, "support")

    def answer() -> Outcome:
        InboundMessage.objects.update(claimed_at=timezone.now())
        return Outcome("handed_over", desk="support")

    desk.answers = answer
    message = work(mail())

    assert (message.status, message.desk) == ("processing", "orders")


def test_desk_that_wants_unread_files_gets_them(monkeypatch: pytest.MonkeyPatch):
    desk = stand_in(monkeypatch, "orders", wants_unread=True)

    message = work(chat(""))

    assert (message.status, len(desk.taken)) == ("done", 1)


def test_what_no_desk_takes_may_be_taken_up_by_an_app(desk: RecordingDesk):
    def hear(**_signal: object) -> str:
        return "It belongs to T-1."

    signals.left_over.connect(hear)
    try:
        machine = work(mail("Je suis absent", Auto_Submitted="auto-replied"))
        unread = work(chat(""))
    finally:
        signals.left_over.disconnect(hear)

    assert (machine.status, machine.kind, machine.reason) == (
        "done",
        "automatic",
        "It belongs to T-1.",
    )
    assert (unread.status, desk.taken) == ("done", [])
