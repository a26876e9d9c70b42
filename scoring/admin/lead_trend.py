"""How a lead's score moved: each day's, drawn from the days on which it changed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.charts import Chart, Series
from scoring.engine.scale import HOT_FROM, WARM_FROM
from scoring.models import ScorePoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.models import LeadScore

DAYS = 180
# A line needs two ends.
FEWEST = 2


def chart(lead: LeadScore) -> Chart | None:
    """One query; None where it never changed."""
    points = list(
        ScorePoint.objects.filter(customer=lead.pk).order_by("day").values_list("day", "score")
    )
    if len(points) < FEWEST:
        return None
    today = timezone.localdate()
    first = max(points[0][0], today - dt.timedelta(days=DAYS))
    days = [first + dt.timedelta(days=one) for one in range((today - first).days + 1)]
    return Chart(
        name="lead-trend",
        title=_("Score over time"),
        heading=_("Day"),
        labels=tuple(date_format(day, "SHORT_DATE_FORMAT") for day in days),
        series=(
            Series(_("Score"), tuple(_on_each(days, points)), "primary", "line"),
            Series(_("Hot from"), (HOT_FROM,) * len(days), "danger", "dashes"),
            Series(_("Warm from"), (WARM_FROM,) * len(days), "warning", "dashes"),
        ),
    )


def _on_each(days: Sequence[dt.date], points: Sequence[tuple[dt.date, int]]) -> list[int | None]:
    """The score in force on each day: that of the last point up to it."""
    scores: list[int | None] = []
    place, score = 0, None
    for day in days:
        while place < len(points) and points[place][0] <= day:
            score = points[place][1]
            place += 1
        scores.append(score)
    return scores
