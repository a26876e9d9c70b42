"""What was written to the two sides of matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType

from backoffice.messaging.models import OutboundMessage
from listings.models import Match

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

Status = OutboundMessage.Status
# Nothing of these has left.
_UNSENT = (Status.QUEUED, Status.NOT_CONFIGURED, Status.BLOCKED)
# Of these something has left, or is about to.
_ALIVE = (
    Status.QUEUED,
    Status.NOT_CONFIGURED,
    Status.SENDING,
    Status.SENT,
    Status.DELIVERED,
    Status.READ,
    Status.UNKNOWN,
)
BAD = (Status.FAILED, Status.BLOCKED)


def key(match_id: int, side: str) -> str:
    """How the keys of messages to that side begin."""
    return f"match:{match_id}:{side}:"


def side_of(message: OutboundMessage) -> str:
    """To whom a message about a match went: "seller" or "buyer"."""
    return message.key.split(":")[2]


def next_key(match_id: int, side: str) -> str:
    """The key of one more message to that side; under the match's lock."""
    start = key(match_id, side)
    return f"{start}{OutboundMessage.objects.filter(key__startswith=start).count() + 1}"


def to_side(match_id: int, side: str) -> QuerySet[OutboundMessage]:
    """Messages to one side, the newest first; what was taken back is left out."""
    rows = OutboundMessage.objects.filter(key__startswith=key(match_id, side))
    return rows.exclude(status=Status.SUPERSEDED).select_related("author").order_by("-pk")


def messages(match_ids: Iterable[int]) -> QuerySet[OutboundMessage]:
    """Messages about these matches, the oldest first."""
    kind = ContentType.objects.get_for_model(Match)
    rows = OutboundMessage.objects.filter(about_type=kind, about_id__in=[*match_ids])
    return rows.order_by("pk")


def about(match_ids: Iterable[int]) -> set[int]:
    """Those of which a message has left or is about to."""
    ids = [*match_ids]
    if not ids:
        return set()
    rows = messages(ids).filter(status__in=_ALIVE)
    return {pk for pk in rows.values_list("about_id", flat=True) if pk is not None}


def withdraw(match_ids: Iterable[int]) -> None:
    """End what waits to be sent about matches that are over: it would be news of nothing."""
    if ids := [*match_ids]:
        messages(ids).filter(status__in=_UNSENT).update(
            status=Status.SUPERSEDED, next_attempt_at=None, queued_at=None
        )
