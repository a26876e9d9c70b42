"""Working a row: claim it, finish it, try later, give up.

A :class:`Lane` says which states of a model mean waiting, working and failed.
A claim counts the attempt and commits it before the work begins, so a job that
kills its worker comes back a bounded number of times. What ends an attempt is
fenced: it counts only while the claim it belongs to is still the row's last.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.exceptions import TimeoutException

from backoffice.core.models import JobRow
from backoffice.core.private_errors import cut_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrOrPromise

logger = logging.getLogger(__name__)

RowT = TypeVar("RowT", bound=JobRow)


class LeaseLost(Exception):
    """Another attempt took the row over, or a person moved it on; what this one did is void.

    Raised inside the transaction of the attempt's effects, it rolls them back.
    """


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, and how long between: ``first``, then ``factor`` times more up to ``longest``."""

    max_attempts: int = 6
    first: timedelta = timedelta(minutes=1)
    factor: float = 4
    longest: timedelta = timedelta(hours=6)

    def delay(self, attempts: int) -> timedelta:
        """The wait after so many attempts, spread by a quarter so that rows do not keep step."""
        # Enough for any wait that makes sense; a higher power overflows.
        growth = self.factor ** min(attempts - 1, 20)
        wait = min(self.first.total_seconds() * growth, self.longest.total_seconds())
        return timedelta(seconds=wait) * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, guards nothing


def _default_lease() -> timedelta:
    # A worker is stopped by its alarm at the timeout, by the guard 4 seconds later.
    return timedelta(seconds=settings.JOB_TIMEOUT + 10)


@dataclass(frozen=True, slots=True)
class Lane(Generic[RowT]):
    """The road of one model's rows from waiting through working to an end.

    ``lease`` is how long a claim holds without a result; longer than a task may run.
    ``exhausted(row)`` gives the fields of a row whose attempts are used up where that
    is not simply ``failed``: a message that may have left is in doubt, say.
    ``ended(row)`` is called in the transaction that ends an attempt; the database holds what the
    row has become, and where the call raises the attempt has not ended.
    """

    model: type[RowT]
    waiting: str
    working: str
    failed: str
    policy: RetryPolicy = RetryPolicy()
    lease: timedelta = field(default_factory=_default_lease)
    status_field: str = "status"
    exhausted: Callable[[RowT], dict[str, object]] | None = None
    ended: Callable[[RowT], None] | None = None

    def rows(self) -> QuerySet[RowT]:
        return QuerySet(self.model)

    def status(self, row: RowT) -> str:
        return str(getattr(row, self.status_field))

    def last_fields(self, row: RowT) -> dict[str, object]:
        """How a row ends that was tried as often as it may be."""
        own = self.exhausted(row) if self.exhausted else {}
        return {self.status_field: self.failed, "next_attempt_at": None, **own}


def claim(lane: Lane[RowT], pk: int) -> RowT | None:
    """Take the row for one attempt, counted and committed; None where there is nothing to do.

    That is: it is gone or at an end, not due yet, or held by a living attempt.
    A row that was tried often enough ends (``Lane.last_fields``) with the reason. The row's
    ``interrupted`` is true where the attempt before never came to an end: then
    its outside effects may or may not have happened.
    """
    now = timezone.now()
    # Durable: under a caller's transaction the count would vanish with the worker. The lock
    # is waited for, since others hold it briefly and a skipped row would wait for the sweeper.
    with transaction.atomic(durable=True):
        row = lane.rows().select_for_update(no_key=True).filter(pk=pk).first()
        if row is None or not _is_free(lane, row, now):
            return None
        interrupted = lane.status(row) == lane.working
        fields: dict[str, object] = {"queued_at": None}
        if row.attempts < lane.policy.max_attempts:
            fields |= {"attempts": row.attempts + 1, "claimed_at": now}
            _write(row, fields | {lane.status_field: lane.working})
            row.interrupted = interrupted
            return row
        fields |= {"claimed_at": None, "error": _exhausted(lane, row)}
        _write(row, fields | lane.last_fields(row))
        if lane.ended:
            lane.ended(row)
        logger.error("%s %s: given up after %s attempts", lane.model.__name__, pk, row.attempts)
        return None


