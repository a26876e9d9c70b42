"""How a category's answers do: rehearsals beside what staff sent, and live ones that came back."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from backoffice.core.figures.comparison import Rate
from support.models import AutomaticTrial, Ticket, TicketEvent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

# What was rehearsed longer ago was rehearsed with other templates.
LOOKS_BACK = dt.timedelta(days=90)
# Whoever was not helped writes again within this time.
CAME_BACK_WITHIN = dt.timedelta(days=7)
# Below so many comparisons a rate says more about chance than about the answers.
ENOUGH = 30
MOST_OBSTACLES = 5

Mode = AutomaticTrial.Mode
_OBSTACLES = """
SELECT trial.category_id, reason.value, count(*)
FROM support_automatictrial trial
CROSS JOIN LATERAL jsonb_array_elements_text(trial.reasons) reason
WHERE trial.day >= %s AND NOT trial.was_fit
GROUP BY 1, 2
ORDER BY 1, 3 DESC, 2
"""


@dataclass(slots=True)
class Record:
    """Of the last 90 days; ``rehearsed_today`` and ``sent_today`` are what the limit counts.

    ``same`` has a total of the fit rehearsals that staff have ended: with an answer of their
    own, or by closing the ticket without one, which is never the same.
    """

    rehearsals: int = 0
    fit: int = 0
    same: Rate = field(default_factory=lambda: Rate(0, 0))
    sent: int = 0
    came_back: Rate = field(default_factory=lambda: Rate(0, 0))
    rehearsed_today: int = 0
    sent_today: int = 0
    obstacles: tuple[tuple[str, int], ...] = ()

    @property
    def is_enough(self) -> bool:
        return self.same.total >= ENOUGH


def records() -> dict[int, Record]:
    """By category; one that has none is not in it. Two queries."""
    since = timezone.localdate() - LOOKS_BACK
    found: defaultdict[int, Record] = defaultdict(Record)
    same, ended, back = Counter[int](), Counter[int](), Counter[int]()
    for row in _rows(since):
        category, count = row["category_id"], row["trials"]
        record = found[category]
        if row["mode"] == Mode.SHADOW:
            record.rehearsals += count
            record.fit += count * row["was_fit"]
            record.rehearsed_today += count * (row["was_fit"] and row["is_today"])
            if row["was_fit"] and row["verdict"] is not None:
                ended[category] += count
                same[category] += count * row["verdict"]
        elif row["was_fit"]:
            record.sent += count
            record.sent_today += count * row["is_today"]
            back[category] += count * row["is_back"]
    for category, obstacles in _obstacles(since).items():
        found[category].obstacles = obstacles[:MOST_OBSTACLES]
    for category, record in found.items():
        record.same = Rate(same[category], ended[category])
        record.came_back = Rate(back[category], record.sent)
    return dict(found)


def of(category_id: int) -> Record:
    return records().get(category_id) or Record()


def came_back() -> Exists:
    """Whether a trial's ticket was opened again soon after the answer."""
    return Exists(
        TicketEvent.objects.filter(
            ticket=OuterRef("ticket"),
            kind=TicketEvent.Kind.REOPENED,
            at__gte=OuterRef("created_at"),
            at__lte=OuterRef("created_at") + CAME_BACK_WITHIN,
        )
    )


def _rows(since: dt.date) -> list[Mapping[str, Any]]:
    """Trials counted by all that matters; ``verdict`` 1 same, 0 not, None nobody has said."""
    today = Q(day=timezone.localdate())
    closed = Q(ticket__outcome=Ticket.Outcome.CLOSED)
    trials = AutomaticTrial.objects.filter(day__gte=since).order_by()
    return list(
        trials.annotate(
            verdict=Case(
                When(agreed=True, then=Value(1)), When(Q(agreed=False) | closed, then=Value(0))
            ),
            is_today=Case(When(today, then=Value(1)), default=Value(0)),
            is_back=Case(When(Q(mode=Mode.LIVE) & came_back(), then=Value(1)), default=Value(0)),
        )
        .values("category_id", "mode", "was_fit", "verdict", "is_today", "is_back")
        .annotate(trials=Count(F("pk")))
    )


def _obstacles(since: dt.date) -> dict[int, tuple[tuple[str, int], ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_OBSTACLES, [since])
        rows = cursor.fetchall()
    found: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for category, reason, count in rows:
        found[category].append((reason, count))
    return {category: tuple(reasons) for category, reasons in found.items()}
