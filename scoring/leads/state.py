"""How the scoring of everybody is doing: for /health and the home page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.health import Report
from backoffice.core.tiles import Tile, list_link
from scoring.models import ScoringRun

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Scores age with the days: everybody is scored each night. So long after, one is missing.
STALE = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class State:
    """``failed`` is the number of the last run that failed, where none has made up for it since.

    One over everybody is made up for by one over everybody, one over changes by either.
    """

    failed: int | None
    scored_at: datetime

    @property
    def is_stale(self) -> bool:
        return self.scored_at < timezone.now() - STALE


def known() -> State | None:
    """None before the first run has ended; one query."""
    done, failed = Q(status=ScoringRun.Status.DONE), Q(status=ScoringRun.Status.FAILED)
    full = Q(kind=ScoringRun.Kind.FULL)
    row = ScoringRun.objects.order_by().aggregate(
        done=Max("pk", filter=done),
        failed=Max("pk", filter=failed),
        full_done=Max("pk", filter=done & full),
        full_failed=Max("pk", filter=failed & full),
        scored_at=Max("finished_at", filter=done & full),
        first_asked=Max("requested_at", filter=done | failed),
    )
    if row["first_asked"] is None:
        return None
    pairs = (row["failed"], row["done"]), (row["full_failed"], row["full_done"])
    open_failures = [bad for bad, good in pairs if bad and bad > (good or 0)]
    return State(max(open_failures, default=None), row["scored_at"] or row["first_asked"])


def health() -> Report:
    """Whether everybody was scored lately and no run failed since; nothing before the first."""
    found = known()
    if found is None:
        return Report()
    return Report(components={"lead_scoring": found.failed is None and not found.is_stale})


def tile(_user: User) -> Tile | None:
    """Why scores are not of today; no tile where all is well."""
    found = known()
    if found is None or (found.failed is None and not found.is_stale):
        return None
    days = (timezone.localdate() - timezone.localdate(found.scored_at)).days
    return Tile(
        title=_("Days since everybody was scored"),
        number=days,
        text=_why(found),
        link=list_link("scoring.scoringrun"),
        tone="danger",
        icon="sync_problem",
    )


def _why(found: State) -> str:
    if found.failed is None:
        at = f"{timezone.localtime(found.scored_at):%d/%m/%Y %H:%M}"
        return _("No scoring of everybody has ended since %(at)s: is the worker running?") % {
            "at": at
        }
    error = ScoringRun.objects.values_list("error", flat=True).get(pk=found.failed)
    return _("Scoring #%(run)s failed: %(reason)s") % {"run": found.failed, "reason": error}
