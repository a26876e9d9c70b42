"""The admin's home: what waits on each desk, and how it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backoffice.core import charts, tiles

if TYPE_CHECKING:
    from django.http import HttpRequest


def dashboard_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The home page's context: a fixed number of queries for each tile and chart they may see."""
    return {
        **context,
        "tiles": tiles.for_user(request.user),
        "charts": charts.for_user(request.user),
    }
