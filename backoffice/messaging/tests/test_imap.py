from __future__ import annotations

import datetime as dt
import imaplib
import itertools
import threading
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from backoffice.integrations.errors import NotConfigured, ServiceError
from backoffice.messaging import mailbox_runs, mailboxes
from backoffice.messaging.mailboxes import Fetched
from backoffice.messaging.models import InboundMessage, MailboxCursor, MailboxRun
from backoffice.testing.imap import ImapServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db
NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with ImapServer() as running:
        yield running


@pytest.fixture
def folder(server: ImapServer, settings: Settings) -> str:
    """A fresh folder that is the order desk's mailbox."""
    name = f"Boîte {next(NUMBERS)}"
    server.create(name)
    settings.MAILBOXES = {"orders": server.account(name)}
    return name


def mail(text: str = "Bonjour", *, message_id: str = "", **headers: str) -> bytes:
    message = EmailMessage()
    message["From"] = "Nadia Alaoui <Nadia@dar-zitoun.example>"
    message["To"] = "commandes@kraft-atlas.example"
    message["Subject"] = headers.pop("Subject", "Commande de sachets")
    message["Date"] = headers.pop("Date", "Tue, 14 Apr 2026 09:30:00 +0100")
    if message_id:
        message["Message-ID"] = message_id
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def subjects() -> list[str]:
    return [*InboundMessage.objects.order_by("pk").values_list("subject", flat=True)]


def known_ids() -> list[str]:
    return [*InboundMessage.objects.order_by("pk").values_list("external_id", flat=True)]


def test_fetch_stores_the_mail_as_it_came(server: ImapServer, folder: str):
    raw = mail("Bonjour é", message_id="<a1@dar-zitoun.example>", References="<r0@x> <r1@x>")
    server.append(folder, raw)

    fetched = mailboxes.fetch("orders")

    row = InboundMessage.objects.get()
    assert fetched == Fetched(imported=1)
    assert bytes(row.raw).replace(b"\r\n", b"\n") == raw
    assert (row.desk, row.channel, row.external_id) == (
        "orders",
        "email",
        "<a1@dar-zitoun.example>",
    )
    assert (row.sender_name, row.sender_email) == ("Nadia Alaoui", "nadia@dar-zitoun.example")
    assert (row.thread, row.in_reply_to) == ("<r0@x>", "<r1@x>")
    assert row.sent_at == dt.datetime(2026, 4, 14, 8, 30, tzinfo=dt.UTC)
    assert row.status == "received"


def test_fetch_again_finds_nothing_and_marks_nothing_as_seen(server: ImapServer, folder: str):
    server.append(folder, mail(message_id="<a@x>"), mail(message_id="<b@x>"))
    mailboxes.fetch("orders")

    assert mailboxes.fetch("orders") == Fetched()
    assert [b"Seen" in line for line in server.flags(folder)] == [False, False]
    assert MailboxCursor.objects.get().error == ""


def test_fetch_goes_on_after_the_last_mail(server: ImapServer, folder: str):
    server.append(folder, mail(message_id="<a@x>"))
    mailboxes.fetch("orders")
    server.append(folder, mail(message_id="<b@x>"))

    assert mailboxes.fetch("orders") == Fetched(imported=1)


def test_folder_with_new_numbers_is_read_again_without_doubles(server: ImapServer, folder: str):
    server.append(folder, mail(message_id="<a@x>"), mail("no id"))
    mailboxes.fetch("orders")
    before = MailboxCursor.objects.get().uidvalidity
    server.delete(folder)
    server.create(folder)
    server.append(folder, mail("no id"), mail(message_id="<new@x>"), mail(message_id="<a@x>"))

    assert mailboxes.fetch("orders") == Fetched(imported=1, known=2)
    assert MailboxCursor.objects.get().uidvalidity != before


def days_ago(days: float) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def test_first_look_leaves_the_history_alone(server: ImapServer, folder: str):
    for number, days in enumerate([400, 15, 13, 90, 1]):
        server.append(folder, mail(message_id=f"<{number}@x>"), at=days_ago(days))

    assert mailboxes.fetch("orders") == Fetched(imported=2)
    assert mailboxes.fetch("orders") == Fetched()
    assert known_ids() == ["<2@x>", "<4@x>"]


def test_history_stays_alone_when_it_comes_late(server: ImapServer, folder: str):
    server.append(folder, mail(message_id="<old@x>"), at=days_ago(100))
    assert mailboxes.fetch("orders") == Fetched()
    server.append(folder, mail(message_id="<new@x>"))
    server.append(folder, mail(message_id="<archive@x>"), at=days_ago(200))

    assert mailboxes.fetch("orders") == Fetched(imported=1)
    assert mailboxes.fetch("orders") == Fetched()


def test_history_is_read_where_that_is_wanted(server: ImapServer, folder: str, settings: Settings):
    settings.MAIL_SINCE_DAYS = 0
    server.append(folder, mail(message_id="<old@x>"), at=days_ago(4000))

    assert mailboxes.fetch("orders") == Fetched(imported=1)


