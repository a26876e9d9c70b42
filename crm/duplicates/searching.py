"""A search for duplicates as a job: a slice at a time, in the order of customers' ids.

First everybody's keys are brought up to date, then they are counted, then customers are compared.
Each step commits its place with its effects, so that a killed worker's search goes on there.
"""

from __future__ import annotations

from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core import jobs
from backoffice.core.errors import DomainError
from backoffice.core.jobs import Lane, RetryPolicy
from crm.duplicates import finding, index
from crm.models import Customer, CustomerIdentity, DuplicateCandidate, DuplicateScan

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet

Status, Stage = DuplicateScan.Status, DuplicateScan.Stage
# Customers of a step: keys are made quickly, comparing takes longer.
KEYS_AT_A_TIME, COMPARED_AT_A_TIME = 2000, 500
# What was written in a transaction that was still open when the last search began.
OVERLAP = timedelta(minutes=5)


def _ended(scan: DuplicateScan) -> None:
    # Who changed while it ran is the next one's, which asks whether there is anybody.
    if DuplicateScan.objects.filter(pk=scan.pk, status=Status.DONE).exists():
        request()


LANE: Lane[DuplicateScan] = Lane(
    DuplicateScan,
    waiting=Status.WAITING,
    working=Status.RUNNING,
    failed=Status.FAILED,
    policy=RetryPolicy(max_attempts=4),
    exhausted=lambda _scan: {"finished_at": timezone.now()},
    ended=_ended,
)


def request(*, whole: bool = False, in_background: bool = True) -> DuplicateScan | None:
    """A waiting search, enqueued: of who changed since the last one, or of everybody.

    The one under way where there is one; None where nobody changed. With no search done yet, or
    the keys lost, it is everybody's whatever was asked.
    """
    with transaction.atomic():
        last = _last()
        open_ = DuplicateScan.objects.filter(status__in=DuplicateScan.OPEN).first()
        if open_ is not None:
            return open_
        whole = whole or last is None or index.is_empty()
        now = timezone.now()
        since = None if whole or last is None else last.started_at
        if since is not None and not _changed(since, now).exists():
            finding.remove(finding.gone())
            return None
        scan = DuplicateScan(
            started_at=now,
            since=since - OVERLAP if since else None,
            is_whole=since is None,
            queued_at=timezone.now(),
        )
        DuplicateScan.objects.bulk_create([scan], ignore_conflicts=True)
        found = DuplicateScan.objects.filter(status__in=DuplicateScan.OPEN).get()
        if in_background:
            enqueue(found)
    return found


def enqueue(scan: DuplicateScan) -> None:
    from crm import tasks  # noqa: PLC0415 - tasks import this module

    jobs.enqueue(tasks.search_duplicates, scan.pk)


def find(*, whole: bool = False) -> int:
    """Search to the end in this process; the number of open pairs.

    Goes on with one that waits; raises DomainError (``conflict``) where a worker is at it.
    """
    scan = request(whole=whole, in_background=False)
    if scan is not None and whole and not scan.is_whole:
        _to_the_end(scan)
        scan = request(whole=True, in_background=False)
    if scan is not None:
        _to_the_end(scan)
    return DuplicateCandidate.objects.filter(state=DuplicateCandidate.State.OPEN).count()


def work(scan: DuplicateScan) -> None:
    """One slice by the worker; the next one is enqueued until the end."""
    _slice(scan, then=enqueue)


def slice_seconds() -> float:
    """A quarter of what a job may take: the step at its end may be a slow one."""
    return float(settings.JOB_TIMEOUT) / 4


def _to_the_end(scan: DuplicateScan) -> None:
    while True:
        before = (scan.status, scan.stage, scan.position, scan.attempts)
        jobs.perform(LANE, scan.pk, lambda row: _slice(row, then=_nothing))
        scan.refresh_from_db()
        if scan.status not in DuplicateScan.OPEN:
            return
        if before == (scan.status, scan.stage, scan.position, scan.attempts):
            sentence = _("A search for duplicates is under way: try again when it is done.")
            raise UnderWay(sentence)


