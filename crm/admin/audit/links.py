"""Addresses of the list of recommendations, narrowed to those that a figure counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.http import urlencode

from backoffice.core import tiles
from crm.recommendations.auditing.finding import between

if TYPE_CHECKING:
    from backoffice.core.figures.period import Days


def listed(days: Days | None, **narrowed: str) -> str:
    """Of those made in ``days``; without a status replaced ones are listed, too."""
    query = {"status": "all", **narrowed, **between(days)}
    return tiles.list_link("crm.recommendation", f"?{urlencode(query)}")
