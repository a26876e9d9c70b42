"""Telling an app what became of its messages: they got through, or somebody has to look.

A status changes in one transaction with what the app does about it, under the lock of the
message. So an app that locks rows of its own besides takes the message's lock first.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from backoffice.messaging.models import OutboundMessage

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

Status = OutboundMessage.Status
ARRIVED: Final = frozenset({Status.SENT, Status.DELIVERED, Status.READ})
NOT_SENT: Final = frozenset({Status.FAILED, Status.BLOCKED})


@dataclass(frozen=True, slots=True)
class Follower:
    """Called with the message as it is now, once for each such ending."""

    failed: Callable[[OutboundMessage], None]
    arrived: Callable[[OutboundMessage], None]


_followers: dict[str, Follower] = {}


def register(
    about: str,
    *,
    failed: Callable[[OutboundMessage], None],
    arrived: Callable[[OutboundMessage], None],
) -> None:
    """Follow what is written about rows of the model ``about`` ("support.ticket").

    ``failed``: it ended failed, blocked or in a doubt that no machine clears up. ``arrived``: the
    service has it, or more; perhaps after a failure.
    """
    _followers[about] = Follower(failed, arrived)


def is_bad(row: OutboundMessage) -> bool:
    """Whether somebody has to look at the message; not while Twilio is still being asked."""
    if row.status == Status.UNKNOWN:
        return row.next_attempt_at is None
    return row.status in NOT_SENT


def tell(row: OutboundMessage) -> None:
    """Tell of the status that the message was just given, in the transaction that gave it."""
    follower = _follower(row)
    if follower is None:
        return
    # As it is now, under its lock: what it is about may have changed hands since it was read.
    now = OutboundMessage.objects.get(pk=row.pk)
    if is_bad(now):
        follower.failed(now)
    elif now.status in ARRIVED:
        _tell_arrived(follower, now)


def _tell_arrived(follower: Follower, row: OutboundMessage) -> None:
    try:
        with transaction.atomic():
            follower.arrived(row)
    except Exception:
        # That it has left must be kept, whatever is wrong with the news of it.
        logger.exception("Message %s: its arrival was not told.", row.pk)


def _follower(row: OutboundMessage) -> Follower | None:
    if row.about_type_id is None:
        return None
    kind = ContentType.objects.get_for_id(row.about_type_id)
    return _followers.get(f"{kind.app_label}.{kind.model}")
