"""A run in slices: the customers in the order of their ids, then what the day came to."""

from __future__ import annotations

from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.jobs import Lane, RetryPolicy
from backoffice.core.jobs.slices import Slices
from scoring.leads import requests, steps
from scoring.models import ScoringRun

Status = ScoringRun.Status
# Of PostgreSQL's advisory locks: "scorerun".
LOCK: Final = 0x73636F726572756E

LANE: Lane[ScoringRun] = Lane(
    ScoringRun,
    waiting=Status.WAITING,
    working=Status.RUNNING,
    failed=Status.FAILED,
    policy=RetryPolicy(max_attempts=4),
    exhausted=lambda _run: {"finished_at": timezone.now()},
)
SLICES: Slices[ScoringRun] = Slices(
    LANE,
    lock=LOCK,
    step=steps.step,
    enqueue=requests.enqueue,
    busy=_("Another process is scoring customers; nothing was done."),
)
work = SLICES.work
to_the_end = SLICES.to_the_end
