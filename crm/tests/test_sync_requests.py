from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django_q.models import OrmQ

from backoffice.core.errors import DomainError
from crm.models import Anomaly, FieldMapping, SourceTable, SyncChange, SyncRun
from crm.sync import history, pruning, requests
from crm.sync.holding import holding
from crm.sync.undoing import undo
from crm.tests.journal_by_hand import Sync, a_sync, make_source, make_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm.models import DataSource

pytestmark = pytest.mark.django_db

Status = SyncRun.Status


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def shop() -> DataSource:
    """A source of records that Odoo keeps: nothing has to be read to ask for a sync."""
    source = make_source()
    source.kind = "odoo"
    source.options = {"url": "https://odoo.example", "database": "d", "login": "l"}
    source.save()
    for position, entity in enumerate(("customer", "sale")):
        table = make_table(
            source, entity, position=position, options={"model": "res.partner"}, cursor={"n": 7}
        )
        FieldMapping.objects.create(table=table, version=1, status="active")
    return source


def test_a_request_keeps_what_the_run_will_read_and_enqueues_it(shop: DataSource):
    anna = User.objects.create(username="anna")

    run = requests.request(shop, by=anna, full=True)

    assert (run.status, run.kind, run.requested_by) == ("waiting", "full", anna)
    tables = run.table_runs.all()
    active = dict(FieldMapping.objects.values_list("table", "pk"))
    assert [
        (row.table.entity, row.mapping_id == active[row.table_id], row.cursor_before)
        for row in tables
    ] == [
        ("customer", True, {"n": 7}),
        ("sale", True, {"n": 7}),
    ]
    assert OrmQ.objects.count() == 1


def test_a_second_request_names_the_run_under_way(shop: DataSource):
    run = requests.request(shop)

    with pytest.raises(requests.AlreadyRunning) as refused:
        requests.request(shop)

    assert (refused.value.value, refused.value.conflict) == (run.pk, True)
    assert f"#{run.pk}, waiting" in str(refused.value)


def test_the_database_keeps_a_second_open_run_out(shop: DataSource):
    Sync(shop)

    for status in SyncRun.OPEN:
        with pytest.raises(IntegrityError), transaction.atomic():
            SyncRun.objects.create(source=shop, status=status)


def test_a_source_that_is_not_ready_says_what_is_missing(shop: DataSource):
    FieldMapping.objects.filter(table__entity="sale").update(status="retired")
    with pytest.raises(DomainError) as unmapped:
        requests.request(shop)
    SourceTable.objects.update(is_active=False)
    with pytest.raises(DomainError) as empty:
        requests.request(shop)
    shop.is_active = False
    with pytest.raises(DomainError) as off:
        requests.request(shop)

    assert [error.value.code for error in (unmapped, empty, off)] == [
        "no_mapping",
        "no_tables",
        "inactive",
    ]
    assert str(unmapped.value) == (
        "No mapping is active for sale of “Boutique”: activate one first."
    )
    assert not SyncRun.objects.exists()


def test_a_cancelled_run_loses_its_claim_and_can_go_on(shop: DataSource):
    run = requests.request(shop)
    SyncRun.objects.update(status="running", claimed_at=timezone.now())
    table = run.table_runs.first()
    assert table
    run.table_runs.filter(pk=table.pk).update(status="failed", error="no server")

    requests.cancel(run.pk)
    assert not requests.is_wanted(run.pk)
    with pytest.raises(DomainError) as again:
        requests.cancel(run.pk)
    run = requests.resume(run.pk)

    table.refresh_from_db()
    assert (run.status, run.claimed_at, again.value.conflict) == ("waiting", None, True)
    assert (table.status, table.error) == ("waiting", "")


def test_a_run_cannot_go_on_once_a_newer_one_was_made(shop: DataSource):
    old = Sync(shop).end(Status.FAILED)
    Sync(shop).end()

    with pytest.raises(DomainError) as refused:
        requests.resume(old.pk)

    assert str(refused.value) == f"A newer sync than “{old}” has been made: sync again."


def test_a_run_whose_undo_has_begun_does_not_go_on(shop: DataSource):
    run = Sync(shop).end(Status.CANCELLED)
    undo.request_undo(run.pk, by=None)
    SyncRun.objects.update(status="failed")

    with pytest.raises(DomainError):
        requests.resume(run.pk)

    assert undo.can_undo(SyncRun.objects.get())


def test_one_process_may_hold_a_source_twice(shop: DataSource):
    with holding(shop.pk) as first, holding(shop.pk) as second:
        assert (first, second) == (True, True)


def test_what_is_left_to_do_is_told_by_the_speed_so_far(shop: DataSource):
    sync = Sync(shop)
    sync.table_run(shop.tables.all()[0], read=3000, created=2000)
    sync.table_run(shop.tables.all()[1], read=1000, rejected=1)
    sync.run.expected = 10_000
    sync.run.started_at = timezone.now() - dt.timedelta(seconds=40)

    shown = history.shown(sync.run)

    assert (shown.counts["read"], shown.counts["rejected"], shown.percent) == (4000, 1, 40)
    assert (shown.speed, shown.left) == (100, dt.timedelta(seconds=60))
    assert [run.sum_created for run in history.recent(shop)] == [2000]  # type: ignore[attr-defined]


def test_old_journals_are_forgotten_and_the_runs_stay(shop: DataSource):
    runs = []
    for _number in range(2):
        with a_sync(shop) as sync:
            SyncChange.objects.create(
                run=sync.run,
                entity="customer",
                object_id=1,
                record_id=1,
                action="created",
                after_hash=1,
            )
        runs.append(sync.run)
    SyncRun.objects.filter(pk=runs[0].pk).update(finished_at=timezone.now() - undo.KEPT)

    assert pruning.prune() == 1

    assert [change.run_id for change in SyncChange.objects.all()] == [runs[1].pk]
    assert SyncRun.objects.count() == 2
    assert not Anomaly.objects.exists()
