"""What became of a message: reports of the service, in whatever order they come."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from backoffice.integrations import twilio_errors
from backoffice.messaging import endings
from backoffice.messaging.models import Channel, OutboundMessage

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)

Status = OutboundMessage.Status

# A message only moves up. A failure is believed over "sent" but not over what
# only the person's telephone can know; that in turn is believed over a failure.
RANKS: dict[str, int] = {Status.SENT: 1, Status.FAILED: 2, Status.DELIVERED: 3, Status.READ: 4}
_TIMES: dict[str, str] = {
    Status.SENT: "sent_at",
    Status.DELIVERED: "delivered_at",
    Status.READ: "read_at",
}
# Twilio's words. Even "queued" proves that Twilio has the message, which is our "sent".
TWILIO_WORDS: dict[str, str] = {
    "accepted": Status.SENT,
    "scheduled": Status.SENT,
    "queued": Status.SENT,
    "sending": Status.SENT,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.READ,
    "failed": Status.FAILED,
    "undelivered": Status.FAILED,
    "canceled": Status.FAILED,
}
# Without a provider's id only a row whose sending is under way can be meant.
_UNDER_WAY = (Status.SENDING, Status.UNKNOWN)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stamp(row: OutboundMessage) -> str:
    """What tells this sending of the message from an earlier one: when it was handed over."""
    if row.handed_over_at is None:
        return ""
    return str((row.handed_over_at - _EPOCH) // timedelta(microseconds=1))


def record_twilio(
    form: Mapping[str, str], *, message_id: int | None = None, attempt: str = ""
) -> bool:
    """Take in a status callback of Twilio; whether it was about a message of ours.

    ``message_id`` is our own id and ``attempt`` the :func:`stamp` of the sending,
    which the callback's address carries: the report may come before the answer
    to the request that sent the message, or be all we ever hear of it. Repeated,
    late and unknown reports, and those on an earlier sending, change nothing.
    """
    sid = form.get("MessageSid", "")
    word = form.get("MessageStatus", "").lower()
    status = TWILIO_WORDS.get(word)
    if status is None or not sid:
        logger.warning("Twilio reports a status we do not know: %r.", word[:40])
        return False
    with transaction.atomic():
        row = _find(sid, message_id, attempt)
        if row is None:
            logger.info("Twilio reports on a message that is not ours.")
            return False
        code = form.get("ErrorCode", "") if status == Status.FAILED else ""
        told = form.get("ErrorMessage") or form.get("ChannelStatusMessage") or ""
        advance(
            row,
            status,
            provider_id=sid,
            error_code=code,
            error=twilio_errors.sentence(code, told) if status == Status.FAILED else "",
        )
    return True


def advance(  # noqa: PLR0913 - what a service tells
    row: OutboundMessage,
    status: str,
    *,
    provider_id: str = "",
    error_code: str = "",
    error: str = "",
    at: datetime | None = None,
) -> None:
    """Move a locked row up to ``status``, if that is up, and keep the provider's id.

    ``at`` is when it happened, where the service tells.

    It ends whatever the worker was about to do with the row: the message is sent.
    """
    fields: dict[str, object] = {}
    if provider_id and not row.provider_id:
        fields["provider_id"] = provider_id
    if RANKS.get(row.status, 0) < RANKS[status]:
        fields |= {
            "status": status,
            "error": error,
            "error_code": error_code[:40],
            "claimed_at": None,
            "next_attempt_at": None,
            "queued_at": None,
        }
        if (name := _TIMES.get(status)) and getattr(row, name) is None:
            fields[name] = at or timezone.now()
        # "delivered" may come first, or "sent" never.
        if status != Status.FAILED and row.sent_at is None:
            fields["sent_at"] = at or timezone.now()
    for name, value in fields.items():
        setattr(row, name, value)
    if fields:
        row.save(update_fields=[*fields])
    if "status" in fields:
        endings.tell(row)


def _find(sid: str, message_id: int | None, attempt: str) -> OutboundMessage | None:
    rows = OutboundMessage.objects.select_for_update(of=("self",)).filter(channel=Channel.WHATSAPP)
    # The provider's id says more than the address, should they disagree.
    found = rows.filter(provider_id=sid).first()
    if found or message_id is None:
        return found
    row = rows.filter(pk=message_id, provider_id="", status__in=_UNDER_WAY).first()
    return row if row and attempt and attempt == stamp(row) else None
