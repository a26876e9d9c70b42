"""Long work in slices: small steps that commit, done by one process at a time.

A worker does steps for a quarter of what a job may take and enqueues the next slice; a command does
all of them. Each step commits its place with its effects, so that the work of a killed process goes
on there. The claim of the row stays the fence (docs/jobs.md); a lock of the database's session,
which ends with its process however it ends, tells at once whether who claimed the row is alive.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Generic

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.core.jobs.rows import Lane, RowT, finish, perform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.utils.functional import _StrOrPromise

DONE: Final = "done"
# When an attempt that lost its claim is still at a step, the next looks again after so long.
BUSY: Final = timedelta(seconds=15)


class UnderWay(DomainError):
    """Another process is at it."""

    code = "already_running"
    conflict = True


def slice_seconds() -> float:
    """A quarter of what a job may take: the step at its end may be a slow one."""
    return float(settings.JOB_TIMEOUT) / 4


@dataclass(frozen=True, slots=True)
class Slices(Generic[RowT]):
    """How the rows of a lane are worked through; they have ``finished_at`` and end as ``done``.

    ``lock`` is the number of an advisory lock nobody else uses; ``step(row)`` does one step and
    tells whether it was the last; ``enqueue(row)`` has the worker do the next slice; ``busy`` is
    said to a command that finds another process at work.
    """

    lane: Lane[RowT]
    lock: int
    step: Callable[[RowT], bool]
    enqueue: Callable[[RowT], None]
    busy: _StrOrPromise

    def work(self, row: RowT) -> None:
        """One slice by the worker; the next one is enqueued until the end."""
        self._slice(row, then=self.enqueue)

    def to_the_end(self, row: RowT) -> RowT:
        """All of it here and now, for a command; one that was left half-way goes on.

        Raises UnderWay where another process is at it.
        """
        with self._holding() as is_ours:
            if not is_ours:
                raise UnderWay(str(self.busy))
            try:
                while self._take(row.pk):
                    perform(self.lane, row.pk, lambda claimed: self._slice(claimed, then=_nothing))
            except KeyboardInterrupt:
                # Whoever comes next need not wait for the end of our claim.
                self._take(row.pk)
                raise
        return self.lane.rows().get(pk=row.pk)

    def _slice(self, row: RowT, *, then: Callable[[RowT], None]) -> None:
        with self._holding() as is_ours:
            if not is_ours:
                self._wait_for_the_other(row)
                return
            deadline = monotonic() + slice_seconds()
            try:
                has_ended = self.step(row)
                while not has_ended and monotonic() < deadline:
                    has_ended = self.step(row)
            except DomainError as error:
                self._finish(row, self.lane.failed, error=str(error), finished_at=timezone.now())
                return
        now = timezone.now()
        with transaction.atomic():
            if has_ended:
                self._finish(row, DONE, finished_at=now)
                return
            # It got on: the next slice is a first attempt.
            self._finish(row, self.lane.working, attempts=0, queued_at=now)
            then(row)

    def _take(self, pk: int) -> bool:
        """Make the row free to be claimed at once; False where it has ended.

        We hold the lock, so whoever claimed it before is not alive any more.
        """
        with transaction.atomic():
            row = self.lane.rows().select_for_update(no_key=True).get(pk=pk)
            if self.lane.status(row) not in {self.lane.waiting, self.lane.working}:
                return False
            row.claimed_at = row.next_attempt_at = None
            row.attempts = 0
            # Keeps the sweeper away for a while.
            row.queued_at = timezone.now()
            row.save(update_fields=["claimed_at", "next_attempt_at", "attempts", "queued_at"])
        return True

    def _wait_for_the_other(self, row: RowT) -> None:
        # Its claim ran out while it was at a long step, which commits or rolls back on its own.
        attempts = max(row.attempts - 1, 0)
        later = timezone.now() + BUSY
        self._finish(row, self.lane.waiting, attempts=attempts, next_attempt_at=later)

    def _finish(self, row: RowT, status: str, **fields: Any) -> None:
        finish(self.lane, row, status=status, **fields)

    @contextmanager
    def _holding(self) -> Iterator[bool]:
        """Whether we are the only ones at work, until the end of the block."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [self.lock])
            is_ours = bool(cursor.fetchone()[0])
        try:
            yield is_ours
        finally:
            if is_ours and connection.connection is not None and not connection.connection.closed:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [self.lock])


def _nothing(_row: object) -> None:
    """The command's own loop makes the next slice."""
