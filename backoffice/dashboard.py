"""The admin's home: what waits on each desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backoffice.core import tiles

if TYPE_CHECKING:
    from django.http import HttpRequest


def dashboard_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The home page's context: one query for each tile the person may see."""
    return {**context, "tiles": tiles.for_user(request.user)}
