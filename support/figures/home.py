"""What the home page draws of the desk: what waits, and how long the first answer took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.core.figures import period, words
from backoffice.core.kept import KeptBy
from support.figures import backlog, times
from support.figures.flow_sections import backlog_chart, response_chart
from support.figures.scope import Scope, weeks_of
from support.models import Category

if TYPE_CHECKING:
    from backoffice.core.charts import Chart
    from support.figures.backlog import Backlog
    from support.figures.times import FirstResponses

DAYS = "90"


def _count(scope: Scope) -> tuple[Backlog, FirstResponses, dict[int, str]]:
    weeks = weeks_of(scope.period.days)
    names = dict(Category.objects.values_list("pk", "name"))
    return backlog.counted(scope), times.first_responses(scope, weeks), names


# The home page is looked at all day, and a quarter of a large desk takes its time to count.
_counted = KeptBy(_count, seconds=60)


def charts() -> list[Chart]:
    """The backlog by age, and the first answers of 90 days week by week, kept for a minute."""
    scope = Scope(period.named(DAYS))
    weeks = weeks_of(scope.period.days)
    link = reverse("admin:support_figures")
    waiting, responses, names = _counted(scope)
    text = _("%(title)s: median %(median)s; 9 of 10 within %(p90)s") % {
        "title": scope.period.title,
        "median": words.duration(responses.all.median),
        "p90": words.duration(responses.all.p90),
    }
    return [
        backlog_chart(waiting, names, text=_waiting(waiting), link=f"{link}#backlog"),
        response_chart(responses, weeks, text=text, link=f"{link}?period={DAYS}#times"),
    ]


def _waiting(waiting: Backlog) -> str:
    return _("Tickets that wait for an answer: %(count)s") % {"count": words.number(waiting.total)}
