"""The registry by which a desk says what to do with a message.

A desk (orders, support, listings) registers in its ``AppConfig.ready``;
messaging imports no desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from django.contrib.auth.models import User
    from django.utils.functional import _StrPromise

    from backoffice.messaging.content import MessageContent
    from backoffice.messaging.models import InboundMessage


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a desk made of a message; ``reason`` is a sentence for staff.

    "handed_over": it made nothing of it, the message is for ``desk``, which reads it next.
    """

    status: Literal["done", "not_for_us", "needs_attention", "handed_over"]
    kind: str = ""
    reason: str = ""
    desk: str = ""


class Process(Protocol):
    """Turn one message into the desk's own rows; must do its effect once when run twice.

    Called outside a transaction (it may talk to OpenAI). A service that failed
    raises ``ServiceError``; anything it cannot understand is an Outcome.
    """

    def __call__(self, message: InboundMessage, content: MessageContent) -> Outcome: ...


class Withdraw(Protocol):
    """Take back what this desk proposed for a message that moves to another desk.

    Called inside the transaction of the move, with the message locked. Raises
    ``DomainError`` where people have decided something on it already; nothing
    of the desk's own may remain otherwise.
    """

    def __call__(self, message: InboundMessage) -> None: ...


class Open(Protocol):
    """Open an empty form for one message, once, and return its address in the admin.

    Raises ``DomainError`` where that cannot be done now, ``PermissionDenied`` where
    the person may not.
    """

    def __call__(self, message_id: int, *, by: User) -> str: ...


@dataclass(frozen=True, slots=True)
class ByHand:
    """How people type in what no machine could read: a photograph, a voice message.

    ``label`` names the button; ``permission`` is the one that ``open`` asks for.
    """

    label: _StrPromise | str
    permission: str
    open: Open


@dataclass(frozen=True, slots=True)
class Makes:
    """What a desk makes of messages, in the plural ("orders"), and how many of each run's.

    ``count`` takes ids of mailbox runs, in one query; a run without any may be left out.
    """

    label: _StrPromise | str
    count: Callable[[Collection[int]], Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Desk:
    name: str
    label: _StrPromise | str
    process: Process
    withdraw: Withdraw | None = None
    wants_automatic: bool = False
    vocabulary: str = ""
    by_hand: ByHand | None = None
    makes: Makes | None = None
    wants_unread: bool = False


_desks: dict[str, Desk] = {}


def register(  # noqa: PLR0913 - what there is to say about a desk
    name: str,
    *,
    label: _StrPromise | str,
    process: Process,
    withdraw: Withdraw | None = None,
    wants_automatic: bool = False,
    vocabulary: str = "",
    by_hand: ByHand | None = None,
    makes: Makes | None = None,
    wants_unread: bool = False,
) -> None:
    """Make a desk known.

    ``withdraw`` is needed by every desk that writes rows for a message.
    ``wants_automatic``: it is also handed out-of-office replies, bounces and
    other mail that no person wrote. ``vocabulary`` are words that voice messages
    to it are likely to hold. ``by_hand`` is the way past the machine.
    ``makes`` names and counts what it makes of messages. ``wants_unread``: it is also handed
    messages in which no text was found: a photograph, say.
    """
    _desks[name] = Desk(
        name, label, process, withdraw, wants_automatic, vocabulary, by_hand, makes, wants_unread
    )


def get(name: str) -> Desk:
    """The desk of that name; ``KeyError`` where no app registered it."""
    return _desks[name]


def all_desks() -> Iterable[Desk]:
    return _desks.values()


def label(name: str) -> str:
    """What people call the desk; its bare name where no app registered it."""
    return str(_desks[name].label) if name in _desks else name


def makes(name: str) -> Makes | None:
    """What that desk makes of messages, if it can be counted."""
    return _desks[name].makes if name in _desks else None


def by_hand(name: str) -> ByHand | None:
    """What that desk offers for a message that no machine could read, if anything."""
    return _desks[name].by_hand if name in _desks else None


def withdraw(message: InboundMessage) -> None:
    """Have the message's desk take back what it proposed; see :class:`Withdraw`."""
    desk = _desks.get(message.desk)
    if desk is not None and desk.withdraw is not None:
        desk.withdraw(message)
