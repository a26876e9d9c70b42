"""How many leads wait to be contacted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core import tiles

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def to_contact(_user: User) -> tiles.Tile | None:
    """The worklist, None where it is empty; no query of its own: the sidebar counts it too."""
    number = tiles.badge_counts().get("scoring.leadscore", 0)
    if not number:
        return None
    return tiles.Tile(
        title=_("Leads to contact"),
        number=number,
        text=_("Hot, and not called or written to lately."),
        link=tiles.list_link("scoring.leadscore"),
        tone="warning",
        icon="trending_up",
    )
