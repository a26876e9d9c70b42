"""The rules in force: the one row, made with its defaults where nobody saved it yet."""

from __future__ import annotations

from crm.models import RecommendationRules


def current() -> RecommendationRules:
    """Not stored until somebody edits it."""
    return RecommendationRules.objects.filter(pk=1).first() or RecommendationRules(pk=1)
