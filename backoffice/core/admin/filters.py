"""Filters of lists that unfold gets wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import DateTimeField
from unfold.contrib.filters.admin import RangeDateFilter

from backoffice.core import local_days
from backoffice.core.spreadsheets.widgets import Day

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib import admin
    from django.db.models import QuerySet
    from django.http import HttpRequest

    class BaseFilter(admin.FieldListFilter):
        parameter_name: str
else:
    BaseFilter = RangeDateFilter


class DayRangeFilter(BaseFilter):
    """From the first day to the last one, both whole, as the calendar stands here.

    unfold's own reads 05/01/2026 as the 1st of May whatever the language, ignores 15/01/2026,
    and for a date with a time it ends with the midnight that the last day begins with.
    """

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        name, first, last = self.parameter_name, self._day("from"), self._day("to")
        if isinstance(self.field, DateTimeField):
            return queryset.filter(local_days.within(name, first, last))
        if first:
            queryset = queryset.filter(**{f"{name}__gte": first})
        return queryset.filter(**{f"{name}__lte": last}) if last else queryset

    def _day(self, end: str) -> dt.date | None:
        given = self.used_parameters.get(f"{self.parameter_name}_{end}")
        try:
            return Day().clean(given)
        except ValueError:
            # What is no date narrows nothing, as in unfold's own.
            return None
