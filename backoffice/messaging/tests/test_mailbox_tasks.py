from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.utils import timezone
from django_q.models import OrmQ

from backoffice.messaging import mailbox_tasks
from backoffice.messaging.models import MailboxCursor, MailboxRun

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mailboxes(settings: Settings) -> None:
    """One mailbox where no server is, and one that is switched off."""
    options = {**settings.MAILBOXES["orders"], "security": "none", "timeout": 5, "password": "x"}
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
