"""What staff and the machine sent, how much of the drafts was kept, and who did it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from backoffice.core.figures.comparison import Compared, Rate
from orders.analytics.decisions import Percentile
from orders.analytics.steps import Bucket
from support.figures.scope import during, midnights
from support.models import Draft

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from support.figures.scope import Scope

Status = Draft.Status


class Fate(models.TextChoices):
    """What became of a reply that was decided about."""

    UNCHANGED = "unchanged", _("sent as it was")
    EDITED = "edited", _("sent after editing")
    REJECTED = "rejected", _("rejected")
    BY_HAND = "by_hand", _("written by hand")
    AUTOMATIC = "automatic", _("sent automatically")


SENT = frozenset({Fate.UNCHANGED, Fate.EDITED, Fate.BY_HAND, Fate.AUTOMATIC})
# Drafts of the machine that a person decided about.
JUDGED = (Fate.UNCHANGED, Fate.EDITED, Fate.REJECTED)
_DECIDED = Q(status__in=[Status.SENT, Status.REJECTED])
FATE = Case(
    When(was_automatic=True, then=Value(Fate.AUTOMATIC.value)),
    When(status=Status.REJECTED, then=Value(Fate.REJECTED.value)),
    When(method=Draft.Method.PERSON, then=Value(Fate.BY_HAND.value)),
    When(edited_share__gt=0, then=Value(Fate.EDITED.value)),
    default=Value(Fate.UNCHANGED.value),
    output_field=models.CharField(),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Replies with all of this in common; ``day`` counts from 1, 0 is the period before."""

    day: int
    fate: Fate
    agent_id: int | None
    replies: int


@dataclass(frozen=True, slots=True)
class Replies:
    """Decisions of the period, whenever the ticket came."""

    days: int
    rows: tuple[Tally, ...]

    def count(self, *fates: Fate) -> Compared[int]:
        wanted = fates or tuple(Fate)
        counts = [0, 0]
        for row in self.rows:
            if row.fate in wanted:
                counts[row.day == 0] += row.replies
        return Compared(counts[0], counts[1])

    @property
    def sent(self) -> Compared[int]:
        return self.count(*SENT)

    def by_day(self, fates: Collection[Fate] = SENT, agent_id: int | None = None) -> list[int]:
        """For every day of the period; of one agent where one is named."""
        found = [0] * self.days
        for row in self.rows:
            if row.day and row.fate in fates and agent_id in {None, row.agent_id}:
                found[row.day - 1] += row.replies
        return found

    def approval(self, *, before: bool = False) -> Rate:
        """Drafts sent, edited or not, of all drafts that a person decided about."""
        kept, judged = self.count(Fate.UNCHANGED, Fate.EDITED), self.count(*JUDGED)
        return Rate(kept.before, judged.before) if before else Rate(kept.now, judged.now)

    def unchanged(self, *, before: bool = False) -> Rate:
        """Drafts sent as they were, of all drafts that a person decided about."""
        kept, judged = self.count(Fate.UNCHANGED), self.count(*JUDGED)
        return Rate(kept.before, judged.before) if before else Rate(kept.now, judged.now)

    def automatic(self, *, before: bool = False) -> Rate:
        """Answers sent by the machine, of all answers sent."""
        found, sent = self.count(Fate.AUTOMATIC), self.sent
        return Rate(found.before, sent.before) if before else Rate(found.now, sent.now)


def decided(scope: Scope) -> Replies:
    """What was sent or rejected, by day, fate and agent; one query."""
    days = scope.period.days
    rows = (
        scope.drafts()
        .filter(_DECIDED, scope.either("decided_at"))
        .annotate(day=Bucket("decided_at", midnights(days)), fate=FATE)
        .values_list("day", "fate", "decided_by_id")
        .annotate(replies=Count("pk"))
    )
    return Replies(
        days.count, tuple(Tally(day, Fate(fate), who, count) for day, fate, who, count in rows)
    )


@dataclass(frozen=True, slots=True)
class Edit:
    """How much of ``drafts`` that people sent was changed: 0 nothing, 1 all of it."""

    drafts: int
    median: float | None
    p90: float | None


NO_EDIT = Edit(0, None, None)


@dataclass(frozen=True, slots=True)
class Edits:
    all: Edit
    before: Edit
    by_category: dict[int | None, Edit]
    # By the template's id, name and category, the most used first.
    by_template: dict[tuple[int, str, int], Edit]
    by_agent: dict[int | None, Edit]


def edits(scope: Scope) -> Edits:
    """Of machine-written drafts that people sent in the period; four queries."""
    now_q = during("decided_at", scope.period.days)
    before_q = during("decided_at", scope.period.before)
    measured = scope.drafts().filter(
        status=Status.SENT, was_automatic=False, edited_share__isnull=False
    )
    measured = measured.exclude(method=Draft.Method.PERSON)
    row = measured.filter(now_q | before_q).aggregate(
        **_shares("now_", now_q), **_shares("before_", before_q)
    )
    inside = measured.filter(now_q)
    categories = inside.values_list("ticket__category_id").annotate(**_shares(""))
    agents = inside.values_list("decided_by_id").annotate(**_shares(""))
    templates = (
        inside.filter(template__isnull=False)
        .values_list("template_id", "template__name", "template__category_id")
        .annotate(**_shares(""))
    )
    ranked = sorted(templates, key=lambda row: (-row[3], row[0]))
    return Edits(
        all=Edit(row["now_drafts"], row["now_median"], row["now_p90"]),
        before=Edit(row["before_drafts"], row["before_median"], row["before_p90"]),
        by_category={one: Edit(*rest) for one, *rest in categories},
        by_template={(one, name, of): Edit(*rest) for one, name, of, *rest in ranked},
        by_agent={one: Edit(*rest) for one, *rest in agents},
    )


def _shares(prefix: str, when: Q | None = None) -> dict[str, models.Aggregate]:
    share = F("edited_share")
    return {
        f"{prefix}drafts": Count("pk", filter=when),
        f"{prefix}median": Percentile(share, fraction=0.5, filter=when),
        f"{prefix}p90": Percentile(share, fraction=0.9, filter=when),
    }


def by_agent(replies: Replies) -> dict[int, Counter[Fate]]:
    """What each person sent and rejected in the period, the busiest first."""
    found: dict[int, Counter[Fate]] = {}
    for row in _in_period(replies.rows):
        if row.agent_id is not None:
            found.setdefault(row.agent_id, Counter())[row.fate] += row.replies
    return dict(sorted(found.items(), key=lambda one: (-one[1].total(), one[0])))


def _in_period(rows: Iterable[Tally]) -> Iterable[Tally]:
    return (row for row in rows if row.day)
