from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import OrmQ

from backoffice.messaging import mailbox_runs, mailbox_tasks, mailboxes
from backoffice.messaging.mail_door import receive_mail
from backoffice.messaging.models import InboundMessage, MailboxCursor, MailboxRun
from backoffice.testing.imap import ImapServer
from backoffice.testing.waiting import somebody_waits_for_us, wait_until

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from pytest_django import Settings

    from backoffice.messaging.mail_door import Mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mailboxes(settings: Settings) -> None:
    """One mailbox where no server is, and one that is switched off."""
    options = {**settings.MAILBOXES["orders"], "security": "none", "timeout": 60, "password": "x"}
    options |= {
        "host": "127.0.0.1",
        "port": 1,
        "user": "desk@example",
        "folder": "INBOX, Commandes",
    }
    settings.MAILBOXES = {"orders": options, "support": {**options, "user": ""}}


def fetch() -> None:
    mailbox_tasks.ask("orders")
    mailbox_tasks.fetch_mailbox(MailboxRun.objects.get().pk)


def test_schedule_enqueues_a_run_for_each_configured_mailbox():
    mailbox_tasks.fetch_mailboxes()

    (job,) = OrmQ.objects.all()
    assert job.func() == "backoffice.messaging.mailbox_tasks.fetch_mailbox"
    assert job.args() == (MailboxRun.objects.get().pk,)


def test_run_in_the_background_keeps_the_failure_on_the_row(caplog: pytest.LogCaptureFixture):
    mailbox_tasks.ask("orders")
    run = MailboxRun.objects.get().pk

    mailbox_tasks.fetch_mailbox(run)

    assert MailboxCursor.objects.get().error
    assert [record.getMessage() for record in caplog.records] == [f"Mailbox run {run}: connection"]


def test_one_run_waits_however_often_it_is_asked_for():
    assert [mailbox_tasks.ask("orders") for _impatient in range(3)] == [True, False, False]
    mailbox_tasks.fetch_mailboxes()

    assert OrmQ.objects.count() == 1


def test_the_next_run_can_be_asked_for_once_the_last_has_ended():
    fetch()

    assert mailbox_tasks.ask("orders") is True


def test_run_that_was_lost_with_its_worker_is_asked_for_again():
    with time_machine.travel(timezone.now() - dt.timedelta(minutes=11)):
        mailbox_tasks.ask("orders")

    assert [mailbox_tasks.ask("orders"), mailbox_tasks.ask("orders")] == [True, False]


def test_a_look_that_failed_is_kept_for_who_asked_and_not_for_the_schedule(admin_user: User):
    fetch()
    assert MailboxRun.objects.count() == 0

    run, _is_new = mailbox_runs.ask("orders", by=admin_user)
    mailbox_tasks.fetch_mailbox(run.pk)

    run.refresh_from_db()
    assert (run.status, run.finished_at is None) == (MailboxRun.Status.FAILED, False)
    assert run.error == MailboxCursor.objects.get().error


def test_a_folder_that_was_renamed_keeps_no_other_from_being_read(
    settings: Settings, admin_user: User
):
    with ImapServer() as server:
        server.create("Commandes")
        server.append("Commandes", b"From: a@x.example\r\nMessage-ID: <a@x>\r\n\r\n2000 sachets")
        settings.MAILBOXES = {"orders": server.account("Gone,Commandes,")}
        run, _is_new = mailbox_runs.ask("orders", by=admin_user)

        mailbox_tasks.fetch_mailbox(run.pk)

    run.refresh_from_db()
    assert (run.status, run.stored) == (MailboxRun.Status.FAILED, 1)
    errors = MailboxCursor.objects.order_by("folder").values_list("folder", "error")
    assert [(folder, bool(error)) for folder, error in errors] == [
        ("Commandes", False),
        ("Gone", True),
    ]
    assert "Gone" in run.error


def test_a_mail_that_breaks_our_code_holds_up_none_behind_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def receive(mail: Mail) -> tuple[InboundMessage, bool]:
        if b"<odd@x>" in mail.raw:
            raise ValueError(mail.raw)
        return receive_mail(mail)

    monkeypatch.setattr(mailboxes, "receive_mail", receive)
    odd, plain = (
        f"From: a@x.example\r\nMessage-ID: <{name}@x>\r\n\r\n2000 sachets".encode()
        for name in ("odd", "plain")
    )
    with ImapServer() as server:
        server.create("Commandes")
        server.append("Commandes", odd, plain)
        settings.MAILBOXES = {"orders": server.account("Commandes")}

        assert [mailboxes.fetch("orders").imported for _again in range(2)] == [2, 0]

    unread, read = InboundMessage.objects.order_by("pk")
    assert (unread.status, bytes(unread.raw), bool(unread.reason)) == ("needs_attention", odd, True)
    assert (read.status, read.external_id) == ("received", "<plain@x>")
    (record,) = caplog.records
    assert record.getMessage().endswith("could not be taken apart: ValueError")
    assert record.exc_info is None


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_get_one_run():
    together = threading.Barrier(2)
    answers: list[tuple[int | None, bool]] = []

    def press() -> None:
        together.wait()
        try:
            run, is_new = mailbox_runs.ask("orders")
            answers.append((run.pk, is_new))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    only = MailboxRun.objects.get().pk
    assert sorted(answers) == [(only, False), (only, True)]
    assert OrmQ.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ["found nothing", "failed"])
def test_a_run_that_ends_while_somebody_asks_is_not_brought_back(ending: str):
    run, _is_new = mailbox_runs.ask("orders")
    rows = MailboxRun.objects.filter(pk=run.pk)
    rows.update(status=MailboxRun.Status.RUNNING)

    def press() -> None:
        try:
            mailbox_runs.ask("orders")
        finally:
            connection.close()

    asking = threading.Thread(target=press)
    with transaction.atomic():
        # As the worker ends it, not committed yet.
        if ending == "failed":
            rows.update(status=MailboxRun.Status.FAILED, finished_at=timezone.now())
        else:
            rows.delete()
        asking.start()
        wait_until(somebody_waits_for_us)
    asking.join()

    assert not rows.filter(status=MailboxRun.Status.RUNNING).exists()
    assert MailboxRun.objects.filter(status=MailboxRun.Status.WAITING).count() == 1


def test_a_queue_entry_of_the_version_before_names_the_mailbox():
    mailbox_tasks.fetch_mailbox("orders")

    assert MailboxRun.objects.get().status == MailboxRun.Status.WAITING
    (job,) = OrmQ.objects.all()
    assert job.args() == (MailboxRun.objects.get().pk,)


def test_a_queue_entry_for_a_mailbox_that_is_gone_does_nothing(caplog: pytest.LogCaptureFixture):
    mailbox_tasks.fetch_mailbox("support")

    assert (MailboxRun.objects.count(), OrmQ.objects.count()) == (0, 0)
    assert [record.getMessage() for record in caplog.records] == ["Mailbox run: no_mailbox"]
