"""Pending tickets, a living worker, and a kill -9 half-way: nothing is lost, nothing twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db.models import F
from django.utils import timezone
from django_q.models import OrmQ

from backoffice.core.jobs.sweeper import sweep
from backoffice.testing.waiting import wait_until
from backoffice.testing.worker import live_worker
from support.drafting import requests
from support.models import Draft, Ticket, TicketEvent
from support.tests.tickets import ticket
from support.understanding import stored

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]

Status = Draft.Status
TICKETS = 40
HALF = TICKETS // 2


def ready() -> int:
    return Draft.objects.filter(status=Status.READY).count()


def test_a_killed_worker_loses_no_draft_and_writes_none_twice(tmp_path: Path):
    stored.active()  # Trained once, not by each process.
    for number in range(TICKETS):
        ticket(
            words=f"Bonjour, où est ma commande {10400 + number} ?", email=f"c{number}@x.example"
        )
    assert requests.request_missing() == TICKETS

    with live_worker(tmp_path / "first.log") as worker:
        wait_until(lambda: ready() >= HALF, within=150, what="half of the drafts")
        worker.kill()
        worker.supervisor.wait()
    left = TICKETS - ready()
    assert left > 0

    let_time_pass()
    with live_worker(tmp_path / "second.log"):
        wait_until(lambda: ready() == TICKETS, within=150, what="all of the drafts")

    assert Counter(Draft.objects.values_list("status", flat=True)) == {Status.READY: TICKETS}
    drafted = TicketEvent.objects.filter(kind=TicketEvent.Kind.DRAFTED)
    assert Counter(Counter(drafted.values_list("ticket", flat=True)).values()) == {1: TICKETS}
    assert Ticket.objects.exclude(drafts__revision=F("revision")).count() == 0
    assert Draft.objects.filter(body="").count() == 0


def let_time_pass() -> None:
    """As if leases and the queue's patience were over, and the sweeper had come."""
    long_ago = timezone.now() - timedelta(hours=1)
    Draft.objects.filter(status=Status.WRITING).update(claimed_at=long_ago)
    Draft.objects.exclude(status=Status.READY).update(queued_at=long_ago)
    OrmQ.objects.all().delete()
    sweep()
