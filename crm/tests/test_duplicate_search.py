from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.utils import timezone
from django_q.exceptions import TimeoutException

from backoffice.core import jobs
from backoffice.core.errors import DomainError
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from crm import tasks
from crm.duplicates import deciding, index, merging, searching
from crm.models import Customer, DuplicateCandidate, DuplicateScan

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

HOUSE = {"address": "12 avenue du Général Leclerc", "postal_code": "33000", "city": "Bordeaux"}
NAMES = ("Jean Lafargue", "Marguerite Chassaing", "Enguerrand Muckensturm")
Status, Stage = DuplicateScan.Status, DuplicateScan.Stage


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(searching, "KEYS_AT_A_TIME", 2)
    monkeypatch.setattr(searching, "COMPARED_AT_A_TIME", 2)
    yield
    # Tables that are no models outlive a test of several connections.
    index.clear()


def twins() -> list[tuple[int, int]]:
    """Three couples of one customer each, as their ids."""
    first = [Customer.objects.create(name=name, **HOUSE) for name in NAMES]
    second = [Customer.objects.create(name=name.upper(), **HOUSE) for name in NAMES]
    return [(one.pk, other.pk) for one, other in zip(first, second, strict=True)]


def found() -> list[tuple[int, int]]:
    return sorted(DuplicateCandidate.objects.values_list("first_id", "second_id"))


def requested(*, whole: bool = False) -> DuplicateScan:
    scan = searching.request(whole=whole)
    assert scan is not None
    return scan


def test_slices_find_what_one_search_finds():
    couples = twins()
    scan = requested()

    steps = 1
    while not searching.step(scan.pk):
        steps += 1

    # Keys of 2, 2, 2 and none; counts; pairs of 2, 2, 2 and none.
    assert (steps, found()) == (9, couples)


def test_a_job_does_a_slice_and_leaves_the_rest_to_the_next(monkeypatch: pytest.MonkeyPatch):
    couples = twins()
    scan = requested()
    monkeypatch.setattr(searching, "slice_seconds", lambda: 1e-9)
    states = []

    for _ in range(20):
        tasks.search_duplicates(scan.pk)
        scan.refresh_from_db()
        states.append((scan.status, scan.stage))
        if scan.status == Status.DONE:
            break

    assert states[0] == (Status.RUNNING, Stage.KEYS)
    assert states[-1] == (Status.DONE, Stage.PAIRS)
    assert (found(), scan.customers, scan.attempts) == (couples, 6, 1)


@pytest.mark.parametrize("killed_at", range(1, 9))
def test_a_search_that_was_killed_goes_on_where_it_was(
    killed_at: int, monkeypatch: pytest.MonkeyPatch
):
    couples = twins()
    scan = requested()
    real, done = searching.step, 0

    def step(pk: int) -> bool:
        nonlocal done
        done += 1
        if done == killed_at:
            raise TimeoutException
        return real(pk)

    monkeypatch.setattr(searching, "step", step)
    with pytest.raises(TimeoutException):
        tasks.search_duplicates(scan.pk)
    scan.refresh_from_db()
    assert scan.status == Status.WAITING

    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        tasks.search_duplicates(scan.pk)

    scan.refresh_from_db()
    assert (scan.status, found(), done) == (Status.DONE, couples, 10)


def test_a_search_under_way_is_not_started_twice():
    twins()
    scan = requested()
    held = jobs.claim(searching.LANE, scan.pk)

    assert held is not None
    assert (requested(), requested(whole=True)) == (scan, scan)
    tasks.search_duplicates(scan.pk)
    assert found() == []
    with pytest.raises(DomainError) as refused:
        searching.find()
    assert refused.value.code == "already_running"


def test_who_changes_while_it_runs_is_the_next_ones():
    couples = twins()
    scan = requested()
    searching.step(scan.pk)
    late = Customer.objects.create(name=NAMES[0], **HOUSE)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=1)):
        Customer.objects.filter(pk=late.pk).update(updated_at=timezone.now())
        tasks.search_duplicates(scan.pk)

    following = DuplicateScan.objects.get(status=Status.WAITING)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2)):
        tasks.search_duplicates(following.pk)

    mine = [(couples[0][0], late.pk), (couples[0][1], late.pk)]
    assert found() == sorted([*couples, *mine])
    assert not DuplicateScan.objects.filter(status__in=DuplicateScan.OPEN).exists()


def test_a_changed_one_meets_those_before_and_after_it():
    couples = twins()
    searching.find()
    middle = Customer.objects.get(pk=couples[1][0])
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        middle.name = NAMES[0]
        middle.save()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
        searching.find()

    one, other = couples[0]
    mine = [(one, middle.pk), (middle.pk, other)]
    assert found() == sorted([couples[0], couples[2], *mine])


def test_keys_lost_in_a_crash_are_made_again():
    couples = twins()
    searching.find()
    index.clear()
    late = Customer.objects.create(name=NAMES[2], **HOUSE)

    searching.find()

    assert DuplicateScan.objects.first().is_whole is True  # type: ignore[union-attr]
    assert found() == sorted([*couples, *((pk, late.pk) for pk in couples[2])])


def test_who_was_archived_has_no_keys_any_more():
    couples = twins()
    searching.find()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        gone = Customer.objects.get(pk=couples[0][0])
        gone.archived_at = timezone.now()
        gone.save()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
        searching.find()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM crm_duplicatekey WHERE customer_id = %s", [gone.pk])
        assert cursor.fetchone() == (0,)
    assert found() == couples[1:]


@pytest.mark.django_db(transaction=True)
def test_a_search_and_who_merges_what_it_finds_do_not_wait_for_each_other():
    ids = [Customer.objects.create(name=NAMES[0], **HOUSE).pk for _number in range(3)]
    one, two, three = ids
    searching.find()
    pairs = [(one, two), (one, three), (two, three)]
    assert found() == pairs

    def search() -> int:
        try:
            return searching.find(whole=True)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            # What a merge does, which the search meets half-way.
            merging.lock(two, three)
            deciding._open(DuplicateCandidate.objects.get(first=two, second=three).pk)
            late = pool.submit(search)
            wait_until(somebody_waits_for_us)
            merging.merge(three, two, by=None)
        assert late.result() == 1

    states = DuplicateCandidate.objects.order_by("first", "second")
    assert [*states.values_list("first", "second", "state")] == [
        (one, three, "open"),
        (two, three, "merged"),
    ]
