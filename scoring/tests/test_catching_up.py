"""Who was noted is scored; what cannot be scored yet stays noted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm import customers
from crm.duplicates import merging
from scoring.leads import requests, rescoring, writing
from scoring.models import LeadScore, LeadTouch, ScoringModel, ScoringRun, SegmentChange
from scoring.moves import catching_up
from scoring.moves.touching import touch
from scoring.tests import moving, planting
from scoring.tests.moving import touched
from scoring.versions import keeping, shipped

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from crm.models import Customer
    from scoring.live.figures import Chosen

pytestmark = pytest.mark.django_db


def score(pk: int) -> int:
    return LeadScore.objects.get(pk=pk).score


def contacts_of(row: Customer) -> int:
    return LeadScore.objects.get(pk=row.pk).total_contacts


def test_a_sale_moves_the_score():
    row = moving.scored()
    before = score(row.pk)

    moving.sale(row)
    assert catching_up.catch_up() == 1

    assert score(row.pk) > before
    change = SegmentChange.objects.get()
    assert (change.before, change.after, change.by_model) == ("Cold", "Hot", False)
    assert touched() == []
    assert catching_up.catch_up() == 0


def test_who_had_an_address_alone_loses_its_messages_to_nobody():
    nadia, omar = moving.scored("Nadia"), moving.scored("Omar")
    email = nadia.identities.get(kind="email").value
    planting.message(timezone.localdate(), sender_email=email)
    assert rescoring.rescore([nadia.pk]) == 1

    # Written in bulk, which tells of Omar only.
    customers.add_identities(omar, [("email", email)])
    catching_up.catch_up()
    assert contacts_of(nadia) == 1

    omar.identities.filter(value=email).delete()
    catching_up.catch_up()
    assert contacts_of(nadia) == 2


def test_a_customer_with_many_notes_is_scored_once_and_three_cost_what_one_does():
    rows = [moving.scored(f"C{number}") for number in range(3)]

    def queries(number: int) -> int:
        for _twice in range(2):
            touch([row.pk for row in rows[:number]])
        with CaptureQueriesContext(connection) as caught:
            assert catching_up.catch_up() == number
        return len(caught)

    assert queries(1) == queries(3)


def test_anybody_asks_for_one_run_over_what_changed():
    touch([1, 2])
    touch(None)
    touch(None)

    assert catching_up.catch_up() == 0

    run = ScoringRun.objects.get()
    assert (run.kind, run.status) == ("changes", "waiting")
    assert touched() == []
    # It is still to begin: it sees what happened since, too.
    touch(None)
    catching_up.catch_up()
    assert ScoringRun.objects.get() == run
    assert touched() == []


def test_anybody_waits_for_the_end_of_a_run_that_may_be_past_them():
    row = moving.scored()
    run = requests.request(kind="full")
    ScoringRun.objects.update(started_at=timezone.now(), status="running")
    touch(None)
    moving.sale(row)

    assert catching_up.catch_up() == 1
    assert touched() == [None]

    ScoringRun.objects.update(status="done")
    catching_up.catch_up()
    assert touched() == []
    assert ScoringRun.objects.exclude(pk=run.pk).get().kind == "changes"


def test_a_flood_becomes_a_run(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(catching_up, "MANY", 3)
    touch([1, 2, 3])
    assert catching_up.catch_up() == 3
    assert not ScoringRun.objects.exists()

    touch([1, 2, 3, 4])
    assert catching_up.catch_up() == 0
    assert ScoringRun.objects.get().kind == "changes"
    assert touched() == []


def test_more_than_a_statement_takes_go_in_slices(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rescoring, "MOST", 2)
    rows = [moving.scored(f"C{number}") for number in range(5)]
    for row in rows:
        moving.sale(row)

    assert catching_up.catch_up() == 5

    assert list(LeadScore.objects.values_list("segment", flat=True)) == ["Hot"] * 5
    assert touched() == []


@pytest.mark.django_db(transaction=True)
def test_those_who_share_addresses_are_scored_by_one_statement_in_each_transaction(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(rescoring, "MOST", 3)
    rows = [moving.scored(f"C{number}") for number in range(4)]
    for number, row in enumerate(rows):
        row.identities.create(kind="email", value=f"desk{number // 2}@tizi.example")
        moving.sale(row)
    LeadTouch.objects.all().delete()
    touch([rows[0].pk, rows[2].pk])
    real, seen = writing.write, []

    def write(chosen: Chosen, scoring: writing.Scoring) -> writing.Written:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text")
            seen.append((cursor.fetchone()[0], chosen.ids))
        return real(chosen, scoring)

    monkeypatch.setattr(writing, "write", write)
    assert catching_up.catch_up() == 2

    first, second = rows[:2], rows[2:]
    assert [ids for _transaction, ids in seen] == [
        tuple(row.pk for row in some) for some in (first, second)
    ]
    assert len({number for number, _ids in seen}) == 2
    assert touched() == []


def test_what_is_left_over_when_time_is_up_is_the_next_call_s(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
):
    monkeypatch.setattr(rescoring, "MOST", 2)
    settings.JOB_TIMEOUT = 0
    touch(range(1, 6))

    assert catching_up.catch_up() == 2
    assert touched() == [3, 4, 5]


def test_without_a_model_everybody_stays_noted(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
):
    row = moving.customer()
    # The version in use is damaged, and the sample to train the shipped one on is away.
    keeping.in_use()
    ScoringModel.objects.update(artifact=b"damaged", sha256="0" * 64)
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(shipped, "SAMPLE", tmp_path / "customers.csv")
    LeadTouch.objects.all().delete()
    touch([row.pk])

    assert catching_up.catch_up() == 0

    assert touched() == [row.pk]
    assert "Customers wait to be scored: there is no model." in caplog.text


def test_of_a_merge_the_kept_one_has_both_histories_and_an_undo_gives_them_back():
    kept, merged = moving.scored("Kept"), moving.scored("Merged")
    before = {lead.pk: (lead.score, lead.total_contacts) for lead in LeadScore.objects.all()}

    record = merging.merge(kept.pk, merged.pk, by=None)
    catching_up.catch_up()
    assert list(LeadScore.objects.values_list("pk", "total_contacts")) == [(kept.pk, 1)]

    moving.sale(kept, days_ago=3)
    catching_up.catch_up()
    assert LeadScore.objects.get().total_contacts == 2

    merging.undo(record.pk, by=None)
    catching_up.catch_up()
    after = {lead.pk: (lead.score, lead.total_contacts) for lead in LeadScore.objects.all()}
    assert after[merged.pk] == before[merged.pk]
    assert after[kept.pk][1] == 2


def test_a_customer_who_is_archived_or_deleted_has_no_score():
    gone, deleted = moving.scored("Gone"), moving.scored("Deleted")
    gone.archived_at = timezone.now()
    gone.save()
    deleted.sales.all().delete()
    deleted.delete()

    catching_up.catch_up()

    assert not LeadScore.objects.exists()
    assert touched() == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_notes():
    rows = [moving.scored(f"C{number}") for number in range(40)]
    for row in rows:
        moving.sale(row)
        touch([row.pk])
    start = Barrier(2)

    def work(_number: int) -> int:
        try:
            start.wait()
            return catching_up.catch_up()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(work, range(2)))

    assert sum(taken) in range(40, 81)
    assert touched() == []
    assert SegmentChange.objects.count() == 40


@pytest.mark.django_db(transaction=True)
def test_a_note_that_is_not_committed_yet_is_found_later():
    row = moving.scored()
    noted, looked = Barrier(2), Barrier(2)

    def note() -> None:
        try:
            with transaction.atomic():
                moving.sale(row)
                noted.wait()
                looked.wait()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        noting = pool.submit(note)
        noted.wait()
        assert catching_up.catch_up() == 0
        looked.wait()
        noting.result()

    assert catching_up.catch_up() == 1
    assert LeadScore.objects.get().segment == "Hot"
