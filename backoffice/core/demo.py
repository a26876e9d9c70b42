"""Demo data: each app registers what it loads into an empty database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_loaders: dict[str, Callable[[], str]] = {}


def register(name: str, load: Callable[[], str]) -> None:
    """Have ``load()`` called by ``manage.py load_demo``, in the order of registration.

    It must leave a database that is in use alone, and returns a sentence for the console.
    """
    _loaders[name] = load


def load_all() -> list[str]:
    return [load() for load in _loaders.values()]
