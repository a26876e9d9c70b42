"""Schedules declared by the apps and kept in step in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone
from django_q.models import Schedule

from backoffice.core.jobs.queue import dotted_name

if TYPE_CHECKING:
    from collections.abc import Callable

# Ours are told from those that staff make in the admin by their name.
PREFIX = "auto:"
# Any number nobody else uses: the same for all processes that reconcile.
_ADVISORY_LOCK = 7_215_091


@dataclass(frozen=True, slots=True)
class _Declared:
    task: str
    minutes: int | None
    daily_at: time | None

    def columns(self) -> dict[str, object]:
        kind = Schedule.MINUTES if self.minutes else Schedule.DAILY
        return {"func": self.task, "schedule_type": kind, "minutes": self.minutes, "repeats": -1}

    def next_run(self, now: datetime) -> datetime:
        """At once for a rhythm, at the next such local time for a daily one."""
        if self.daily_at is None:
            return now
        local = timezone.localtime(now)
        today = local.replace(
            hour=self.daily_at.hour, minute=self.daily_at.minute, second=0, microsecond=0
        )
        return today if today > local else today + timedelta(days=1)


_declared: dict[str, _Declared] = {}


def register_schedule(
    name: str,
    task: Callable[[], object],
    *,
    minutes: int | None = None,
    daily_at: time | None = None,
) -> None:
    """Run ``task()`` every ``minutes``, or each day at a local time; called in ``AppConfig.ready``.

    Missed runs are not made up for. The same name again replaces the first.
    """
    if (minutes is None) == (daily_at is None) or minutes == 0:
        raise ValueError(f"Schedule {name}: give either minutes (1 or more) or daily_at.")
    _declared[PREFIX + name] = _Declared(dotted_name(task), minutes, daily_at)


def ensure_schedules() -> None:
    """Make the schedules in the database the declared ones; those of staff stay as they are."""
    now = timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
        Schedule.objects.filter(name__startswith=PREFIX).exclude(name__in=_declared).delete()
        existing = {row.name: row for row in Schedule.objects.filter(name__in=_declared)}
        for name, declared in _declared.items():
            _ensure(name, declared, existing.get(name), now)


def _ensure(name: str, declared: _Declared, row: Schedule | None, now: datetime) -> None:
    if row is None:
        Schedule.objects.create(name=name, next_run=declared.next_run(now), **declared.columns())
        return
    changed = {
        key: value for key, value in declared.columns().items() if getattr(row, key) != value
    }
    if changed or not _is_at(row.next_run, declared.daily_at):
        changed["next_run"] = declared.next_run(now)
        Schedule.objects.filter(pk=row.pk).update(**changed)


def _is_at(run: datetime | None, daily_at: time | None) -> bool:
    if run is None or daily_at is None:
        return run is not None
    local = timezone.localtime(run)
    return (local.hour, local.minute) == (daily_at.hour, daily_at.minute)
