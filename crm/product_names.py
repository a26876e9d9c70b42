"""Whether another name of a product may be kept: desks that read messages know what is too vague.

    product_names.register(why_not)

``why_not(name)`` answers with a sentence for people, or with nothing where the name will do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_checks: dict[str, Callable[[str], str]] = {}


def register(check: Callable[[str], str]) -> None:
    _checks[f"{check.__module__}.{check.__qualname__}"] = check


def why_not(name: str) -> str:
    """The first sentence against ``name``; empty where nobody minds."""
    return next(filter(None, (check(name) for check in _checks.values())), "")
