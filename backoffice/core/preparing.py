"""What must be made once before serving; each app registers its part in ``AppConfig.ready``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_steps: dict[str, Callable[[], str]] = {}


def register(name: str, prepare: Callable[[], str]) -> None:
    """Have ``prepare()`` called by ``manage.py prepare``, after the migrations.

    Repeated at every deployment: quick where nothing is left to do. Returns a sentence for the
    console, or nothing.
    """
    _steps[name] = prepare


def run_all() -> list[str]:
    """Run every step; what they have to say."""
    return [said for prepare in _steps.values() if (said := prepare())]
