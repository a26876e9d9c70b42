from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from backoffice.integrations import mail
from backoffice.integrations.errors import NotConfigured, ServiceError
from backoffice.testing.smtp import SmtpServer, file_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

MAIL = mail.Mail(
    message_id="<order-1@example.com>",
    recipient="salma@example.org",
    recipient_name="Salma Bennani",
    subject="Votre commande\nCMD-1",
    body="Bonjour,\n\n✅ validée",
)


@pytest.fixture
def server(settings: Settings) -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        server.use(settings)
        settings.COMPANY_NAME = "Kraft Atlas"
        yield server


def failure(message: mail.Mail = MAIL) -> tuple[bool, bool, str]:
    with pytest.raises(ServiceError) as caught:
        mail.send(message)
    return caught.value.permanent, caught.value.doubtful, caught.value.code


def test_sends_with_our_message_id_and_the_thread(server: SmtpServer):
    mail.send(
        replace(MAIL, in_reply_to="ask-2@example.org", references=("<ask-1@example.org>", "sha:1"))
    )

    (received,) = server.mails
    assert {name: received[name] for name in ("From", "To", "Subject", "Message-ID")} == {
        "From": "Kraft Atlas <commandes@example.com>",
        "To": "Salma Bennani <salma@example.org>",
        "Subject": "Votre commande CMD-1",
        "Message-ID": "<order-1@example.com>",
    }
    assert received["In-Reply-To"] == "<ask-2@example.org>"
    assert received["References"] == "<ask-1@example.org> <ask-2@example.org>"
    assert received["Auto-Submitted"] is None
    assert received.get_content().replace("\r\n", "\n") == "Bonjour,\n\n✅ validée\n"


def test_what_no_person_wrote_asks_machines_for_silence(server: SmtpServer):
    mail.send(replace(MAIL, is_automatic=True))

    (received,) = server.mails
    assert (received["Auto-Submitted"], received["X-Auto-Response-Suppress"]) == (
        "auto-replied",
        "All",
    )


def test_a_message_without_an_id_is_answered_without_a_thread(server: SmtpServer):
    mail.send(replace(MAIL, in_reply_to="sha256:0123"))

    assert (server.mails[0]["In-Reply-To"], server.mails[0]["References"]) == (None, None)


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("MAIL", "451 later"),
        ("MAIL", "550 unwanted"),
        ("RCPT", "450 mailbox busy"),
        ("RCPT", "550 no such user"),
        ("DATA", "452 full"),
        ("DATA", "554 spam"),
    ],
)
def test_a_4xx_may_be_tried_again_and_a_5xx_may_not(server: SmtpServer, command: str, reply: str):
    server.refuse(command, reply)

    assert failure() == (reply[0] == "5", False, reply[:3])
    assert server.mails == []


def test_the_refusal_of_a_recipient_quotes_the_server(server: SmtpServer):
    server.refuse_recipient("salma@example.org", "550 5.1.1 user unknown")

    with pytest.raises(ServiceError, match=r"550 5\.1\.1 user unknown"):
        mail.send(MAIL)


def test_a_server_that_is_down_may_be_tried_again(settings: Settings):
    with SmtpServer() as server:
        server.use(settings)

    assert failure() == (False, False, "connection")


def test_an_answer_that_gets_lost_after_the_text_is_doubtful(server: SmtpServer):
    server.lose_answer()

    assert failure() == (False, True, "")
    assert len(server.mails) == 1


def test_an_answer_that_comes_too_late_is_doubtful(server: SmtpServer, settings: Settings):
    settings.EMAIL_TIMEOUT = 0.1
    server.stall(0.4)

    assert failure() == (False, True, "")


def test_tells_when_the_text_is_about_to_leave(server: SmtpServer):
    told: list[str] = []
    server.refuse("RCPT", "550 no", times=1)

    with pytest.raises(ServiceError):
        mail.send(MAIL, before_data=lambda: told.append("refused"))
    mail.send(MAIL, before_data=lambda: told.append("accepted"))

    assert told == ["accepted"]


def test_a_sign_in_the_server_cannot_do_waits_for_the_settings(
    server: SmtpServer, settings: Settings
):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "me", "wrong"

    with pytest.raises(NotConfigured):
        mail.send(MAIL)


def test_a_server_without_tls_waits_for_the_settings(server: SmtpServer, settings: Settings):
    settings.EMAIL_USE_TLS = True

    with pytest.raises(NotConfigured, match="SMTP_SECURITY"):
        mail.send(MAIL)


def test_without_a_server_it_is_not_configured(settings: Settings):
    settings.EMAIL_HOST = ""

    with pytest.raises(NotConfigured, match="SMTP_HOST"):
        mail.send(MAIL)


@pytest.mark.parametrize("recipient", ["salma", "salma@", "a@b.org\nBcc: c@d.org", ""])
def test_an_address_that_is_none_is_refused_at_once(server: SmtpServer, recipient: str):
    assert failure(replace(MAIL, recipient=recipient)) == (True, False, "address")
    assert server.mails == []


@pytest.mark.parametrize(
    "address",
    [
        "no-reply@shop.ma",
        "NoReply@shop.ma",
        "orders-noreply@shop.ma",
        "do_not_reply@shop.ma",
        "ne-pas-repondre@banque.fr",
        "MAILER-DAEMON@mx.org",
        "bounce+123@list.org",
    ],
)
def test_knows_senders_that_nobody_reads(address: str):
    assert mail.is_nobody(address) is True


@pytest.mark.parametrize(
    "address", ["norah.eply@shop.ma", "contact@noreply.ma", "commandes@shop.ma", ""]
)
def test_knows_senders_that_somebody_reads(address: str):
    assert mail.is_nobody(address) is False


def test_new_ids_are_of_our_domain_and_differ(settings: Settings):
    settings.DEFAULT_FROM_EMAIL = "Atlas <commandes@atlas.example>"

    first, second = mail.new_message_id(), mail.new_message_id()

    assert first.endswith("@atlas.example>")
    assert first != second


@pytest.mark.parametrize(
    ("name", "mime", "content"),
    [
        ("CMD-1.pdf", "application/pdf", b"%PDF-1.7\r\n\x00\xff"),
        ('lignes;"d\'été".csv', "text/csv", b"a;b\r\nc\n\r\xe9"),
        ("طلب.txt", "text/plain", "سلام\n".encode()),
        ("original.eml", "message/rfc822", b"Subject: a\n\nFrom me\n"),
    ],
)
def test_a_file_arrives_byte_for_byte_under_its_name(
    server: SmtpServer, name: str, mime: str, content: bytes
):
    mail.send(replace(MAIL, files=(mail.MailFile(name, mime, content),)))

    (received,) = server.mails
    text, file = received.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == "Bonjour,\n\n✅ validée"
    assert (file.get_filename(), file.get_content_disposition()) == (name, "attachment")
    assert file_bytes(file) == content
