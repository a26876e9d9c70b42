"""What this desk registers at the start; called once, when apps are ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from backoffice.core import jobs
from backoffice.messaging import desks
from listings import intake, tasks
from listings.search import embedding


def register() -> None:
    """Register the desk; what others add here stays one line each."""
    desks.register(
        "listings",
        label=_("Listings"),
        process=intake.process,
        withdraw=intake.withdraw,
        wants_unread=True,
    )
    jobs.register_lane(embedding.LANE, tasks.embed)
    jobs.register_schedule("listing-embeddings", tasks.refresh_embeddings, minutes=10)
