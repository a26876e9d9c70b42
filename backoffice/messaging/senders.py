"""From which address a message goes out, and where its answers come in.

Everything goes out from SMTP_FROM unless an app says otherwise for what its messages are about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType

if TYPE_CHECKING:
    from collections.abc import Callable

    from backoffice.messaging.models import OutboundMessage


@dataclass(frozen=True, slots=True)
class Sender:
    """The From and Reply-To of an e-mail; empty: SMTP_FROM, and no Reply-To."""

    address: str = ""
    reply_to: str = ""


_senders: dict[str, Callable[[], Sender]] = {}


def register(about: str, sender: Callable[[], Sender]) -> None:
    """Send what is about rows of the model ``about`` ("support.ticket") as ``sender()`` says."""
    _senders[about] = sender


def of(message: OutboundMessage) -> Sender:
    """Whom the e-mail is from, as settings say now."""
    if message.about_type_id is None:
        return Sender()
    kind = ContentType.objects.get_for_id(message.about_type_id)
    sender = _senders.get(f"{kind.app_label}.{kind.model}")
    return sender() if sender else Sender()
