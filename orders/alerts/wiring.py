"""What the alerts register at the start."""

from __future__ import annotations

from datetime import time

from django.core import checks

from backoffice.core import jobs
from orders.alerts import seed_templates, tasks, tiles, triggers, worktime

# Importing it registers tiles and badge.
__all__ = ["register", "tiles"]

MINUTES = 5


def register() -> None:
    """Schedule, triggers, tiles, the e-mail's occasion and the check of the settings."""
    jobs.register_schedule("order-alerts", tasks.watch, minutes=MINUTES)
    jobs.register_schedule("forget-alerts", tasks.prune, daily_at=time(3, 45))
    triggers.connect()
    seed_templates.register_occasion()
    checks.register(worktime.check_working_hours)
