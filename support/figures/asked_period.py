"""The period that programs and the command ask figures of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.figures import period

if TYPE_CHECKING:
    import datetime as dt

    from backoffice.core.figures.period import Period

DEFAULT = "30"


def asked(name: str | None, since: dt.date | None, until: dt.date | None) -> Period:
    """The named period, or the days from ``since`` to ``until`` (today where it is left out).

    ``DomainError`` where both are given, or the days make no period.
    """
    if since is None and until is None:
        return period.named(name or DEFAULT)
    if name:
        sentence = _("Give either the name of a period, or its first and last day.")
        raise DomainError(sentence, code="period_twice", field="period", value=name)
    if since is None:
        sentence = _("Say on which day the period begins.")
        raise DomainError(sentence, code="no_beginning", field="from")
    return period.custom(since, until or timezone.localdate())
