"""Demo data: each app registers what it loads into an empty database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_loaders: dict[str, tuple[int, Callable[[], str]]] = {}


def register(name: str, load: Callable[[], str], *, order: int = 0) -> None:
    """Have ``load()`` called by ``manage.py load_demo``: by ``order``, then as registered.

    It must leave a database that is in use alone, and returns a sentence for the console.
    """
    _loaders[name] = (order, load)


def load_all() -> list[str]:
    return [load() for _order, load in sorted(_loaders.values(), key=lambda entry: entry[0])]
