"""A desk that takes everything and remembers it, in place of the order desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backoffice.messaging import desks
from backoffice.messaging.desks import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from backoffice.messaging.content import MessageContent
    from backoffice.messaging.models import InboundMessage


class RecordingDesk:
    """``answers`` says what it makes of a message; ``taken`` holds what it was given."""

    def __init__(self) -> None:
        self.taken: list[MessageContent] = []
        self.withdrawn: list[int] = []
        self.answers: Callable[[], Outcome] = lambda: Outcome("done", kind="order")
        self.objects: Callable[[], None] = lambda: None

    def process(self, message: InboundMessage, content: MessageContent) -> Outcome:  # noqa: ARG002 - the signature of desks
        self.taken.append(content)
        return self.answers()

    def withdraw(self, message: InboundMessage) -> None:
        self.objects()
        self.withdrawn.append(message.pk)


def stand_in(
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    *,
    wants_automatic: bool = False,
    wants_unread: bool = False,
    makes: desks.Makes | None = None,
) -> RecordingDesk:
    """Put a recording desk in the place of ``name`` for the time of a test."""
    desk = RecordingDesk()
    known = desks.Desk(
        name,
        name.title(),
        desk.process,
        desk.withdraw,
        wants_automatic,
        makes=makes,
        wants_unread=wants_unread,
    )
    monkeypatch.setitem(desks._desks, name, known)
    return desk
