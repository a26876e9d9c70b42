"""What the worker does for itself."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_q.models import Task

from backoffice.core.jobs import heartbeat, sweeper

KEEP_SUCCESSES = timedelta(days=3)
KEEP_FAILURES = timedelta(days=30)


def beat() -> None:
    """Nothing: that it was done is the sign of life (``heartbeat.record_beat``)."""


def sweep() -> int:
    return sweeper.sweep()


def prune() -> None:
    """Delete the queue's old records; the rows themselves keep what matters."""
    now = timezone.now()
    Task.objects.filter(success=True, stopped__lt=now - KEEP_SUCCESSES).delete()
    Task.objects.filter(stopped__lt=now - KEEP_FAILURES).delete()
    heartbeat.forget_the_dead()
