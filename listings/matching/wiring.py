"""What the matching registers at the start."""

from __future__ import annotations

from datetime import time

from backoffice.core import jobs
from listings import tasks
from listings.matching import contacting, seed_templates, tiles


def register() -> None:
    """Called in ``AppConfig.ready``."""
    seed_templates.register_occasions()
    contacting.register_endings()
    tiles.register()
    # What a lost job left undone, and what has become too old, is seen to each night.
    jobs.register_schedule("listing-matches", tasks.rematch, daily_at=time(3, 50))
