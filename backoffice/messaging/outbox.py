"""Writing to people: one row per message, written with the decision it tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backoffice.messaging.models import OutboundMessage

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model

    from backoffice.messaging.models import InboundMessage


def queue(  # noqa: PLR0913 - the fields of a message
    *,
    key: str,
    channel: str,
    recipient: str,
    template: str,
    values: dict[str, str],
    language: str = "",
    recipient_name: str = "",
    in_reply_to: InboundMessage | None = None,
    about: Model | None = None,
    author: AbstractBaseUser | None = None,
) -> OutboundMessage:
    """Write the message of occasion ``template`` to the outbox and enqueue its sending.

    Call it inside the transaction of the decision. ``key`` names the effect:
    a second call with the same key returns the first row and sends nothing.
    Unsent rows about the same object are superseded. The text comes from the
    MessageTemplate of this occasion, channel and language (falling back to
    French); ``values`` fill its placeholders.
    """
    raise NotImplementedError
