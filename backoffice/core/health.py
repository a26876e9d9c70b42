"""How the installation is doing, told by each app for itself."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import Error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """An app's share of ``GET /health``: parts that work or do not, and what was counted.

    Nothing personal: anybody may read it. ``watch_stats`` and ``runtime_stats``
    take the names the old systems used; ``model_loaded`` is the scoring model's.
    """

    components: Mapping[str, bool] = field(default_factory=dict)
    runtime_stats: Mapping[str, float] = field(default_factory=dict)
    watch_stats: Mapping[str, float | str] = field(default_factory=dict)
    model_loaded: bool | None = None


_contributors: dict[str, Callable[[], Report]] = {}


def register(name: str, contribute: Callable[[], Report]) -> None:
    """Have ``contribute()`` called for each ``GET /health``: one cheap query at most.

    What counts whole tables is ``kept.Kept``; whether a part works is asked each time.
    """
    _contributors[name] = contribute


def reports() -> list[Report]:
    """What every app says; one that fails is logged and told as a part that does not work."""
    return [_ask(name, contribute) for name, contribute in _contributors.items()]


def _ask(name: str, contribute: Callable[[], Report]) -> Report:
    try:
        return contribute()
    except Error as error:
        logger.warning("The health of %s is not known: %s", name, type(error).__name__)
        return Report(components={name: False})
