"""Whole days in the company's time zone, and the days they are compared with."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# The last so many days, today included.
ROLLING = {"7": 7, "30": 30, "90": 90, "365": 365}
TITLES: dict[str, _StrOrPromise] = {
    "7": gettext_lazy("Last 7 days"),
    "30": gettext_lazy("Last 30 days"),
    "90": gettext_lazy("Last 90 days"),
    "365": gettext_lazy("Last 365 days"),
    "this_month": gettext_lazy("This month"),
    "last_month": gettext_lazy("Last month"),
    "custom": gettext_lazy("From … to …"),
}
# Nobody compares more than this, and a wrong year should be said.
EARLIEST = dt.date(2000, 1, 1)
LONGEST_DAYS = 5 * 366
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """From ``first`` to ``last``, both included."""

    first: dt.date
    last: dt.date

    @property
    def start(self) -> dt.datetime:
        return midnight(self.first)

    @property
    def end(self) -> dt.datetime:
        """The moment after the last day."""
        return midnight(self.last + ONE_DAY)

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        if self.first == self.last:
            return _day(self.first)
        return _("%(first)s to %(last)s") % {"first": _day(self.first), "last": _day(self.last)}


@dataclass(frozen=True, slots=True)
class Period:
    """The days asked about, and those ``before`` them to compare with."""

    name: str
    days: Days
    before: Days

    @property
    def title(self) -> str:
        return str(self.days) if self.name == "custom" else str(TITLES[self.name])


def named(name: str, *, today: dt.date | None = None) -> Period:
    """A period of :data:`TITLES` but "custom"; ``DomainError`` for any other name.

    The last days are compared with as many days before; a month with the month before
    (this month, until today, with the same days of the last).
    """
    today = today or timezone.localdate()
    if name in ROLLING:
        first = today - dt.timedelta(days=ROLLING[name] - 1)
        return _rolling(name, Days(first, today))
    month = today.replace(day=1)
    last_month = (month - ONE_DAY).replace(day=1)
    if name == "this_month":
        same_day = min(today.day, calendar.monthrange(last_month.year, last_month.month)[1])
        before = Days(last_month, last_month.replace(day=same_day))
        return Period(name, Days(month, today), before)
    if name == "last_month":
        earlier = (last_month - ONE_DAY).replace(day=1)
        return Period(name, Days(last_month, month - ONE_DAY), Days(earlier, last_month - ONE_DAY))
    known = ", ".join(key for key in TITLES if key != "custom")
    raise DomainError(
        _("There is no period “%(name)s”: choose one of %(known)s.")
        % {"name": name, "known": known},
        code="unknown_period",
        field="period",
        value=name,
    )


def custom(first: dt.date, last: dt.date, *, today: dt.date | None = None) -> Period:
    """The days from ``first`` to ``last`` (at most today); ``DomainError`` where that is none."""
    today = today or timezone.localdate()
    if first > last:
        raise DomainError(
            _("The period ends before it begins: %(first)s is after %(last)s.")
            % {"first": _day(first), "last": _day(last)},
            code="bad_period",
            field="until",
            value=last.isoformat(),
        )
    if first > today:
        raise DomainError(
            _("The period begins in the future: choose %(today)s or an earlier day.")
            % {"today": _day(today)},
            code="bad_period",
            field="since",
            value=first.isoformat(),
        )
    if first < EARLIEST:
        raise DomainError(
            _("The period begins too early: choose %(earliest)s or a later day.")
            % {"earliest": _day(EARLIEST)},
            code="bad_period",
            field="since",
            value=first.isoformat(),
        )
    days = Days(first, min(last, today))
    if days.count > LONGEST_DAYS:
        raise DomainError(
            _("The period is longer than five years: choose a shorter one."),
            code="bad_period",
            field="since",
            value=first.isoformat(),
        )
    return _rolling("custom", days)


def last_week(today: dt.date) -> Period:
    """Monday to Sunday before the week of ``today``, compared with the week before."""
    monday = today - dt.timedelta(days=today.weekday() + 7)
    return _rolling("custom", Days(monday, monday + dt.timedelta(days=6)))


def midnight(day: dt.date) -> dt.datetime:
    """When ``day`` begins where the company is; days of 23 or 25 hours are no exception."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _rolling(name: str, days: Days) -> Period:
    last = days.first - ONE_DAY
    return Period(name, days, Days(days.first - dt.timedelta(days=days.count), last))


def _day(day: dt.date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
