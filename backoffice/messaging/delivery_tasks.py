"""Entry points of the worker for messages that go out."""

from __future__ import annotations

from backoffice.messaging import delivery


def deliver_message(message_id: int) -> None:
    delivery.deliver(message_id)


def release_waiting_messages() -> None:
    delivery.release_waiting()


def settle_unknown_messages() -> None:
    delivery.settle_unknown()
