"""What syncs register at the start: their jobs, and what is done each night."""

from __future__ import annotations

from datetime import time

from backoffice.core import jobs
from crm import tasks
from crm.sync import running, undo_job


def register() -> None:
    jobs.register_lane(running.LANE, tasks.sync)
    jobs.register_lane(undo_job.LANE, tasks.undo)
    jobs.register_schedule("crm-prune", tasks.prune, daily_at=time(3, 25))
