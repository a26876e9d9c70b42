"""What sources register at the start: the warnings of keys that end."""

from __future__ import annotations

from datetime import time

from backoffice.core import health, jobs, tiles
from crm import tasks
from crm.sources import expiry


def register() -> None:
    jobs.register_schedule("crm-source-keys", tasks.warn_of_keys, daily_at=time(7, 10))
    health.register("source_keys", expiry.health)
    tiles.register(expiry.tile, permission=expiry.PERMISSION, order=94)
