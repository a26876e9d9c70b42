from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.utils import timezone
from django_q.models import OrmQ

from backoffice.core.models import Heartbeat
from backoffice.messaging import desks, mailbox_runs
from backoffice.messaging.models import InboundMessage, MailboxCursor, MailboxRun
from backoffice.messaging.tests.making import inbound
from backoffice.messaging.tests.receiving_desk import stand_in

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db

PAGE = "/admin/messaging/mail/"
STATE = f"{PAGE}state/"
BUTTON = 'name="mailbox"'
Status = MailboxRun.Status
Message = InboundMessage.Status


@pytest.fixture(autouse=True)
def _mailboxes(settings: Settings) -> None:
    """The order desk's is configured, where no server is; the support desk's is not."""
    orders = {**settings.MAILBOXES["orders"], "user": "commandes@kraft.example", "port": 1}
    orders |= {"host": "127.0.0.1", "security": "none", "timeout": 60, "folder": "INBOX"}
    settings.MAILBOXES = {"orders": orders, "support": {**orders, "user": ""}}


@pytest.fixture
def worker() -> Heartbeat:
    return Heartbeat.objects.create(name="worker:test", beat_at=timezone.now())


def run(**fields: object) -> MailboxRun:
    now = timezone.now()
    seed = {"mailbox": "orders", "status": Status.DONE, "seen_at": now, "finished_at": now}
    return MailboxRun.objects.create(**{**seed, **fields})


def seen_long_ago(**fields: object) -> MailboxRun:
    return run(seen_at=timezone.now() - timedelta(minutes=6), finished_at=None, **fields)


def shown(client: Client, address: str = PAGE) -> str:
    return client.get(address, headers={"HX-Request": "true"}).content.decode()


def is_polled(page: str) -> bool:
    return f'hx-get="{STATE}"' in page


def told(client: Client, mailbox: str = "orders") -> str:
    """How the answer to the button is meant."""
    response = client.post(PAGE, {"mailbox": mailbox})
    assert (response.status_code, response["Location"]) == (302, PAGE)
    return str(list(get_messages(response.wsgi_request))[-1].level_tag)


def figure(page: str, name: str) -> int:
    found = re.search(rf'data-figure="{name}".*?<dd>(\d+)</dd>', page)
    return int(found[1]) if found else -1


@pytest.mark.parametrize("runs", [1, 3])
def test_the_page_takes_the_same_queries_for_any_number_of_runs(
    admin_client: Client,
    worker: Heartbeat,
    django_assert_num_queries: DjangoAssertNumQueries,
    runs: int,
):
    for _ in range(runs):
        inbound(channel="email", run=run(), status=Message.FAILED)
    shown(admin_client)  # the badges are kept for some seconds

    with django_assert_num_queries(9):
        page = shown(admin_client)

    assert page.count("data-run=") == runs


def test_says_what_is_missing_where_no_mailbox_is_configured(
    admin_client: Client, settings: Settings
):
    off = {**settings.MAILBOXES["orders"], "user": ""}
    settings.MAILBOXES = {"orders": off, "support": off}

    page = shown(admin_client)

    assert "ORDERS_IMAP_USER" in page
    assert "SUPPORT_IMAP_USER" in page
    assert BUTTON not in page


def test_a_folder_that_is_no_longer_read_is_not_shown(admin_client: Client):
    for folder in ("INBOX", "Archive"):
        MailboxCursor.objects.create(mailbox="orders", folder=folder, error=f"No {folder} today")

    page = shown(admin_client)

    assert ("No INBOX today" in page, "No Archive today" in page) == (True, False)


def test_pressed_three_times_it_is_one_run_of_the_first_who_asked(
    admin_client: Client, admin_user: User, worker: Heartbeat
):
    assert [told(admin_client) for _impatient in range(3)] == ["success", "info", "info"]

    assert [row.asked_by for row in MailboxRun.objects.all()] == [admin_user]
    assert OrmQ.objects.count() == 1
    assert is_polled(shown(admin_client))


def test_a_look_of_the_schedule_that_is_under_way_becomes_the_persons(
    admin_client: Client, admin_user: User
):
    mailbox_runs.ask("orders")

    assert told(admin_client) == "info"
    assert MailboxRun.objects.get().asked_by == admin_user


@pytest.mark.parametrize("mailbox", ["support", "", "nobody's"])
def test_a_mailbox_that_is_not_configured_is_not_looked_into(admin_client: Client, mailbox: str):
    assert told(admin_client, mailbox) == "error"
    assert MailboxRun.objects.count() == 0


def test_fetching_takes_a_post_and_its_permission(client: Client, admin_client: Client):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename="view_inboundmessage"))
    client.force_login(viewer)

    assert BUTTON in shown(admin_client)
    assert client.post(PAGE, {"mailbox": "orders"}).status_code == 403
    assert BUTTON not in shown(client)
    viewer.user_permissions.clear()
    assert [client.get(address).status_code for address in (PAGE, STATE)] == [403, 403]
    assert MailboxRun.objects.count() == 0