def test_nothing_is_lost_when_nobody_fetched_for_long(server: ImapServer, folder: str):
    """Neither from a folder that was empty before, nor from one that is renumbered."""
    with time_machine.travel(days_ago(60)):
        assert mailboxes.fetch("orders") == Fetched()
    server.append(folder, mail(message_id="<a@x>"), at=days_ago(40))
    assert mailboxes.fetch("orders") == Fetched(imported=1)
    server.delete(folder)
    server.create(folder)
    for number, days in enumerate([75, 73, 35, 3]):
        server.append(folder, mail(message_id=f"<{number}@x>"), at=days_ago(days))

    assert mailboxes.fetch("orders") == Fetched(imported=3)
    assert known_ids() == ["<a@x>", "<1@x>", "<2@x>", "<3@x>"]


def test_mail_moved_between_two_read_folders_is_neither_lost_nor_doubled(
    server: ImapServer, folder: str, settings: Settings
):
    server.create(f"{folder}-done")
    settings.MAILBOXES = {"orders": server.account(f"{folder}, {folder}-done")}
    server.append(folder, mail(message_id="<a@x>"), mail(message_id="<b@x>"))
    mailboxes.fetch("orders")
    server.append(folder, mail(message_id="<c@x>"))
    server.move(folder, 1, f"{folder}-done")
    server.move(folder, 2, f"{folder}-done")

    assert mailboxes.fetch("orders") == Fetched(imported=1, known=1)
    assert InboundMessage.objects.count() == 3


def test_run_that_dies_after_storing_loses_and_doubles_nothing(
    server: ImapServer, folder: str, monkeypatch: pytest.MonkeyPatch
):
    server.append(folder, *(mail(message_id=f"<{n}@x>") for n in range(4)))
    monkeypatch.setattr(mailboxes, "BATCH_MESSAGES", 2)
    with monkeypatch.context() as dying:
        dying.setattr(mailboxes, "_advance", _die)
        with pytest.raises(KeyboardInterrupt):
            mailboxes.fetch("orders")

    assert mailboxes.fetch("orders") == Fetched(imported=2, known=2)
    assert InboundMessage.objects.count() == 4


def test_a_look_that_dies_is_interrupted_and_counts_what_it_stored(
    server: ImapServer, folder: str, monkeypatch: pytest.MonkeyPatch
):
    server.append(folder, *(mail(message_id=f"<{n}@x>") for n in range(2)))
    monkeypatch.setattr(mailboxes, "_advance", _die)
    run, _is_new = mailbox_runs.ask("orders")

    with pytest.raises(KeyboardInterrupt):
        mailbox_runs.carry_out(run.pk)

    run.refresh_from_db()
    assert (run.status, run.stored) == ("interrupted", 2)
    assert mailbox_runs.ask("orders")[1] is True


def _die(*_args: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_store_each_mail_once(server: ImapServer, folder: str):
    server.append(folder, *(mail(message_id=f"<{n}@x>") for n in range(30)))
    results: list[Fetched] = []

    def run() -> None:
        results.append(mailboxes.fetch("orders"))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(result.imported for result in results) == 30
    assert InboundMessage.objects.count() == 30
    assert MailboxCursor.objects.get().last_uid >= 30


def test_slower_run_does_not_move_the_mark_back(server: ImapServer, folder: str):
    server.append(folder, mail(message_id="<a@x>"))
    mailboxes.fetch("orders")
    cursor = MailboxCursor.objects.get()

    mailboxes._advance(cursor, cursor.uidvalidity, 0)

    assert MailboxCursor.objects.get().last_uid == cursor.last_uid


def test_time_that_is_up_leaves_the_rest_to_the_next_run(server: ImapServer, folder: str):
    server.append(folder, mail(message_id="<a@x>"))

    assert mailboxes.fetch("orders", seconds=-1) == Fetched(complete=False)
    assert mailboxes.fetch("orders") == Fetched(imported=1)


def test_mail_that_is_too_large_is_shown_to_a_person(
    server: ImapServer, folder: str, settings: Settings
):
    settings.MAX_DOCUMENT_BYTES = 100_000
    server.append(folder, mail("Bonjour\n" * 20_000, message_id="<big@x>"))

    assert mailboxes.fetch("orders") == Fetched(imported=1, too_large=1)
    row = InboundMessage.objects.get()
    assert (row.status, row.external_id, len(row.raw)) == ("needs_attention", "<big@x>", 65536)
    assert row.reason == row.attachments.get().problem != ""


def test_same_id_with_another_date_is_another_mail(server: ImapServer, folder: str):
    server.append(
        folder,
        mail("one", message_id="<always@erp>"),
        mail("two", message_id="<always@erp>", Date="Wed, 15 Apr 2026 09:30:00 +0100"),
        mail("one", message_id="<always@erp>", X_Relay="second copy"),
    )

    assert mailboxes.fetch("orders") == Fetched(imported=2, known=1)
    assert mailboxes.fetch("orders") == Fetched()


def test_mail_without_id_is_known_by_its_content(server: ImapServer, folder: str):
    server.append(folder, mail("one"), b"Received: by relay\r\n" + mail("one"), mail("two"))

    assert mailboxes.fetch("orders") == Fetched(imported=2, known=1)


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Thu, 1 Jan 1970 00:00:00 +0000", "Fri, 31 Dec 9999 23:59:59 -1200"]
)
def test_nonsense_date_gives_way_to_the_time_of_arrival(
    server: ImapServer, folder: str, settings: Settings, date: str
):
    settings.MAIL_SINCE_DAYS = 0
    arrived = dt.datetime(2026, 4, 15, 7, 0, tzinfo=dt.UTC)
    raw = mail(message_id="<a@x>").replace(b"Tue, 14 Apr 2026 09:30:00 +0100", date.encode())
    server.append(folder, raw, at=arrived)

    mailboxes.fetch("orders")

    assert InboundMessage.objects.get().sent_at == arrived


