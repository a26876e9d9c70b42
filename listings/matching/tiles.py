"""How many matches nobody has looked at yet, each offer once however often it was posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core import tiles
from listings.matching import reposts
from listings.models import Match

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet


def waiting() -> QuerySet[Match]:
    return reposts.folded(Match.objects.filter(state=Match.State.PROPOSED))


def matches_to_look_at(_user: User) -> tiles.Tile:
    row = waiting().aggregate(number=Count("pk"), best=Max("score"))
    text = pgettext("matches", "Nothing waits.")
    if row["number"]:
        text = _("The best one has %(score)d points of 100.") % {"score": row["best"]}
    return tiles.Tile(
        title=_("Matches to look at"),
        number=row["number"],
        text=text,
        link=tiles.list_link("listings.match"),
        tone="warning" if row["number"] else "success",
        icon="join_inner",
    )


def register() -> None:
    tiles.register(matches_to_look_at, permission="listings.view_match", order=41)
    tiles.register_badge("listings.match", waiting)