class UnderWay(DomainError):
    """A worker is at a search."""

    code = "already_running"
    conflict = True


def _nothing(_scan: DuplicateScan) -> None:
    """The command's own loop makes the next slice."""


def _slice(scan: DuplicateScan, *, then: Callable[[DuplicateScan], None]) -> None:
    deadline = monotonic() + slice_seconds()
    has_ended = step(scan.pk)
    while not has_ended and monotonic() < deadline:
        has_ended = step(scan.pk)
    with transaction.atomic():
        now = timezone.now()
        if has_ended:
            _close(scan)
            jobs.finish(LANE, scan, status=Status.DONE, finished_at=now)
            return
        # It got on: the next slice is a first attempt.
        jobs.finish(LANE, scan, status=Status.RUNNING, attempts=0, queued_at=now)
        then(scan)


def step(scan_id: int) -> bool:
    """The next customers of the search, in a transaction; whether there are none left."""
    with transaction.atomic():
        scan = DuplicateScan.objects.select_for_update(no_key=True).get(pk=scan_id)
        return _STEPS[scan.stage](scan)


def _make_keys(scan: DuplicateScan) -> bool:
    if scan.is_whole and not scan.position:
        index.clear()
    ids = _next(scan, KEYS_AT_A_TIME)
    records = finding.read(ids)
    index.put(ids, records)
    if ids:
        _write(scan, position=ids[-1])
    else:
        _write(scan, stage=Stage.COUNTS, position=0)
    return False


def _count_keys(scan: DuplicateScan) -> bool:
    customers = Customer.objects.filter(archived_at=None, merged_into=None).count()
    _write(scan, stage=Stage.PAIRS, split_blocks=index.count(), customers=customers)
    return False


def _compare(scan: DuplicateScan) -> bool:
    ids = _next(scan, COMPARED_AT_A_TIME)
    if not ids:
        return True
    is_partial = not scan.is_whole
    compared = finding.look(ids, customers=scan.customers, is_partial=is_partial, search=scan.pk)
    _write(scan, position=ids[-1], pairs=F("pairs") + compared)
    return False


_STEPS: dict[str, Callable[[DuplicateScan], bool]] = {
    Stage.KEYS: _make_keys,
    Stage.COUNTS: _count_keys,
    Stage.PAIRS: _compare,
}


def _write(scan: DuplicateScan, **values: object) -> None:
    DuplicateScan.objects.filter(pk=scan.pk).update(**values)


def _next(scan: DuplicateScan, most: int) -> list[int]:
    rows = _of(scan).filter(pk__gt=scan.position).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:most])


def _of(scan: DuplicateScan) -> QuerySet[Customer]:
    """Whom the search looks at; who was archived or merged too, since their keys go."""
    if scan.since is None:
        return Customer.objects.all()
    return _changed(scan.since, scan.started_at)


def _changed(since: datetime, until: datetime) -> QuerySet[Customer]:
    learnt = CustomerIdentity.objects.filter(created_at__gte=since, created_at__lt=until)
    return Customer.objects.filter(
        Q(updated_at__gte=since, updated_at__lt=until) | Q(pk__in=learnt.values("customer"))
    )


def _close(scan: DuplicateScan) -> None:
    """What this search looked at and did not find alike no longer is."""
    held = DuplicateCandidate.objects.filter(state=DuplicateCandidate.State.OPEN)
    unseen = held.exclude(search=scan.pk)
    if not scan.is_whole:
        ids = _of(scan).values("pk")
        unseen = unseen.filter(Q(first__in=ids) | Q(second__in=ids))
    # All at once: who locks customers twice may meet somebody who locks them the other way round.
    finding.remove(unseen | finding.gone())


def _last() -> DuplicateScan | None:
    return DuplicateScan.objects.filter(status=Status.DONE).first()
