"""The registry by which a desk says what to do with a message.

A desk (orders, support, listings) registers in its ``AppConfig.ready``;
messaging imports no desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise

    from backoffice.messaging.content import MessageContent
    from backoffice.messaging.models import InboundMessage


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a desk made of a message; ``reason`` is a sentence for staff."""

    status: Literal["done", "not_for_us", "needs_attention"]
    kind: str = ""
    reason: str = ""


class Process(Protocol):
    """Turn one message into the desk's own rows; must do its effect once when run twice.

    Called outside a transaction (it may talk to OpenAI). A service that failed
    raises ``ServiceError``; anything it cannot understand is an Outcome.
    """

    def __call__(self, message: InboundMessage, content: MessageContent) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Desk:
    name: str
    label: _StrPromise | str
    process: Process


_desks: dict[str, Desk] = {}


def register(name: str, *, label: _StrPromise | str, process: Process) -> None:
    _desks[name] = Desk(name, label, process)


def get(name: str) -> Desk:
    """The desk of that name; ``KeyError`` where no app registered it."""
    return _desks[name]


def all_desks() -> Iterable[Desk]:
    return _desks.values()
