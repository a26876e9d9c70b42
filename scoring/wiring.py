"""What lead scoring registers at the start: its part of the figures and of the health."""

from __future__ import annotations

from datetime import time

from backoffice.core import demo as demo_data
from backoffice.core import health, jobs, preparing, stats, tiles
from crm import computed, panels
from scoring import demo, tasks
from scoring import tiles as home
from scoring.figures import home as drift
from scoring.leads import customer_panel, running, state, worklist
from scoring.models import LeadScore, ScorePoint, SegmentChange
from scoring.moves import wiring as moves
from scoring.training import asking
from scoring.versions import active, keeping, shipped

_VIEW = "scoring.view_leadscore"


def register() -> None:
    """Called in ``AppConfig.ready``."""
    stats.register("scoring", active.about, permission=None, at_top=True)
    health.register("scoring", _health)
    health.register("lead_scoring", state.health)
    preparing.register("scoring", _train)
    # After the others, whose customers it scores.
    demo_data.register("scoring", demo.load, order=30)
    jobs.register_lane(asking.LANE, tasks.train_model)
    computed.register(LeadScore, ScorePoint, SegmentChange)
    jobs.register_lane(running.LANE, tasks.score_customers)
    # After the syncs and the profiles of the night.
    jobs.register_schedule("scoring", tasks.score_everybody, daily_at=time(4, 10))
    # The scores of the day are there by then.
    jobs.register_schedule("scoring-outcomes", tasks.count_outcomes, daily_at=time(5, 20))
    moves.register()
    panels.register(customer_panel.current, permission=_VIEW, order=7)
    tiles.register(home.to_contact, permission=_VIEW, order=15)
    tiles.register(drift.tile, permission=_VIEW, order=16)
    tiles.register(state.tile, permission=_VIEW, order=17)
    tiles.register_badge("scoring.leadscore", worklist.to_contact)


def _train() -> str:
    # The first request shall not wait for it.
    if not shipped.is_ready():
        shipped.model()
    keeping.in_use()
    return ""


def _health() -> health.Report:
    components = {"lead_scores": drift.is_well()}
    return health.Report(components=components, model_loaded=active.is_loaded())