def finish(lane: Lane[RowT], row: RowT, *, status: str, **fields: object) -> None:
    """End the attempt with ``status`` and write ``fields``; call it in the effects' transaction.

    Raises ``LeaseLost`` when the claim is no longer ours.
    """
    _end(lane, row, {"next_attempt_at": None, "error": "", **fields, lane.status_field: status})


def retry_later(
    lane: Lane[RowT], row: RowT, reason: _StrOrPromise, *, retry_after: float | None = None
) -> None:
    """Put the row back with the lane's backoff, or end it when the attempts are used up.

    ``retry_after``: seconds the other side asked for; the wait is never shorter.
    Raises ``LeaseLost`` when the claim is no longer ours.
    """
    if row.attempts >= lane.policy.max_attempts:
        _end(lane, row, {"error": str(reason), **lane.last_fields(row)})
        return
    wait = max(lane.policy.delay(row.attempts), timedelta(seconds=retry_after or 0))
    due = timezone.now() + wait
    _end(lane, row, {lane.status_field: lane.waiting, "next_attempt_at": due, "error": str(reason)})


def give_up(lane: Lane[RowT], row: RowT, reason: _StrOrPromise) -> None:
    """End the row as failed; ``reason`` is a sentence for staff. Raises ``LeaseLost``."""
    finish(lane, row, status=lane.failed, error=str(reason))


def start_over(lane: Lane[RowT], row: RowT, **fields: object) -> None:
    """Put a row at its beginning with all its attempts, because a person asked for it.

    Call it under the row's lock, in one transaction with the ``enqueue`` of its
    task. An attempt still under way loses its claim.
    """
    fresh: dict[str, object] = {
        "attempts": 0,
        "claimed_at": None,
        "next_attempt_at": None,
        "error": "",
    }
    fresh |= {"queued_at": timezone.now(), lane.status_field: lane.waiting}
    _write(row, fresh | fields)


def perform(lane: Lane[RowT], pk: int, work: Callable[[RowT], None]) -> None:
    """Claim the row and call ``work(row)``, which ends the attempt by one of the functions above.

    An unexpected error or the timeout is written on the row, which is tried
    again later, and raised on, so that the queue's record has it too.
    """
    row = claim(lane, pk)
    if row is None:
        return
    try:
        work(row)
    except LeaseLost:
        logger.warning("%s %s: another attempt took over", lane.model.__name__, pk)
    except TimeoutException:
        limit = settings.JOB_TIMEOUT
        retry_later(lane, row, _("It took longer than %(seconds)s seconds.") % {"seconds": limit})
        raise
    except Exception as error:
        # Only the kind: an error's text may quote a customer.
        cut_error(error)
        told = _("An unexpected error (%(kind)s) stopped it; the log has the details.")
        retry_later(lane, row, told % {"kind": type(error).__name__})
        raise


def _is_free(lane: Lane[RowT], row: RowT, now: datetime) -> bool:
    status = lane.status(row)
    if status == lane.waiting:
        return row.next_attempt_at is None or row.next_attempt_at <= now
    return status == lane.working and (row.claimed_at is None or row.claimed_at <= now - lane.lease)


def _exhausted(lane: Lane[RowT], row: RowT) -> str:
    if lane.status(row) != lane.working:
        return row.error
    told = _("Its worker was stopped in the middle of attempt %(attempts)s; that was the last.")
    return told % {"attempts": row.attempts}


def _end(lane: Lane[RowT], row: RowT, fields: dict[str, object]) -> None:
    fields = {"queued_at": None, **fields, "claimed_at": None}
    ours = {"pk": row.pk, lane.status_field: lane.working, "claimed_at": row.claimed_at}
    with transaction.atomic():
        if not lane.rows().filter(**ours).update(**fields):
            raise LeaseLost(f"{lane.model.__name__} {row.pk}, attempt {row.attempts}")
        if lane.ended:
            lane.ended(row)
    _set(row, fields)


def _write(row: RowT, fields: dict[str, object]) -> None:
    _set(row, fields)
    row.save(update_fields=[*fields])


def _set(row: RowT, fields: dict[str, object]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
