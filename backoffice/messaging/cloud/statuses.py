"""What became of our messages, as WhatsApp's Cloud API reports it, in whatever order that comes.

A report finds its message by WhatsApp's id; before we know that, by the reference that we gave
along when we sent it. One that finds none is kept, and taken in when the id is stored.
"""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import Error, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from backoffice.integrations import whatsapp_cloud_errors
from backoffice.messaging import statuses
from backoffice.messaging.cleaning import make_storable
from backoffice.messaging.cloud import facts as cloud_facts
from backoffice.messaging.cloud import notices as cloud_notices
from backoffice.messaging.cloud import parsing as js
from backoffice.messaging.models import Channel, DeliveryReport, OutboundMessage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from backoffice.messaging.cloud.door import Report

logger = logging.getLogger(__name__)

Status = OutboundMessage.Status
WORDS: dict[str, str] = {
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.READ,
    # A voice message that was listened to.
    "played": Status.READ,
    "failed": Status.FAILED,
}
_UNDER_WAY = (Status.SENDING, Status.UNKNOWN)
_REFERENCE = re.compile(r"outbox:(\d{1,18}):(\d{1,20})")
# As long as WhatsApp tries to tell us.
KEPT_FOR = timedelta(days=8)
_BLOCK = 500


def reference(row: OutboundMessage) -> str:
    """What goes along with a message, so that a report on this very sending finds its row."""
    return f"outbox:{row.pk}:{statuses.stamp(row)}"


def record(reports: Sequence[Report]) -> int:
    """Take in the reports of one request; how many were about messages we know.

    Repeated, late and unknown ones change nothing. Never raises for what an app does about an
    ending: such a report stays kept and is taken in again.
    """
    rows = [row for row in map(_row, reports) if row is not None]
    if not rows:
        return 0
    known = _known(rows)
    # Kept first: what cannot be taken in now is not lost. In one order for all: two requests
    # with the same reports must not wait for each other.
    unknown = [row for row in rows if not _is_known(row, known)]
    unknown.sort(key=lambda row: (row.provider_id, row.status, row.participant))
    DeliveryReport.objects.bulk_create(unknown, batch_size=_BLOCK, ignore_conflicts=True)
    return sum(_take_in_or_keep(row) for row in rows if _is_known(row, known))


def settle(provider_id: str = "") -> int:
    """Take in kept reports whose message is known by now (of that id only, where one is given).

    Forgets those that no message came for in time. Returns how many were taken in.
    """
    kept = DeliveryReport.objects.order_by("told_at", "pk")
    if provider_id:
        kept = kept.filter(channel=Channel.WHATSAPP_CLOUD, provider_id=provider_id)
    else:
        DeliveryReport.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
        ours = OutboundMessage.objects.filter(
            channel=OuterRef("channel"), provider_id=OuterRef("provider_id")
        )
        kept = kept.filter(Exists(ours))
    taken = [report.pk for report in kept[:_BLOCK] if _take_in_or_keep(report)]
    if taken:
        DeliveryReport.objects.filter(pk__in=taken).delete()
    return len(taken)


def _row(report: Report) -> DeliveryReport | None:
    status = report.status
    word, wamid = js.text(status.get("status")).lower(), cloud_facts.message_key(status.get("id"))
    if word not in WORDS or not wamid:
        logger.info("WhatsApp reports a status we do not know: %r.", word[:40])
        return None
    errors = js.rows(status.get("errors"))
    code = js.text(errors[0].get("code")) if errors else ""
    told = cloud_notices.error_words(status.get("errors"))
    is_failed = WORDS[word] == Status.FAILED
    participant = status.get("recipient_participant_user_id") or status.get(
        "recipient_participant_id"
    )
    row = DeliveryReport(
        channel=Channel.WHATSAPP_CLOUD,
        provider_id=wamid,
        status=word,
        participant=js.text(participant),
        reference=js.text(status.get("biz_opaque_callback_data")),
        error_code=code if is_failed else "",
        error=whatsapp_cloud_errors.sentence(code, told) if is_failed else "",
        told_at=report.told_at,
    )
    make_storable(row)
    return row


def _known(rows: Iterable[DeliveryReport]) -> tuple[set[str], set[int]]:
    """Which of the ids, and of the rows that references name, are ours; two queries at most."""
    ours = OutboundMessage.objects.filter(channel=Channel.WHATSAPP_CLOUD)
    wamids = ours.filter(provider_id__in={row.provider_id for row in rows})
    named = {pk for row in rows if (pk := _named(row)[0])}
    unsettled = ours.filter(pk__in=named, provider_id="") if named else ours.none()
    return (
        set(wamids.values_list("provider_id", flat=True)),
        set(unsettled.values_list("pk", flat=True)),
    )


def _is_known(row: DeliveryReport, known: tuple[set[str], set[int]]) -> bool:
    return row.provider_id in known[0] or _named(row)[0] in known[1]


def _named(report: DeliveryReport) -> tuple[int, str]:
    match = _REFERENCE.fullmatch(report.reference)
    return (int(match[1]), match[2]) if match else (0, "")


def _take_in_or_keep(report: DeliveryReport) -> bool:
    try:
        with transaction.atomic():
            row = _find(report)
            if row is not None:
                _apply(row, report)
                return True
    except Error:
        raise
    except Exception:
        # What an app does about an ending must not make WhatsApp send everything again.
        logger.exception("A status report of WhatsApp was not taken in; it is kept.")
    if report._state.adding:  # noqa: SLF001 - Django's public name
        DeliveryReport.objects.bulk_create([report], ignore_conflicts=True)
    return False


def _find(report: DeliveryReport) -> OutboundMessage | None:
    rows = OutboundMessage.objects.select_for_update(of=("self",)).filter(channel=report.channel)
    found = rows.filter(provider_id=report.provider_id).first()
    pk, stamp = _named(report)
    if found or not pk:
        return found
    row = rows.filter(pk=pk, provider_id="", status__in=_UNDER_WAY).first()
    return row if row and stamp == statuses.stamp(row) else None


def _apply(row: OutboundMessage, report: DeliveryReport) -> None:
    # A clock that runs ahead, or a time before the message was written, is not believed.
    is_likely = row.created_at - timedelta(minutes=1) <= report.told_at <= timezone.now()
    statuses.advance(
        row,
        WORDS[report.status],
        provider_id=report.provider_id,
        error_code=report.error_code,
        error=report.error,
        at=report.told_at if is_likely else None,
    )
