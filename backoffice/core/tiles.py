"""What waits for people: tiles on the home page and numbers in the sidebar.

An app that has something waiting says so in its module ``tiles``, which is
imported at the start::

    tiles.register(pending_orders, permission="orders.view_order", order=10)
    tiles.register_badge("orders.order", lambda: Order.objects.filter(status="pending"))

A tile is one query at most; all badges together are one query, kept for some
seconds, because they are on every page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Count, Value
from django.urls import NoReverseMatch, reverse

from backoffice.core.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise


Tone = Literal["neutral", "info", "success", "warning", "danger"]


@dataclass(frozen=True, slots=True)
class Tile:
    """One number on the home page; ``link`` leads to the list that explains it."""

    title: _StrOrPromise
    number: int
    text: _StrOrPromise
    link: str
    tone: Tone = "neutral"
    icon: str = "inbox"


@dataclass(frozen=True, slots=True)
class _Entry:
    build: Callable[[Any], Tile | None]
    permission: str
    order: int


_entries: dict[str, _Entry] = {}
_badges: dict[str, Callable[[], QuerySet[Any]]] = {}


def register(build: Callable[[Any], Tile | None], *, permission: str, order: int = 50) -> None:
    """Show ``build(user)`` to those with ``permission``, the lowest ``order`` first."""
    name = f"{build.__module__}.{build.__qualname__}"
    _entries[name] = _Entry(build, permission, order)


def list_link(label: str, query: str = "") -> str:
    """The admin's list of ``app.model``, filtered; empty where it has no admin."""
    try:
        return reverse(f"admin:{label.replace('.', '_')}_changelist") + query
    except NoReverseMatch:
        return ""


def register_badge(label: str, waiting: Callable[[], QuerySet[Any]]) -> None:
    """Show how many rows ``waiting()`` has beside the sidebar's entry ``label``."""
    _badges[label] = waiting


def for_user(user: Any) -> list[Tile]:  # noqa: ANN401 - whoever signed in
    """The tiles this person may see."""
    allowed = [entry for entry in _entries.values() if user.has_perm(entry.permission)]
    tiles = [entry.build(user) for entry in sorted(allowed, key=lambda entry: entry.order)]
    return [tile for tile in tiles if tile is not None]


@Kept
def badge_counts() -> dict[str, int]:
    """How many rows wait behind each entry of the sidebar, some seconds old at most."""
    parts = [
        waiting()
        .order_by()
        .annotate(badge=Value(label))
        .values("badge")
        .annotate(number=Count("pk"))
        .values_list("badge", "number")
        for label, waiting in _badges.items()
    ]
    if not parts:
        return {}
    return dict(parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0])
