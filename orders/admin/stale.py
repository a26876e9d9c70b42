"""A form that was opened before somebody else changed the order does not overwrite the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from datetime import datetime

    from orders.models import Order

# The form's hidden field: when the order that it shows was last changed, as ISO 8601.
FIELD = "updated_at"


class OrderChanged(DomainError):
    """Somebody changed the order while the form was open; the sentence says who and when."""

    code = "changed_meanwhile"
    conflict = True


def refuse(order: Order, *, shown: str) -> None:
    """Raise :class:`OrderChanged` where the order is no longer the one of ``shown``.

    Call it with the order's row locked. Nothing shown, as by a program that posts the form's
    fields without having opened it, is nothing to compare.
    """
    if not shown or _moment(shown) == order.updated_at:
        return
    raise OrderChanged(_who_changed(order), field=FIELD, value=shown)


def _who_changed(order: Order) -> str:
    # The event of a change is written after the row: an older one tells of something else.
    event = order.events.filter(at__gte=order.updated_at).select_related("actor").last()
    when = timezone.localtime(event.at if event else order.updated_at)
    words = {"number": order.number, "when": date_format(when, "H:i")}
    if when.date() != timezone.localdate():
        words["when"] = f"{date_format(when, 'SHORT_DATE_FORMAT')} {words['when']}"
    if event is None or event.actor is None:
        return (
            _(
                "%(number)s was changed at %(when)s, while you had it open. Nothing of yours was"
                " saved: this is the order as it is now."
            )
            % words
        )
    words["who"] = event.actor.get_full_name() or event.actor.get_username()
    return (
        _(
            "%(number)s was changed by %(who)s at %(when)s, while you had it open. Nothing of yours"
            " was saved: this is the order as it is now."
        )
        % words
    )


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None
