"""What the home page says of customers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core import tiles
from crm.models import Customer, DuplicateCandidate, Recommendation, StagedRow

if TYPE_CHECKING:
    from django.contrib.auth.models import User

RECENT_DAYS = 30


def customers(_user: User) -> tiles.Tile:
    since = timezone.now() - dt.timedelta(days=RECENT_DAYS)
    live = Customer.objects.filter(archived_at=None, merged_into=None)
    row = live.aggregate(all=Count("pk"), recent=Count("pk", filter=Q(created_at__gte=since)))
    text = ngettext(
        "%(count)d new in %(days)d days", "%(count)d new in %(days)d days", row["recent"]
    )
    return tiles.Tile(
        title=_("Customers"),
        number=row["all"],
        text=text % {"count": row["recent"], "days": RECENT_DAYS},
        link=tiles.list_link("crm.customer"),
        icon="groups",
    )


def to_mend(_user: User) -> tiles.Tile | None:
    """Rows that syncs refused; nothing where there are none."""
    waiting = StagedRow.objects.filter(state=StagedRow.State.WAITING)
    row = waiting.aggregate(all=Count("pk"), sources=Count("table__source", distinct=True))
    if not row["all"]:
        return None
    text = ngettext(
        "Refused by syncs of %(count)d source: mend them and run them again.",
        "Refused by syncs of %(count)d sources: mend them and run them again.",
        row["sources"],
    )
    return tiles.Tile(
        title=_("Rows to mend"),
        number=row["all"],
        text=text % {"count": row["sources"]},
        link=tiles.list_link("crm.stagedrow"),
        tone="warning",
        icon="report",
    )


def duplicates(_user: User) -> tiles.Tile | None:
    """Pairs that may be one customer; nothing where all were decided on."""
    waiting = DuplicateCandidate.objects.filter(state=DuplicateCandidate.State.OPEN).count()
    if not waiting:
        return None
    return tiles.Tile(
        title=_("Duplicates to decide"),
        number=waiting,
        text=_("Customers who may be one and the same."),
        link=tiles.list_link("crm.duplicatecandidate"),
        tone="warning",
        icon="people",
    )


def recommendations(_user: User) -> tiles.Tile | None:
    """Those to review, and those approved that wait for a campaign; None without any."""
    row = Recommendation.objects.filter(status__in=["pending", "approved"]).aggregate(
        waiting=Count("pk", filter=Q(status="pending")),
        unused=Count("pk", filter=Q(status="approved", contacted_at=None)),
    )
    if not row["waiting"] and not row["unused"]:
        return None
    text = ngettext(
        "%(count)s approved one waits for a campaign.",
        "%(count)s approved ones wait for a campaign.",
        row["unused"],
    )
    return tiles.Tile(
        title=_("Recommendations to review"),
        number=row["waiting"],
        text=(
            text % {"count": number_format(row["unused"], force_grouping=True)}
            if row["unused"]
            else _("Nothing waits for a campaign")
        ),
        link=tiles.list_link("crm.recommendation"),
        tone="info",
        icon="recommend",
    )


tiles.register(customers, permission="crm.view_customer", order=90)
tiles.register(duplicates, permission="crm.view_duplicatecandidate", order=91)
tiles.register(recommendations, permission="crm.view_recommendation", order=92)
tiles.register(to_mend, permission="crm.view_stagedrow", order=96)
tiles.register_badge(
    "crm.stagedrow", lambda: StagedRow.objects.filter(state=StagedRow.State.WAITING)
)
tiles.register_badge(
    "crm.duplicatecandidate",
    lambda: DuplicateCandidate.objects.filter(state=DuplicateCandidate.State.OPEN),
)
tiles.register_badge(
    "crm.recommendation",
    lambda: Recommendation.objects.filter(status=Recommendation.Status.PENDING),
)
