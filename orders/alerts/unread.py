"""A message to the order desk that no machine could deal with and nobody has looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from backoffice.messaging.models import InboundMessage
from orders.alerts import waiting
from orders.alerts.facts import Fact, Family, Scope, in_words
from orders.models import Alert, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

DESK = "orders"
Status = InboundMessage.Status


def find(scope: Scope) -> Iterator[Fact]:
    """Messages that need attention or failed ``ALERT_MESSAGE_MINUTES`` ago; one statement."""
    late = waiting.late_since(scope.now)
    stuck = InboundMessage.objects.filter(
        desk=DESK, status__in=[Status.NEEDS_ATTENTION, Status.FAILED]
    ).annotate(since=Coalesce("processed_at", "received_at"))
    seen_by_now = scope.now - timedelta(minutes=settings.ALERT_MESSAGE_MINUTES)
    rows = stuck.filter(since__lte=seen_by_now).values_list(
        "pk", "status", "since", "reason", "error", "sender_name", "sender_email", "sender_phone"
    )
    for pk, status, since, reason, error, *senders in rows.iterator():
        is_urgent = status == Status.FAILED or since <= late
        yield Fact(
            key=f"{Alert.Kind.MESSAGE_WAITS}:message:{pk}",
            kind=Alert.Kind.MESSAGE_WAITS,
            severity=Severity.CRITICAL if is_urgent else Severity.WARNING,
            sentence=_sentence(status, next(filter(None, senders), "–"), reason or error),
            fingerprint=f"{status}:{since.isoformat()}",
            message_id=pk,
        )


def _sentence(status: str, sender: str, reason: str) -> str:
    words = {"sender": sender, "reason": in_words(reason)}
    if status == Status.FAILED:
        return (
            _(
                "The message of %(sender)s could not be read. %(reason)s Open it, and read it again"
                " or open an order by hand."
            )
            % words
        )
    return _("The message of %(sender)s waits for a person. %(reason)s Open it and decide.") % words


FAMILY = Family((Alert.Kind.MESSAGE_WAITS,), find, is_about_orders=False)
