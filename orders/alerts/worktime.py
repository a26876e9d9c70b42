"""Hours in which somebody works: an order of Friday night is not late on Saturday."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core import checks
from django.utils import timezone

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = "|".join(DAYS)
_TIME = r"((?:[01]\d|2[0-3]):[0-5]\d)"
_PART = re.compile(rf"({_DAY})(?:-({_DAY}))? {_TIME}-{_TIME}")
# Nobody asks for more; a day without an end would otherwise be looked for for ever.
_LONGEST = timedelta(days=3660)

Week = tuple[tuple[tuple[time, time], ...], ...]


def ago(now: datetime, hours: float) -> datetime:
    """The moment since which ``hours`` of work have passed; every hour counts without a setting."""
    week = parse(settings.WORKING_HOURS)
    left = timedelta(hours=hours)
    if not any(week):
        return now - left
    local = timezone.localtime(now)
    day = local.date()
    while now.date() - day < _LONGEST:
        for start, end in reversed(week[day.weekday()]):
            begins = timezone.make_aware(datetime.combine(day, start))
            ends = min(timezone.make_aware(datetime.combine(day, end)), local)
            worked = max(ends - begins, timedelta(0))
            if worked and worked >= left:
                return ends - left
            left -= worked
        day -= timedelta(days=1)
    return now - _LONGEST


@lru_cache(maxsize=8)
def parse(text: str) -> Week:
    """The hours of each day, Monday first; ``ValueError`` names the part that says nothing."""
    week: list[list[tuple[time, time]]] = [[] for _day in DAYS]
    for part in filter(None, (part.strip().lower() for part in text.split(","))):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(part)
        first = DAYS.index(match[1])
        last = DAYS.index(match[2] or match[1])
        start, end = time.fromisoformat(match[3]), time.fromisoformat(match[4])
        if first > last or start >= end:
            raise ValueError(part)
        for hours in week[first : last + 1]:
            # Counted twice they would make people late.
            if any(start < ends and begins < end for begins, ends in hours):
                raise ValueError(part)
            hours.append((start, end))
    return tuple(tuple(sorted(hours)) for hours in week)


def check_working_hours(**_options: Any) -> list[checks.CheckMessage]:
    """System check: ``WORKING_HOURS`` can be read."""
    try:
        parse(settings.WORKING_HOURS)
    except ValueError as error:
        return [
            checks.Error(
                f"WORKING_HOURS: “{error}” says no hours, or hours said before.",
                hint="Write for example: mon-fri 09:00-18:00, sat 09:00-13:00",
                id="orders.E001",
            )
        ]
    return []