def test_hostile_headers_are_stored(server: ImapServer, folder: str):
    server.append(
        folder,
        b"From: =?utf-8?b?gICA?= <a@x.example>\r\nMessage-ID:\r\n <fold\r\n ed@x>\r\n"
        b"Subject: =?iso-8859-1?q?caf=E9=00?= \xff\xfe =?nonsense?q?x?=\r\n\r\nbody\0",
        b"no headers at all",
        b"\r\n\r\n",
        b"From: " + b"x" * 3000 + b"\r\nSubject: " + b"y" * 3000 + b"\r\nMessage-ID: <"
        + b"z" * 900 + b"@x>\r\n\r\n",
    )  # fmt: skip

    assert mailboxes.fetch("orders") == Fetched(imported=4)
    assert InboundMessage.objects.order_by("pk").first().external_id == "<folded@x>"  # type: ignore[union-attr]
    assert subjects()[0].startswith("café")
    assert mailboxes.fetch("orders") == Fetched()


def test_mail_that_the_server_cannot_read_does_not_hold_up_the_others(
    server: ImapServer, folder: str, monkeypatch: pytest.MonkeyPatch
):
    server.append(folder, *(mail(message_id=f"<{n}@x>") for n in range(3)))
    second = str(server.first_uid(folder) + 1)
    fetch = imaplib.IMAP4.uid

    def exchange_with_a_corrupt_item(client: imaplib.IMAP4, command: str, *what: str) -> object:
        if "BODY" in what[-1] and second in what[0].split(","):
            return "NO", [b"[SERVERBUG] FETCH failed"]
        return fetch(client, command, *what)

    monkeypatch.setattr(imaplib.IMAP4, "uid", exchange_with_a_corrupt_item)

    assert mailboxes.fetch("orders") == Fetched(imported=3)
    assert mailboxes.fetch("orders") == Fetched()
    told = InboundMessage.objects.get(status="needs_attention")
    assert (bytes(told.raw), told.reason != "") == (b"", True)
    assert InboundMessage.objects.filter(status="received").count() == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "wrong"}, "login"),
        ({"password": "mot de passe é"}, "login"),
        ({"folder": "Nowhere"}, "folder"),
        ({"port": 1}, "connection"),
        ({"security": "tls"}, "tls"),
    ],
)
def test_failure_says_what_to_look_at(
    server: ImapServer,
    folder: str,
    settings: Settings,
    change: dict[str, object],
    code: str,
):
    settings.MAILBOXES = {"orders": {**server.account(folder), **change}}

    with pytest.raises(ServiceError) as failure:
        mailboxes.fetch("orders")

    assert failure.value.code == code
    assert MailboxCursor.objects.get().error == str(failure.value) != ""


def test_command_fetches_every_configured_mailbox(
    server: ImapServer, folder: str, capsys: pytest.CaptureFixture[str], settings: Settings
):
    settings.MAILBOXES["support"] = {**server.account(folder), "user": ""}
    server.append(folder, mail(message_id="<a@x>"))

    call_command("fetch_mail")

    assert capsys.readouterr().out == "orders: 1 new, 0 already known, 0 too large\n"


def test_command_tells_a_failure_in_one_line(server: ImapServer, folder: str, settings: Settings):
    settings.MAILBOXES = {"orders": {**server.account(folder), "password": "wrong"}}

    with pytest.raises(CommandError) as failure:
        call_command("fetch_mail", "--mailbox", "orders")

    assert "\n" not in str(failure.value)


def test_a_look_of_the_schedule_leaves_a_row_only_where_it_found_something(
    server: ImapServer, folder: str
):
    server.append(folder, mail("1", message_id="<1@x>"), mail("2", message_id="<2@x>"))

    for _look in range(2):
        mailbox_runs.carry_out(mailbox_runs.ask("orders")[0].pk)

    run = MailboxRun.objects.get()
    assert (run.status, run.found, run.stored, run.known) == ("done", 2, 2, 0)
    assert run.messages.count() == 2


def test_mailbox_without_user_is_not_configured(settings: Settings):
    settings.MAILBOXES = {"orders": {"user": ""}}

    assert mailboxes.configured() == []
    with pytest.raises(NotConfigured):
        mailboxes.fetch("orders")
    with pytest.raises(CommandError):
        call_command("fetch_mail", "--mailbox", "orders")
