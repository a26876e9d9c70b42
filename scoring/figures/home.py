"""The alert where customers have drifted: a tile at home, a part of the health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backoffice.core.kept import Kept
from backoffice.core.tiles import Tile
from scoring.figures import alert

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# It changes once a night, and is asked for on every view of the home page.
latest = Kept(alert.latest)


def tile(_user: User) -> Tile | None:
    """How many features drift; no tile where none does."""
    found = latest()
    drifting = found.drifting() if found else []
    if not found or not drifting:
        return None
    return Tile(
        title=_("Features of leads that drift"),
        number=len(drifting),
        text=_("Scores come from a model that learned from other customers: train it."),
        link=f"{reverse('admin:scoring_figures')}#drift",
        tone="warning",
        icon="monitoring",
    )


def is_well() -> bool:
    """Whether customers are scored, and still like those that the model learned from."""
    found = latest()
    return found is not None and not found.drifting()
