"""Looks for new mail as rows: one at a time for each mailbox, followed while it is under way.

The row is what a person who pressed "Fetch now" watches, and what keeps a
second press, or the schedule, from starting another look. A scheduled look
that found nothing leaves no row.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.jobs import enqueue
from backoffice.integrations.errors import ServiceError
from backoffice.messaging import mailboxes
from backoffice.messaging.models import InboundMessage, MailboxRun

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import QuerySet

    from backoffice.messaging.mailboxes import Fetched

Status = MailboxRun.Status
OPEN = (Status.WAITING, Status.RUNNING)
# A run without a sign of life for so long is given up: a job takes less.
LOST_AFTER = max(timedelta(minutes=5), timedelta(seconds=2 * settings.JOB_TIMEOUT))
KEPT = timedelta(days=30)


def ask(mailbox: str, *, by: AbstractBaseUser | None = None) -> tuple[MailboxRun, bool]:
    """The run of the mailbox that is open, and whether this call had it enqueued.

    Pressed twice, or while the schedule's is under way, it is the same run. One
    that nobody took up is enqueued again; one whose worker died is closed as
    interrupted and another begins. ``DomainError`` where the mailbox is not
    configured.
    """
    # Not inside the module: the task needs this one.
    from backoffice.messaging.mailbox_tasks import fetch_mailbox  # noqa: PLC0415 - see above

    if mailbox not in mailboxes.configured():
        told = _("There is no mailbox “%(name)s”: set %(setting)s in .env first.")
        names = {"name": mailbox, "setting": f"{mailbox.upper()}_IMAP_USER"}
        raise DomainError(told % names, code="no_mailbox", field="mailbox", value=mailbox)
    with transaction.atomic():
        # Who asks at the same instant waits here, so that the constraint is never met.
        mailboxes.lock(mailbox)
        of_mailbox = MailboxRun.objects.filter(mailbox=mailbox, source=MailboxRun.Source.MAILBOX)
        _close_lost(of_mailbox)
        # Locked: its worker may be ending it this very moment.
        run = of_mailbox.select_for_update(no_key=True).filter(status__in=OPEN).first()
        is_due = run is None or (run.status == Status.WAITING and is_lost(run))
        if run is None:
            run = MailboxRun.objects.create(mailbox=mailbox)
        if run.asked_by_id is None and by is not None:
            run.asked_by_id = by.pk
        if is_due:
            run.seen_at = timezone.now()
        run.save(update_fields=["asked_by", "seen_at"])
        if is_due:
            enqueue(fetch_mailbox, run.pk)
    return run, is_due


def carry_out(run_id: int) -> None:
    """Fetch for half the time a job may take; the next run goes on where this one stopped."""
    run = _begin(run_id)
    if run is None:
        return
    status, error = Status.INTERRUPTED, ""
    try:
        fetched = mailboxes.fetch(
            run.mailbox,
            seconds=settings.JOB_TIMEOUT / 2,
            run_id=run.pk,
            progress=partial(_note, run.pk),
        )
        _note(run.pk, fetched)
        status = Status.DONE
    except ServiceError as failure:
        status, error = Status.FAILED, str(failure)
        raise
    finally:
        _end(run.pk, status, error)


def is_lost(run: MailboxRun) -> bool:
    """Whether an open run has been silent for so long that nobody is at work on it."""
    seen_at = run.seen_at or run.asked_at
    return run.status in OPEN and timezone.now() - seen_at > LOST_AFTER


def prune() -> None:
    """Forget the runs of long ago, also those that nobody ended; their messages stay."""
    old = timezone.now() - KEPT
    MailboxRun.objects.filter(asked_at__lt=old).exclude(seen_at__gte=old).delete()


def _close_lost(runs: QuerySet[MailboxRun]) -> None:
    silent = runs.filter(status=Status.RUNNING, seen_at__lt=timezone.now() - LOST_AFTER)
    silent.update(status=Status.INTERRUPTED, finished_at=timezone.now())


def _begin(run_id: int) -> MailboxRun | None:
    """The run, if it waits: a job that comes twice, or late, finds it taken."""
    now = timezone.now()
    waiting = MailboxRun.objects.filter(pk=run_id, status=Status.WAITING)
    if not waiting.update(status=Status.RUNNING, started_at=now, seen_at=now):
        return None
    return MailboxRun.objects.get(pk=run_id)


def _note(run_id: int, fetched: Fetched) -> None:
    MailboxRun.objects.filter(pk=run_id, status=Status.RUNNING).update(
        found=fetched.found, stored=fetched.imported, known=fetched.known, seen_at=timezone.now()
    )


def _end(run_id: int, status: str, error: str) -> None:
    rows = MailboxRun.objects.filter(pk=run_id, status=Status.RUNNING)
    # A run that failed has not told of its last batch.
    rows.update(stored=InboundMessage.objects.filter(run=run_id).count())
    if status != Status.INTERRUPTED and rows.filter(asked_by=None, stored=0).delete()[0]:
        return  # the schedule looked and there was nothing; a failure is on the mailbox's row
    rows.update(status=status, error=error, finished_at=timezone.now())
