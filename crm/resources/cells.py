"""Cells that only our sheets have: a choice by its word, a moment, a row by what names it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from backoffice.core.spreadsheets.widgets import Day, Text

if TYPE_CHECKING:
    from django.db.models import TextChoices

MOMENT_FORMATS = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M", "%d.%m.%Y %H:%M")


class Choice(Text):
    """A value of a list, or its word in any of our languages."""

    def __init__(self, choices: type[TextChoices]) -> None:
        super().__init__()
        self.choices = choices

    def clean(self, value: object, *_row: object, **_options: object) -> str:
        text = super().clean(value)
        if not text:
            return ""
        found = self._known().get(text.casefold())
        if found is None:
            sentence = _("“%(value)s” is not in the list: write one of %(known)s.")
            known = ", ".join(str(label) for label in self.choices.labels)
            raise ValueError(sentence % {"value": text, "known": known})
        return found

    def _known(self) -> dict[str, str]:
        known: dict[str, str] = {}
        for language, _label in settings.LANGUAGES:
            with translation.override(language):
                labels = {str(label).casefold(): value for value, label in self.choices.choices}
            known = labels | known
        return {str(value): str(value) for value in self.choices.values} | known


class Moment(Day):
    """A day with a time, as the clock stands here: 15/01/2026 14:30; without a time midnight."""

    def clean(self, value: object, *row: object, **options: object) -> Any:  # noqa: ANN401 - an aware datetime or None
        text = "" if value is None else str(value).strip()
        moment = value if isinstance(value, dt.datetime) else _moment(text)
        if moment is None and ":" in text:
            sentence = _("“%(value)s” is not a moment: write 15/01/2026 14:30.")
            raise ValueError(sentence % {"value": text})
        if moment is None:
            day = super().clean(value, *row, **options)
            moment = dt.datetime.combine(day, dt.time.min) if day else None
        if moment is None or timezone.is_aware(moment):
            return moment
        return timezone.make_aware(moment)

    def render(self, value: object, *_obj: object, **_options: object) -> object:
        if isinstance(value, dt.datetime) and timezone.is_aware(value):
            return timezone.localtime(value).strftime("%d/%m/%Y %H:%M:%S")
        return value


def _moment(text: str) -> dt.datetime | None:
    """ISO, or as French offices write it; None where ``text`` is no such moment."""
    for form in MOMENT_FORMATS:
        try:
            return dt.datetime.strptime(text, form)  # noqa: DTZ007 - made aware by who asked
        except ValueError:
            continue
    try:
        return parse_datetime(text) if ":" in text else None
    except ValueError:
        return None
