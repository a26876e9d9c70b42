"""``manage.py support``: what it prints, what it writes, how it ends."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from backoffice.messaging.models import InboundMessage, OutboundMessage
from backoffice.testing.imap import PASSWORD, USER, ImapServer
from backoffice.testing.openai import COMPLETIONS, completion, openai_server
from backoffice.testing.smtp import SmtpServer
from support.at_once import Handled
from support.incoming import intake
from support.models import Category, Draft, ReplyTemplate, ShopOrder, Ticket
from support.terminal import diagnosis, showing

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

LATE = "Bonjour, ma commande 10412 devait arriver le 8 avril et je n'ai toujours rien reçu."


@pytest.fixture(autouse=True)
def _in_english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("support", *words, stdout=out)
    return out.getvalue()


def state_of(what: str, output: str) -> str:
    """ "ok", "missing" or "PROBLEM" of the line about ``what``."""
    (line,) = [line for line in output.splitlines() if line[10:].startswith(f"{what}:")]
    return line.split()[0]


@pytest.fixture
def _order() -> None:
    ShopOrder.objects.create(number="10412", email="camille@boite.example", status="en transit")
    category = Category.objects.get(name="Retard de livraison")
    ReplyTemplate.objects.filter(category=category).delete()
    ReplyTemplate.objects.create(
        category=category, name="Test", body="Bonjour, {order_number} : {order_status}.", position=0
    )


@pytest.mark.parametrize(
    "words",
    [
        ("message", "camille@boite.example", LATE, "--order", "10412", "--name", "Camille"),
        (
            "message",
            "--order",
            "10412",
            "--name",
            "Camille",
            "camille@boite.example",
            *LATE.split(),
        ),
        ("--message", "camille@boite.example", LATE, "--order-id", "10412", "--name", "Camille"),
    ],
)
@pytest.mark.usefixtures("_order")
def test_message_becomes_a_ticket_with_a_draft_that_waits(words: tuple[str, ...]):
    output = run(*words)

    ticket, draft = Ticket.objects.get(), Draft.objects.get()
    assert (ticket.status, ticket.name, draft.status) == ("new", "Camille", "ready")
    assert ticket.shop_order is not None
    shown = dict(line.split(maxsplit=1) for line in output.splitlines()[:3])
    assert shown["Ticket"] == f"{ticket.number} (Nouveau)"
    assert shown["Page"].endswith(f"/admin/support/ticket/{ticket.pk}/change/")
    assert shown["Category"].startswith("Retard de livraison (")
    assert "10412, en transit" in output
    assert draft.body.splitlines()[0] in output
    assert not OutboundMessage.objects.exists()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "Say one thing to do"),
        (("--setup", "--stats"), "Say one thing to do"),
        (("--setup", "stats"), "Say one thing to do"),
        (("message", "camille", "Bonjour"), "email: “camille” is not an e-mail address"),
        (("message", "camille@boite.example", " "), "text: Write the text of the message."),
        (("message", "camille@boite.example"), "TEXT"),
        (("process-pending", "--limit", "0"), "--limit"),
        (("stats", "--from", "hier"), "--from: “hier” is no date"),
        (("stats", "--period", "8"), "period: "),
        (("stats", "--to", "2026-04-20"), "from: Say on which day the period begins."),
        (("dance",), "dance"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(words: tuple[str, ...], complaint: str):
    with pytest.raises(CommandError) as refused:
        run(*words)

    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not InboundMessage.objects.exists()


def test_what_made_no_ticket_says_where_it_went():
    taken = InboundMessage(pk=7, desk="orders", status="received")
    silent = InboundMessage(pk=8, desk="support", status="needs_attention", reason="No text.")

    assert showing.handled(Handled(taken, None, None)) == (
        "This is none for support: the desk “Orders” has it now."
    )
    assert showing.handled(Handled(silent, None, None)) == (
        "Message  8, needs attention\n         No text."
    )


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))


@pytest.mark.usefixtures("_order")
def test_what_is_tried_out_is_not_kept(monkeypatch: pytest.MonkeyPatch):
    typed(monkeypatch, "Bonjour,", LATE, "", "camille@boite.example", "", "n", "")

    output = run("interactive")

    assert "none: this was only tried out" in output
    assert "10412, en transit" in output
    assert "Bonjour, 10412 : " in output
    for model in (InboundMessage, Ticket, Draft, OutboundMessage):
        assert not model.objects.exists()


def test_without_an_address_nobodys_order_is_told(monkeypatch: pytest.MonkeyPatch):
    ShopOrder.objects.create(number="10412", email="camille@boite.example", status="secret")
    typed(monkeypatch, LATE, "", "", "", "", "")

    assert "secret" not in run("--interactive")


def test_what_is_to_be_kept_becomes_a_ticket(monkeypatch: pytest.MonkeyPatch):
    typed(monkeypatch, LATE, "", "", "", "oui", "camille@boite.example", "")

    output = run("interactive")

    ticket = Ticket.objects.get()
    assert (ticket.email, ticket.drafts.get().status) == ("camille@boite.example", "ready")
    assert output.count(ticket.number) == 1


def test_bad_address_is_told_and_the_next_message_asked_for(monkeypatch: pytest.MonkeyPatch):
    typed(monkeypatch, LATE, "", "camille", "", "Bonjour", "", "", "", "n")

    output = run("interactive")

    assert "“camille” is not an e-mail address" in output
    assert output.count("only tried out") == 1
    assert not Ticket.objects.exists()


def test_missing_drafts_are_asked_for():
    for number in range(3):
        run("message", f"{number}@boite.example", LATE)
    Draft.objects.all().delete()

    assert run("process-pending", "--limit", "2").startswith("2 drafts asked for; 2 being written")
    assert run("--process-pending").startswith("1 drafts asked for; 3 being written")
    assert run("process-pending").startswith("0 drafts asked for; 3 being written")


def test_what_waits_is_worked_off_without_a_worker():
    for number in range(3):
        intake.submit(text=LATE, email=f"{number}@boite.example", source="import")

    output = run("process-pending", "--wait")

    assert output == "0 drafts asked for; 0 being written, 3 to approve.\n"
    assert set(InboundMessage.objects.values_list("status", flat=True)) == {"done"}


def test_what_failed_is_not_waited_for():
    run("message", "camille@boite.example", LATE)
    later = timezone.now() + dt.timedelta(hours=1)
    Draft.objects.update(status="waiting", next_attempt_at=later)

    assert run("process-pending", "--wait").startswith("0 drafts asked for; 1 being written")


def test_figures_as_a_table_and_as_json():
    run("message", "camille@boite.example", LATE)

    table = run("stats")
    assert "New tickets             1 (before: 0)" in table
    assert "Retard de livraison" in table
    assert json.loads(run("--stats", "--json"))["opened"] == {"now": 1, "before": 0}
    told = json.loads(run("stats", "--json", "--from", "2020-01-01", "--to", "2020-01-31"))
    assert (told["opened"]["now"], told["from"]) == (0, "2020-01-01")


def test_setup_of_a_bare_installation_names_what_is_missing(settings: Settings):
    settings.NOTION_TOKEN = settings.OPENAI_API_KEY = settings.EMAIL_HOST = ""
    settings.MAILBOXES = {**settings.MAILBOXES, "support": mailbox(user="")}

    output = run("setup")

    expected = {
        "Python": "ok",
        "Database": "ok",
        "Migrations": "ok",
        "Classifier": "ok",
        "Support mailbox": "missing",
        "Outgoing mail": "missing",
        "OpenAI": "missing",
        "Notion": "missing",
    }
    assert {what: state_of(what, output) for what in expected} == expected
    assert "SUPPORT_IMAP_USER" in output


def test_setup_names_what_is_not_installed_and_what_nobody_reads(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(diagnosis, "LATE_MODULES", ("numpy", "no_such_module"))
    monkeypatch.setenv("DB_HOST", "localhost")
    monkeypatch.setenv("DB_PASSWORD", "the-secret")
    out = io.StringIO()

    with pytest.raises(CommandError, match="1 problem"):
        call_command("support", "setup", stdout=out)

    lines = out.getvalue().splitlines()
    assert [line for line in lines if "no_such_module" in line and "numpy" not in line] != []
    assert state_of("MySQL", out.getvalue()) == "missing"
    assert "DB_HOST, DB_PASSWORD" in out.getvalue()
    assert "the-secret" not in out.getvalue()


def test_setup_makes_missing_templates():
    ReplyTemplate.objects.all().delete()
    assert state_of("Templates", run("setup")) == "missing"

    run("setup", "--create")

    assert state_of("Templates", run("setup")) == "ok"
    count = ReplyTemplate.objects.count()
    run("--setup", "--create")
    assert ReplyTemplate.objects.count() == count


def mailbox(**values: object) -> dict[str, object]:
    return {
        "host": "127.0.0.1",
        "port": 993,
        "user": USER,
        "password": PASSWORD,
        "folder": "INBOX",
        "security": "none",
        "timeout": 10,
        **values,
    }


def test_setup_signs_in_to_what_is_configured(settings: Settings):
    with ImapServer() as imap, SmtpServer() as smtp, openai_server(settings) as openai:
        smtp.use(settings)
        settings.MAILBOXES = {**settings.MAILBOXES, "support": mailbox(port=imap.port)}
        openai.answers("POST", COMPLETIONS, completion("ok"))

        output = run("setup")

    for what in ("Support mailbox", "Outgoing mail", "OpenAI"):
        assert state_of(what, output) == "ok"
    assert smtp.mails == []


def test_setup_ends_with_1_where_a_password_is_wrong(settings: Settings):
    out = io.StringIO()
    with ImapServer() as imap:
        wrong = mailbox(port=imap.port, password="wrong")
        settings.MAILBOXES = {**settings.MAILBOXES, "support": wrong}

        with pytest.raises(CommandError, match="1 problem"):
            call_command("support", "setup", stdout=out)

    assert state_of("Support mailbox", out.getvalue()) == "PROBLEM"
    assert "wrong" not in out.getvalue()


def test_database_that_cannot_be_reached_is_one_line_and_ends_with_1():
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "support", "stats"]
    nowhere = {"DATABASE_URL": "postgres://nobody:x@127.0.0.1:1/nothing"}

    ended = subprocess.run(
        command, env={**os.environ, **nowhere}, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "127.0.0.1" in ended.stderr


def test_mail_of_the_support_desk_is_fetched_and_becomes_a_ticket(settings: Settings):
    out = io.StringIO()
    mail = (
        b"From: Camille <camille@boite.example>\r\nTo: sav@maison.example\r\n"
        b"Subject: Colis\r\nMessage-ID: <1@boite.example>\r\n"
        b"Date: Mon, 20 Apr 2026 09:30:00 +0000\r\n\r\nMon colis 10412 ?\r\n"
    )
    with ImapServer() as imap:
        imap.append("INBOX", mail)
        settings.MAIL_SINCE_DAYS = 0
        settings.MAILBOXES = {**settings.MAILBOXES, "support": mailbox(port=imap.port)}

        call_command("fetch_mail", "--mailbox", "support", stdout=out)

    assert out.getvalue() == "support: 1 new, 0 already known, 0 too large\n"
    assert InboundMessage.objects.get().desk == "support"
