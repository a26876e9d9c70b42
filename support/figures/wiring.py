"""What the figures register at the start."""

from __future__ import annotations

from backoffice.core import charts, stats
from support.figures import home
from support.figures.totals import totals

PERMISSION = "support.view_ticket"


def register() -> None:
    """The desk's part of ``/api/stats`` and the home page's charts."""
    stats.register("support", totals, permission=PERMISSION)
    charts.register(home.charts, permission=PERMISSION, order=20)
