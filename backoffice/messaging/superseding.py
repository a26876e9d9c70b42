"""A newer message about the same thing to the same person takes the older one's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backoffice.messaging.models import OutboundMessage

if TYPE_CHECKING:
    from django.db.models import QuerySet

Status = OutboundMessage.Status
# Nothing of these has left.
UNSENT = (Status.QUEUED, Status.NOT_CONFIGURED, Status.BLOCKED)


def overtake(row: OutboundMessage) -> None:
    """End the unsent messages that ``row`` replaces; call it where ``row`` is written.

    One that is being sent at this instant, or is in doubt, may still come back
    to the queue: its next attempt asks :func:`is_overtaken`.
    """
    older = _same_matter(row).filter(pk__lt=row.pk, status__in=UNSENT)
    older.update(status=Status.SUPERSEDED, next_attempt_at=None, queued_at=None)


def is_overtaken(row: OutboundMessage) -> bool:
    """Whether a message that replaces ``row`` was written since."""
    return _same_matter(row).filter(pk__gt=row.pk, supersedes=True).exists()


def has_newer(row: OutboundMessage) -> bool:
    """Whether anything was written since about the same thing to the same person."""
    return _same_matter(row).filter(pk__gt=row.pk).exists()


def _same_matter(row: OutboundMessage) -> QuerySet[OutboundMessage]:
    if row.about_id is None:
        return OutboundMessage.objects.none()
    return OutboundMessage.objects.filter(
        about_type=row.about_type_id, about_id=row.about_id, recipient=row.recipient
    )
