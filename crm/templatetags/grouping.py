"""Counts as people read them: 12 345, not 12345."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format

register = template.Library()


class _Count(int):
    """Still a number, so that sentences find their plural by it."""

    def __str__(self) -> str:
        return number_format(int(self), force_grouping=True)


@register.filter
def grouped(count: int | None) -> int:
    """The count, shown with its thousands apart; nothing counts as 0."""
    return _Count(count or 0)
