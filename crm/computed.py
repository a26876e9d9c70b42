"""Rows of other apps that are computed of a customer: they go with it and are never moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import Model

_models: list[type[Model]] = []


def register(*models: type[Model]) -> None:
    """Called in ``AppConfig.ready``, for models whose foreign key to a customer cascades."""
    _models.extend(model for model in models if model not in _models)


def models() -> tuple[type[Model], ...]:
    """All of them."""
    return tuple(_models)
