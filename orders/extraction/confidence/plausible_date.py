"""Whether a date can be the day of delivery: not past, not too far, not another event's."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from orders.extraction import delivery
from orders.extraction.doubts import doubted

if TYPE_CHECKING:
    from orders.extraction.text.scan import Scan
    from orders.reading import Found

_FARTHEST = dt.timedelta(days=365)
# Words for another date that speak this much louder for delivery.
_CLEARLY = 1.5
_AGAINST = 0.0


def check(found: Found[dt.date], scans: list[Scan], sent_on: dt.date) -> Found[dt.date]:
    """Return the date with less confidence where the calendar or its words speak against it."""
    day = found.value
    if day is None:
        return found
    if day < sent_on:
        found = doubted(found, 0.3, _("The day is before the message was sent."))
    elif day > sent_on + _FARTHEST:
        found = doubted(found, 0.4, _("The day is more than a year away."))
    scores = [
        (scan, date, delivery.score(scan, date, sent_on))
        for scan in scans
        for start, end in scan.regions()
        for date in scan.dates
        if start <= date.start and date.end <= end
    ]
    mine = [score for scan, date, score in scores if date.value == day]
    others = [score for scan, date, score in scores if date.value != day]
    if not mine:
        return found
    if max(mine) < _AGAINST or any(
        delivery.is_retracted(scan, date) for scan, date, _score in scores if date.value == day
    ):
        return doubted(found, 0.4, _("Its words speak of something else than delivery."))
    if others and max(others) >= max(mine) + _CLEARLY:
        return doubted(found, 0.5, _("Another date is more likely the day of delivery."))
    return found
