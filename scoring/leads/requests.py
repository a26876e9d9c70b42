"""Asking for a scoring of all customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core import jobs
from backoffice.core.errors import DomainError
from crm.models import Customer
from scoring.models import ScoringRun
from scoring.versions import keeping

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Kind = ScoringRun.Kind
PERMISSION = "scoring.compute_leadscore"


class AlreadyRunning(DomainError):
    """Customers are being scored; ``value`` is the run's number."""

    code = "already_running"
    conflict = True


def request(
    *, kind: str = "full", by: User | None = None, in_background: bool = True
) -> ScoringRun:
    """A run as of today with the version in use; the worker does it where ``in_background``.

    Asked for "changes" while any run is open, the open one is returned; asked for "full" while
    one over changes is open, that one becomes one over everybody, from the start.

    Raises:
        AlreadyRunning: one over everybody is under way.
        NoModel: there is none to score by.
        PermissionDenied: ``by`` may not have leads scored.

    """
    if by is not None and not by.has_perm(PERMISSION):
        raise PermissionDenied
    now = timezone.now()
    run = ScoringRun(
        kind=Kind(kind),
        day=timezone.localdate(now),
        model=keeping.in_use(),
        expected=Customer.objects.filter(archived_at=None, merged_into=None).count(),
        requested_by=by,
        queued_at=now,
    )
    with transaction.atomic():
        try:
            # Of two who ask at the same instant the constraint says no to the second.
            with transaction.atomic():
                run.save(force_insert=True)
        except IntegrityError:
            return _open(run)
        if in_background:
            enqueue(run)
    return run


def enqueue(run: ScoringRun) -> None:
    from scoring import tasks  # noqa: PLC0415 - tasks import this package

    jobs.enqueue(tasks.score_customers, run.pk)


def _open(asked: ScoringRun) -> ScoringRun:
    """The run that is open, which covers what was asked for; AlreadyRunning where it cannot."""
    rows = ScoringRun.objects.select_for_update(no_key=True)
    run = rows.filter(status__in=ScoringRun.OPEN).first()
    if run is None:
        raise AlreadyRunning(_("Customers were being scored just now: try again."))
    if asked.kind == Kind.CHANGES:
        return run
    if run.kind == Kind.CHANGES:
        run.kind, run.position, run.expected = Kind.FULL, 0, asked.expected
        run.requested_by = asked.requested_by
        # Found out anew, as for any run over everybody.
        run.house_purchase = None
        run.looked_at = run.unchanged = 0
        run.save(
            update_fields=[
                "kind", "position", "expected", "requested_by", "house_purchase", "looked_at",
                "unchanged",
            ]
        )  # fmt: skip
        return run
    sentence = _("Customers are being scored: %(run)s, %(status)s, since %(at)s.") % {
        "run": run,
        "status": run.get_status_display(),
        "at": f"{timezone.localtime(run.started_at or run.requested_at):%d/%m/%Y %H:%M}",
    }
    raise AlreadyRunning(sentence, field="run", value=run.pk)