def test_counts_what_became_of_the_messages_of_a_run(
    admin_client: Client, worker: Heartbeat, monkeypatch: pytest.MonkeyPatch
):
    # Two loaves of each run, whatever its messages came to.
    loaves = desks.Makes("loaves", lambda run_ids: dict.fromkeys(run_ids, 2))
    stand_in(monkeypatch, "orders", makes=loaves)
    of_run = run(found=6, stored=5, known=1)
    for status, kind in (
        (Message.DONE, "order"),
        (Message.NOT_FOR_US, "complaint"),
        (Message.NEEDS_ATTENTION, ""),
        (Message.FAILED, ""),
        (Message.RECEIVED, ""),
    ):
        inbound(channel="email", run=of_run, status=status, kind=kind, reason=f"why {status}")
    inbound(channel="email", status=Message.FAILED, reason="of another run")

    page = shown(admin_client, STATE)

    names = ("found", "stored", "known", "read", "made", "attention", "failed")
    assert [figure(page, name) for name in names] == [6, 5, 1, 4, 2, 1, 1]
    assert "<dt>loaves</dt>" in page
    assert "why failed" in page
    assert "why needs_attention" in page
    assert "of another run" not in page
    assert is_polled(page)


@pytest.mark.parametrize("status", [Message.DONE, Message.FAILED])
def test_the_page_stops_asking_once_everything_is_read(
    admin_client: Client, worker: Heartbeat, status: str
):
    inbound(channel="email", run=run(found=1, stored=1), status=status)

    assert not is_polled(shown(admin_client, STATE))


def test_without_a_worker_it_says_so_and_does_not_wait(admin_client: Client):
    mailbox_runs.ask("orders")

    page = shown(admin_client)

    assert "manage.py run_worker" in page
    assert not is_polled(page)


def test_a_run_whose_worker_died_is_interrupted_and_begins_anew(
    admin_client: Client, worker: Heartbeat
):
    dead = seen_long_ago(status=Status.RUNNING, found=9, stored=3)
    page = shown(admin_client)
    assert 'data-status="running"' in page
    assert not is_polled(page)

    assert told(admin_client) == "success"

    dead.refresh_from_db()
    assert (dead.status, dead.finished_at is None) == (Status.INTERRUPTED, False)
    assert MailboxRun.objects.exclude(pk=dead.pk).get().status == Status.WAITING


def test_a_job_that_comes_late_leaves_the_closed_run_alone():
    dead = run(status=Status.INTERRUPTED)

    mailbox_runs.carry_out(dead.pk)

    assert MailboxCursor.objects.count() == 0


def test_a_run_nobody_took_up_is_enqueued_again():
    waiting = seen_long_ago(status=Status.WAITING)

    assert mailbox_runs.ask("orders") == (waiting, True)
    assert mailbox_runs.ask("orders") == (waiting, False)
    assert OrmQ.objects.count() == 1


def test_runs_of_long_ago_are_forgotten_but_not_their_messages():
    with time_machine.travel(timezone.now() - timedelta(days=31)):
        message = inbound(run=run())
        # An upload whose server stopped: nobody ends it.
        run(source=MailboxRun.Source.FILES, status=Status.RUNNING, finished_at=None)
    fresh = run()

    mailbox_runs.prune()

    message.refresh_from_db()
    assert (message.run, list(MailboxRun.objects.all())) == (None, [fresh])


def test_who_comes_to_the_changing_part_by_hand_gets_the_page(admin_client: Client):
    assert "<html" in admin_client.get(STATE).content.decode()
    assert "<html" not in shown(admin_client, STATE)


def test_leads_to_the_messages_of_a_run(admin_client: Client):
    of_run = run(found=1, stored=1)
    message = inbound(channel="email", run=of_run)
    inbound(channel="email")
    address = f"/admin/messaging/inboundmessage/?run={of_run.pk}"

    assert f'href="{address}"' in shown(admin_client)
    listed = admin_client.get(address).context["cl"].result_list
    assert [row.pk for row in listed] == [message.pk]


def test_a_failure_is_told_once(admin_client: Client):
    words = "The mail server cannot be reached."
    MailboxCursor.objects.create(mailbox="orders", folder="INBOX", error=words)
    run(status=Status.FAILED, error=words)

    card = shown(admin_client).partition("mail-history")[0]

    assert card.count(words) == 1


def test_a_kind_without_a_name_is_shown_as_it_is(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
):
    stand_in(monkeypatch, "orders")
    inbound(channel="email", run=run(found=1), status=Message.DONE, kind="lost_parcel")

    assert "lost parcel: 1" in shown(admin_client)
