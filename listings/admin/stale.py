"""A form that was opened before somebody else changed the listing overwrites nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    import datetime as dt

    from listings.models import Listing

# The form's hidden field: when the listing that it shows was last changed, as ISO 8601.
FIELD = "updated_at"


class ListingChanged(DomainError):
    """Somebody changed the listing while the form was open; the sentence says who and when."""

    code = "changed_meanwhile"
    conflict = True


def refuse(listing: Listing, *, shown: str) -> None:
    """Raise :class:`ListingChanged` where the listing is no longer the one of ``shown``.

    Call it with the listing's row locked. Nothing shown, as by a program that posts the form's
    fields without having opened it, is nothing to compare.
    """
    if not shown or _moment(shown) == listing.updated_at:
        return
    raise ListingChanged(_who_changed(listing), field=FIELD, value=shown)


def _who_changed(listing: Listing) -> str:
    # The event of a change is written in its transaction, a moment before or after the row.
    event = listing.events.select_related("by").first()
    when = timezone.localtime(event.at if event else listing.updated_at)
    words = {"listing": str(listing), "when": date_format(when, "H:i")}
    if when.date() != timezone.localdate():
        words["when"] = f"{date_format(when, 'SHORT_DATE_FORMAT')} {words['when']}"
    if event is None or event.by is None:
        told = _(
            "“%(listing)s” was changed at %(when)s, while you had it open. Nothing of yours was"
            " saved: this is the listing as it is now."
        )
        return told % words
    words["who"] = event.by.get_full_name() or event.by.get_username()
    told = _(
        "“%(listing)s” was changed by %(who)s at %(when)s, while you had it open. Nothing of yours"
        " was saved: this is the listing as it is now."
    )
    return told % words


def _moment(text: str) -> dt.datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None
