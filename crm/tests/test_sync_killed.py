"""Syncs and undos whose process is killed with -9 half-way: done once, in the same state."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ

from backoffice.core.jobs.sweeper import sweep
from backoffice.testing.waiting import wait_until
from backoffice.testing.worker import environment_of_the_test, live_worker
from crm.models import Customer, SourceRecord, SyncChange, SyncRun, TableRun
from crm.sync import requests
from crm.sync.undoing import undo
from crm.tests.shops import shop

if TYPE_CHECKING:
    from pathlib import Path

    from crm.models import DataSource

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.worker,
    # Of a minute on a busy machine, which may have to make its database first.
    pytest.mark.timeout(600),
]

ROWS = 40_000
Status = SyncRun.Status


@pytest.fixture
def many() -> DataSource:
    """A source with many rows, two of them bad."""
    lines = [f"C{n};Nom {n} Petit;n{n}@petit.fr;Lyon" for n in range(ROWS)]
    lines[7] = "C7;;;Lyon"
    lines[ROWS - 7] = "C6;Again;again@petit.fr;Lyon"
    return shop("Boutique", *lines)


def read() -> int:
    return TableRun.objects.values_list("read", flat=True).get()


def half_way() -> bool:
    return 0 < read() < ROWS


def state() -> tuple[object, ...]:
    """What a sync has to leave, once."""
    table = TableRun.objects.get()
    counts = (table.read, table.created, table.updated, table.rejected)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT value) FROM crm_customeridentity")
        identities = cursor.fetchone()
    rows = (Customer.objects.count(), SourceRecord.objects.count(), SyncChange.objects.count())
    return counts, identities, rows


DONE = (
    (ROWS, ROWS - 2, 0, 2),
    (2 * (ROWS - 2), 2 * (ROWS - 2)),
    (ROWS - 2, ROWS - 2, ROWS - 2),
)


def let_time_pass() -> None:
    """As if leases and the queue's patience were over, and the sweeper had come."""
    long_ago = timezone.now() - timedelta(hours=1)
    SyncRun.objects.filter(claimed_at__isnull=False).update(claimed_at=long_ago)
    SyncRun.objects.update(queued_at=long_ago)
    OrmQ.objects.all().delete()
    sweep()


def test_a_killed_worker_is_followed_by_one_that_goes_on(many: DataSource, tmp_path: Path):
    run = requests.request(many)

    with live_worker(tmp_path / "first.log") as worker:
        wait_until(half_way, within=60, what="some batches")
        worker.kill()
        worker.supervisor.wait()
    assert SyncRun.objects.get().status == Status.RUNNING
    let_time_pass()

    with live_worker(tmp_path / "second.log"):
        wait_until(lambda: _is(run, Status.DONE), within=90, what="the whole sync")
        assert state() == DONE

        undo.request_undo(run.pk, by=None)
        wait_until(lambda: _is(run, Status.UNDONE), within=90, what="the whole undo")
    assert not Customer.objects.exists()
    assert not SourceRecord.objects.exists()


def test_a_killed_command_is_followed_by_one_that_goes_on(many: DataSource):
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "sync_sources"]
    environment = environment_of_the_test()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as first:
        wait_until(lambda: TableRun.objects.exists() and half_way(), within=60, what="a batch")
        first.kill()
    assert half_way()

    second = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    assert f"{ROWS}" in second.stdout
    assert state() == DONE
    assert SyncRun.objects.get().status == Status.DONE


def _is(run: SyncRun, status: str) -> bool:
    return SyncRun.objects.filter(pk=run.pk, status=status).exists()
