"""Several traders that WhatsApp states to be one person become one; nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from backoffice.messaging.models import OutboundMessage
from listings import keeping
from listings.models import Match, Trader

if TYPE_CHECKING:
    from collections.abc import Sequence


def join(traders: Sequence[Trader]) -> Trader:
    """Make them the first one, whose row stays; all are locked, in ascending order.

    What is said of both is the newest, notes of staff are put together, and one who was blocked
    stays so. Rows that refer to the others refer to it then.
    """
    keep, *others = traders
    if not others:
        return keep
    touched = _matched(traders)
    for other in others:
        _take_over(keep, other)
        other.delete()
    keep.save()
    # A person is never matched with himself, and nobody with who is blocked now.
    keeping.announce(touched)
    return keep


def _take_over(keep: Trader, other: Trader) -> None:
    _point_to(keep, other)
    if other.last_seen_at > keep.last_seen_at:
        keep.name = other.name or keep.name
        keep.username = other.username or keep.username
        keep.language = other.language or keep.language
    else:
        keep.name = keep.name or other.name
        keep.username = keep.username or other.username
        keep.language = keep.language or other.language
    keep.customer_id = keep.customer_id or other.customer_id
    keep.is_blocked = keep.is_blocked or other.is_blocked
    keep.note = "\n".join(dict.fromkeys(filter(None, (keep.note, other.note))))
    keep.first_seen_at = min(keep.first_seen_at, other.first_seen_at)
    keep.last_seen_at = max(keep.last_seen_at, other.last_seen_at)


def _point_to(keep: Trader, other: Trader) -> None:
    """Have every row about ``other``, of whichever app, be about ``keep``."""
    for relation in Trader._meta.related_objects:  # noqa: SLF001 - Django's public name
        rows = relation.related_model._base_manager.filter(  # noqa: SLF001 - as above
            **{relation.field.name: other}
        )
        rows.update(**{relation.field.name: keep})
    kind = ContentType.objects.get_for_model(Trader)
    OutboundMessage.objects.filter(about_type=kind, about_id=other.pk).update(about_id=keep.pk)
    LogEntry.objects.filter(content_type=kind, object_id=str(other.pk)).update(
        object_id=str(keep.pk)
    )


def _matched(traders: Sequence[Trader]) -> list[int]:
    """The listings of these traders that have open matches."""
    rows = Match.objects.filter(
        Q(wanted__trader__in=traders) | Q(sale__trader__in=traders), state__in=Match.OPEN
    )
    ids = {pk for pair in rows.values_list("wanted_id", "sale_id") for pk in pair}
    return sorted(ids)
