"""What this desk registers at the start; called once, when apps are ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from backoffice.messaging import desks
from listings import intake


def register() -> None:
    """Register the desk; what others add here stays one line each."""
    desks.register(
        "listings",
        label=_("Listings"),
        process=intake.process,
        withdraw=intake.withdraw,
        wants_unread=True,
    )
