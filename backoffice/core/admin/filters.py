"""Filters of lists that unfold gets wrong."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import DateTimeField
from django.utils import timezone
from unfold.contrib.filters.admin import RangeDateFilter

from backoffice.core.spreadsheets.widgets import Day

if TYPE_CHECKING:
    from django.contrib import admin
    from django.db.models import QuerySet
    from django.http import HttpRequest

    class BaseFilter(admin.FieldListFilter):
        parameter_name: str
else:
    BaseFilter = RangeDateFilter

ONE_DAY = dt.timedelta(days=1)


class DayRangeFilter(BaseFilter):
    """From the first day to the last one, both whole, as the calendar stands here.

    unfold's own reads 05/01/2026 as the 1st of May whatever the language, ignores 15/01/2026,
    and for a date with a time it ends with the midnight that the last day begins with.
    """

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        name, first, last = self.parameter_name, self._day("from"), self._day("to")
        has_time = isinstance(self.field, DateTimeField)
        if first:
            start = _midnight(first) if has_time else first
            queryset = queryset.filter(**{f"{name}__gte": start})
        # After the last day of all there is nothing to leave out.
        if last and last < dt.date.max:
            end = _midnight(last + ONE_DAY) if has_time else last + ONE_DAY
            queryset = queryset.filter(**{f"{name}__lt": end})
        return queryset

    def _day(self, end: str) -> dt.date | None:
        given = self.used_parameters.get(f"{self.parameter_name}_{end}")
        try:
            return Day().clean(given)
        except ValueError:
            # What is no date narrows nothing, as in unfold's own.
            return None


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
