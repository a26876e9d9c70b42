"""What apps made of a message, as links on its page: a ticket, say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.contrib.auth.models import AnonymousUser, User

    from backoffice.messaging.models import InboundMessage


@dataclass(frozen=True, slots=True)
class Trace:
    """A thing made of a message: how people call it, and its page in the admin."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class _Source:
    find: Callable[[InboundMessage], Iterable[Trace]]
    permission: str


_sources: list[_Source] = []


def register(find: Callable[[InboundMessage], Iterable[Trace]], *, permission: str) -> None:
    """Show what ``find`` finds to who has ``permission`` ("support.view_ticket")."""
    _sources.append(_Source(find, permission))


def of(message: InboundMessage, user: User | AnonymousUser) -> list[Trace]:
    """What was made of the message, as far as the user may see it."""
    seen = (source for source in _sources if user.has_perm(source.permission))
    return [trace for source in seen for trace in source.find(message)]
