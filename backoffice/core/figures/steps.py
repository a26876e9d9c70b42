"""A period cut into days, weeks or months, each with its own moment of beginning.

The moments are computed here and handed to PostgreSQL (``width_bucket``): its own
time zones may be older than ours, and would put what came in an hour into another day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.contrib.postgres.fields import ArrayField
from django.db.models import DateTimeField, Func, IntegerField, Value
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.figures.period import ONE_DAY, Days, midnight

if TYPE_CHECKING:
    from collections.abc import Sequence

Unit = Literal["day", "week", "month"]
# Bars one can still tell apart.
MOST_DAYS = 92
MOST_WEEKS = 400


@dataclass(frozen=True, slots=True)
class Step:
    """Beginning on ``first``; the first and the last step of a period may be cut short."""

    first: dt.date
    unit: Unit

    @property
    def label(self) -> str:
        if self.unit == "month":
            return date_format(self.first, pgettext("format of a month", "M Y"))
        return date_format(self.first, pgettext("format of a day", "j M"))


def heading(steps: Sequence[Step]) -> str:
    """What the labels of ``steps`` are: days, months, or the days on which weeks begin."""
    words = {"day": _("day"), "week": _("week of"), "month": _("month")}
    return words[steps[0].unit]


class Bucket(Func):
    """Between which of ``moments`` (ascending) a time lies: 1 after the first, 0 before it."""

    function = "width_bucket"
    output_field = IntegerField()

    def __init__(self, time: str, moments: Sequence[dt.datetime], **extra: Any) -> None:
        array = Value(list(moments), output_field=ArrayField(DateTimeField()))
        super().__init__(time, array, **extra)


def steps_of(days: Days) -> tuple[Step, ...]:
    """All steps of a period, also those in which nothing happened."""
    unit = _unit(days.count)
    first, found = days.first, []
    while first <= days.last:
        found.append(Step(first, unit))
        first = _next(first, unit)
    return tuple(found)


def months_of(days: Days) -> tuple[Step, ...]:
    """The whole calendar months that ``days`` touch."""
    first, found = days.first.replace(day=1), []
    while first <= days.last:
        found.append(Step(first, "month"))
        first = _next(first, "month")
    return tuple(found)


def moments(steps: Sequence[Step]) -> list[dt.datetime]:
    return [midnight(step.first) for step in steps]


def _unit(count: int) -> Unit:
    if count <= MOST_DAYS:
        return "day"
    return "week" if count <= MOST_WEEKS else "month"


def _next(first: dt.date, unit: Unit) -> dt.date:
    if unit == "day":
        return first + ONE_DAY
    if unit == "week":
        return first + dt.timedelta(days=7 - first.weekday())
    return (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
