"""What syncs register at the start: jobs, what is done each night, how they are doing."""

from __future__ import annotations

from datetime import time

from backoffice.core import health, jobs, tiles
from crm import tasks
from crm.sync import running, state
from crm.sync.undoing import job as undo_job


def register() -> None:
    jobs.register_lane(running.LANE, tasks.sync)
    jobs.register_lane(undo_job.LANE, tasks.undo)
    jobs.register_schedule("crm-prune", tasks.prune, daily_at=time(3, 25))
    health.register("syncs", state.health)
    tiles.register(state.tile, permission="crm.view_syncrun", order=95)
