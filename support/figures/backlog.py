"""What waits for an answer now, and for how long."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, Count, DateTimeField, F, IntegerField, Min, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from support.models import Ticket

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from support.figures.scope import Scope

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
# The name of an age, its words, and the age it ends below (the last one has no end).
AGES: tuple[tuple[str, _StrOrPromise, dt.timedelta], ...] = (
    ("under_4h", _("below 4 h"), 4 * HOUR),
    ("under_1d", _("4 to 24 h"), DAY),
    ("under_3d", _("1 to 3 days"), 3 * DAY),
    ("under_7d", _("3 to 7 days"), 7 * DAY),
    ("over_7d", _("over a week"), dt.timedelta.max),
)
# A reminder does not make a ticket young again; what was answered and came back waits anew.
WAITS_SINCE = Case(
    When(reopened=0, then=F("opened_at")),
    default=F("last_message_at"),
    output_field=DateTimeField(),
)


@dataclass(frozen=True, slots=True)
class CategoryBacklog:
    """Open tickets of a category (None: not understood yet); ``ages`` has an entry per age."""

    category_id: int | None
    ages: tuple[int, ...]
    oldest: dt.datetime | None

    @property
    def total(self) -> int:
        return sum(self.ages)


@dataclass(frozen=True, slots=True)
class Backlog:
    """As it stands at ``at``; the categories with most of it first."""

    at: dt.datetime
    categories: tuple[CategoryBacklog, ...]

    @property
    def total(self) -> int:
        return sum(row.total for row in self.categories)

    @property
    def ages(self) -> tuple[int, ...]:
        columns = zip(*(row.ages for row in self.categories), strict=True)
        return tuple(sum(column) for column in columns) or (0,) * len(AGES)

    @property
    def oldest(self) -> dt.datetime | None:
        return min((row.oldest for row in self.categories if row.oldest), default=None)


def counted(scope: Scope) -> Backlog:
    """Open tickets by category and age, whatever the period; one query.

    A ticket's age counts from its first message; that of one which was answered and came
    back, from the customer's last message.
    """
    now = timezone.now()
    rows = (
        scope.tickets()
        .filter(status__in=Ticket.OPEN)
        .annotate(age=_age(now), since=WAITS_SINCE)
        .values_list("category_id", "age")
        .annotate(tickets=Count("pk"), oldest=Min("since"))
    )
    ages: defaultdict[int | None, list[int]] = defaultdict(lambda: [0] * len(AGES))
    oldest: dict[int | None, dt.datetime] = {}
    for category_id, age, tickets, since in rows:
        ages[category_id][age] += tickets
        oldest[category_id] = min(since, oldest.get(category_id, since))
    found = [
        CategoryBacklog(category, tuple(row), oldest[category]) for category, row in ages.items()
    ]
    found.sort(key=lambda row: (-row.total, row.category_id or 0))
    return Backlog(now, tuple(found))


def _age(now: dt.datetime) -> Case:
    """The place in :data:`AGES`."""
    return Case(
        *(
            When(condition, then=place)
            for place, condition in enumerate(waiting_conditions(now)[:-1])
        ),
        default=len(AGES) - 1,
        output_field=IntegerField(),
    )


def waiting_conditions(now: dt.datetime) -> list[Q]:
    """For each age of :data:`AGES` the condition on a ticket that has waited so long at ``now``."""
    bounds = [now, *(now - below for _name, _words, below in AGES[:-1])]
    found = []
    for begin, end in zip(bounds, [*bounds[1:], None], strict=True):
        new, back = Q(reopened=0), Q(reopened__gt=0)
        if begin != now:
            new, back = new & Q(opened_at__lte=begin), back & Q(last_message_at__lte=begin)
        if end is not None:
            new, back = new & Q(opened_at__gt=end), back & Q(last_message_at__gt=end)
        found.append(new | back)
    return found
