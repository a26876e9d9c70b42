"""Trainings on our own history that staff ask for; the worker does them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core import jobs
from backoffice.core.errors import DomainError
from backoffice.core.figures import words
from backoffice.core.jobs import Lane, RetryPolicy
from scoring.models import ModelTraining, ScoringModel
from scoring.training import history
from scoring.versions import keeping
from scoring.versions.keeping import Origin

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Status = ModelTraining.Status
OPEN: Final = (Status.WAITING, Status.RUNNING)
TRAIN: Final = "scoring.train_scoringmodel"

LANE: Lane[ModelTraining] = Lane(
    ModelTraining,
    waiting=Status.WAITING,
    working=Status.RUNNING,
    failed=Status.FAILED,
    policy=RetryPolicy(max_attempts=3),
    exhausted=lambda _training: {"finished_at": timezone.now()},
)


class UnderWay(DomainError):
    """A model is being trained; ``value`` is the training's number."""

    code = "already_running"
    conflict = True


def request(
    *,
    as_of: dt.date | None = None,
    horizon: int = 90,
    forced: bool = False,
    by: User | None = None,
    in_background: bool = True,
) -> ModelTraining:
    """A waiting training, enqueued; without ``as_of`` of the latest day whose outcome is known.

    Raises:
        UnderWay: another one is open.
        DomainError: the horizon cannot be meant, it is not over yet, or there are no sales.
        PermissionDenied: ``by`` may not train, or not put to use what may be worse.

    """
    from scoring.live import windows  # noqa: PLC0415 - not where only the lane is wanted

    for permission in [TRAIN, *([keeping.ACTIVATE] if forced else [])]:
        if by is not None and not by.has_perm(permission):
            raise PermissionDenied
    history.require_horizon(horizon)
    day = as_of or windows.latest_day(horizon)
    _require_past(day, horizon)
    training = ModelTraining(
        as_of=day,
        horizon_days=horizon,
        is_forced=forced,
        requested_by=by,
        queued_at=timezone.now(),
    )
    with transaction.atomic():
        try:
            # Of two who ask at the same instant the constraint says no to the second.
            with transaction.atomic():
                training.save(force_insert=True)
        except IntegrityError as error:
            raise _under_way() from error
        if in_background:
            enqueue(training)
    return training


def enqueue(training: ModelTraining) -> None:
    """Hand it to the worker."""
    from scoring import tasks  # noqa: PLC0415 - tasks import this module

    jobs.enqueue(tasks.train_model, training.pk)


def work(training: ModelTraining) -> None:
    """Learn, keep the version and put it to use if it may be; one attempt of the job."""
    from scoring.live import windows  # noqa: PLC0415 - slow import
    from scoring.training import comparison  # noqa: PLC0415 - slow import

    day, horizon = training.as_of, training.horizon_days
    try:
        parts = windows.split(day, horizon)
        report = comparison.train(history.whole(parts), split=parts)
    except DomainError as error:
        jobs.finish(
            LANE,
            training,
            status=Status.FAILED,
            error=str(error),
            finished_at=timezone.now(),
        )
        return
    by = training.requested_by
    may_force = by is None or by.has_perm(keeping.ACTIVATE)
    origin = Origin(ScoringModel.Source.HISTORY, as_of=day, horizon_days=horizon)
    version = keeping.keep(report, origin, by=by)
    with transaction.atomic():
        verdict = keeping.contest(version.pk, forced=training.is_forced and may_force, by=by)
        jobs.finish(
            LANE,
            training,
            status=Status.DONE,
            model=version,
            is_put_to_use=verdict.is_put_to_use,
            verdict=verdict.sentence,
            finished_at=timezone.now(),
        )


def _require_past(day: dt.date, horizon: int) -> None:
    latest = timezone.localdate() - dt.timedelta(days=horizon)
    if day <= latest:
        return
    raise DomainError(
        _(
            "Nobody knows yet who buys in the %(days)s days after %(day)s. Give %(latest)s or an"
            " earlier day."
        )
        % {"days": horizon, "day": words.day(day), "latest": words.day(latest)},
        code="horizon_open",
        field="as_of",
        value=str(day),
    )


def _under_way() -> UnderWay:
    row = ModelTraining.objects.filter(status__in=OPEN).first()
    if row is None:
        return UnderWay(_("A model was being trained just now: try again."))
    words = {
        "training": f"#{row.pk}",
        "at": f"{timezone.localtime(row.requested_at):%d/%m/%Y %H:%M}",
    }
    sentence = _("A model is being trained: %(training)s, asked for on %(at)s.") % words
    return UnderWay(sentence, field="training", value=row.pk)
