"""Mailboxes from which nothing comes, and services that refuse us."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import time_machine

from backoffice.core.ai import breaker
from backoffice.core.ai.errors import AiRejected, AiTimeout
from backoffice.core.models import AiCall
from backoffice.messaging.models import MailboxCursor
from orders.models import Alert, Severity
from orders.tests.alerts import NOW, Kind, alerts, notice, order, run, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

INFO, WARNING, CRITICAL = Severity.INFO, Severity.WARNING, Severity.CRITICAL


@pytest.fixture(autouse=True)
def _now(settings: Settings) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    settings.WORKING_HOURS = ""
    with time_machine.travel(NOW, tick=False):
        yield


def mailbox(settings: Settings, folders: str) -> None:
    """Have these folders of the order desk's mailbox read."""
    options = {**settings.MAILBOXES["orders"], "user": "us@example.com", "folder": folders}
    settings.MAILBOXES = {"orders": options}


def test_a_mailbox_that_stays_away_is_critical_after_a_while(settings: Settings):
    mailbox(settings, "INBOX")
    MailboxCursor.objects.create(mailbox="orders", folder="INBOX", error="Connection refused.")
    run()
    assert alerts() == [(Kind.MAILBOX_DOWN, WARNING)]
    assert run() == (0, 0, 0)

    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        # The words of the server change all the time: it is the same fact.
        MailboxCursor.objects.update(error="Timed out.")
        assert run() == (0, 1, 0)
    assert alerts() == [(Kind.MAILBOX_DOWN, CRITICAL)]

    MailboxCursor.objects.update(error="")
    assert run() == (0, 0, 1)


@pytest.mark.parametrize(("folders", "ended"), [("INBOX, Commandes", 0), ("Commandes", 1)])
def test_a_folder_that_is_no_longer_read_is_not_down(settings: Settings, folders: str, ended: int):
    MailboxCursor.objects.create(mailbox="orders", folder="INBOX", error="No such folder")
    mailbox(settings, "INBOX")
    run()
    assert sentence() == (
        "No messages come in from the mailbox “Orders”, folder INBOX. No such folder."
    )

    mailbox(settings, folders)

    assert run() == (0, 0, ended)


def test_a_mailbox_that_was_switched_off_is_not_down():
    MailboxCursor.objects.create(mailbox="orders", folder="INBOX", error="Connection refused.")

    assert run() == (0, 0, 0)


@pytest.mark.parametrize(
    ("status", "attempts", "code", "found"),
    [
        ("not_configured", 1, "20003", [(Kind.PROVIDER_DOWN, WARNING)]),
        ("not_configured", 1, "not_configured", []),
        ("queued", 2, "connection", [(Kind.PROVIDER_DOWN, WARNING)]),
        ("queued", 0, "", []),
        ("queued", 1, "450", []),
    ],
)
def test_a_service_that_does_not_take_our_messages(
    status: str, attempts: int, code: str, found: list[tuple[Alert.Kind, Severity]]
):
    for _number in range(2):
        notice(order(), status, attempts=attempts, error_code=code, error="Refused.")

    run()

    assert alerts(Kind.PROVIDER_DOWN) == found


def calls(*outcomes: str) -> None:
    """Calls of a model, the last one a minute ago."""
    for minutes, outcome in enumerate(reversed(outcomes), start=1):
        call = AiCall.objects.create(purpose="order", model="gpt", outcome=outcome)
        AiCall.objects.filter(pk=call.pk).update(created_at=NOW - timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("outcomes", "is_down"),
    [
        (["timeout", "timeout", "timeout"], True),
        (["ok", "timeout", "unavailable", "rejected"], True),
        (["timeout", "timeout", "ok"], False),
        (["timeout", "timeout"], False),
        (["timeout", "invalid", "timeout"], False),
        (["ok", "quota"], True),
        ([], False),
    ],
)
def test_a_model_that_fails_three_times_in_a_row_is_down(
    settings: Settings,
    outcomes: list[str],
    is_down: bool,  # noqa: FBT001 - a table
):
    settings.OPENAI_API_KEY = "sk-test"
    calls(*outcomes)

    run()

    assert alerts() == ([(Kind.PROVIDER_DOWN, WARNING)] if is_down else [])


def test_without_a_key_no_model_is_missed():
    calls("timeout", "timeout", "timeout")

    assert run() == (0, 0, 0)


def test_one_time_out_pauses_the_calls_and_is_no_alarm(settings: Settings):
    settings.OPENAI_API_KEY = "sk-test"
    breaker.note(AiTimeout(), reached=False)
    assert run() == (0, 0, 0)

    breaker.note(AiRejected(is_about_key=True), reached=True)
    assert run() == (1, 0, 0)


def test_a_budget_that_is_spent_is_information(settings: Settings):
    settings.OPENAI_API_KEY = "sk-test"
    settings.OPENAI_MONTHLY_BUDGET_USD = Decimal(0)

    run()

    assert alerts() == [(Kind.PROVIDER_DOWN, INFO)]
