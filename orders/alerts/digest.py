"""One e-mail about all that is new, to each person who subscribed to alerts.

``AlertMail`` says who was written to about what, so that nobody gets an alert twice, whatever
becomes of it; one that rises to a person's least severity is new to that person then.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from backoffice.core.errors import DomainError
from backoffice.integrations import mail
from backoffice.messaging import outbox
from backoffice.messaging.models import Channel
from orders.alerts.seed_templates import OCCASION
from orders.models import Alert, AlertMail, Severity, Subscription

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)

PERMISSION = "orders.view_alert"
# More than anybody reads in a mail; the page has the rest.
SHOWN = 30


def queue_all() -> int:
    """Write to everybody for whom there is something new; returns to how many.

    Nothing is written while no mail server is configured: all that waited would go out at
    once when one is, weeks late. What is open then is new.
    """
    if not mail.configured():
        return 0
    reachable = Subscription.objects.filter(
        topic=Subscription.Topic.ALERTS, user__is_active=True, user__is_staff=True
    ).exclude(user__email="")
    return sum(_queue(pk) for pk in reachable.order_by("pk").values_list("pk", flat=True))


def _queue(subscription_id: int) -> bool:
    try:
        with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
            # Two runs at once: the second one sees what the first has sent.
            locked = Subscription.objects.select_for_update(no_key=True)
            subscription = locked.filter(pk=subscription_id).first()
            return subscription is not None and _write(subscription)
    except DomainError as error:
        # The template was deleted, say. What is new stays new.
        logger.warning("Alerts were not mailed to %s: %s", subscription_id, error.code)
        return False


def _write(subscription: Subscription) -> bool:
    user = subscription.user
    if _written_lately(user):
        return False
    alerts = list(_new_to(subscription))
    if not alerts or not user.has_perm(PERMISSION):
        return False
    outbox.queue(
        # No alert is in two e-mails to a person, so its first one names the e-mail.
        key=f"alerts:user:{user.pk}:{min(alert.pk for alert in alerts)}",
        channel=Channel.EMAIL,
        recipient=user.email,
        recipient_name=user.get_full_name(),
        template=OCCASION,
        values={
            "person_name": user.first_name or user.get_username(),
            "summary": _summary(alerts),
            "alerts": _listed(alerts),
            "link": _address("admin:orders_alert_changelist"),
        },
        language=settings.LANGUAGE_CODE,
    )
    AlertMail.objects.bulk_create(AlertMail(alert=alert, user=user) for alert in alerts)
    return True


def _written_lately(user: User) -> bool:
    last = AlertMail.objects.filter(user=user).aggregate(at=Max("created_at"))["at"]
    pause = timedelta(minutes=settings.ALERT_MAIL_MINUTES)
    return last is not None and timezone.now() - last < pause


def _new_to(subscription: Subscription) -> QuerySet[Alert]:
    """Open alerts since the subscription that the person was not told of, the worst first."""
    told = AlertMail.objects.filter(alert=OuterRef("pk"), user=subscription.user_id)
    return Alert.objects.filter(
        ~Exists(told),
        state=Alert.State.OPEN,
        severity__gte=subscription.least_severity,
        raised_at__gte=subscription.created_at,
    ).order_by("-severity", "raised_at", "pk")


def _summary(alerts: Sequence[Alert]) -> str:
    """Such as "2 critical alerts, 1 warning"."""
    critical = sum(alert.severity == Severity.CRITICAL for alert in alerts)
    warnings = sum(alert.severity == Severity.WARNING for alert in alerts)
    others = len(alerts) - critical - warnings
    counted = [
        (critical, ngettext("%(count)d critical alert", "%(count)d critical alerts", critical)),
        (warnings, ngettext("%(count)d warning", "%(count)d warnings", warnings)),
        (others, ngettext("%(count)d notice", "%(count)d notices", others)),
    ]
    return ", ".join(words % {"count": count} for count, words in counted if count)


def _listed(alerts: Sequence[Alert]) -> str:
    lines = [
        f"- [{alert.get_severity_display()}] {alert.sentence}\n  {_link(alert)}"
        for alert in alerts[:SHOWN]
    ]
    more = len(alerts) - SHOWN
    if more > 0:
        words = ngettext("… and %(count)d more", "… and %(count)d more", more)
        lines.append(words % {"count": more})
    return "\n".join(lines)


def _link(alert: Alert) -> str:
    """Where the person can do something about it."""
    if alert.order_id is not None:
        return _address("admin:orders_order_change", alert.order_id)
    if alert.message_id is not None:
        return _address("admin:messaging_inboundmessage_change", alert.message_id)
    return _address("admin:orders_alert_change", alert.pk)


def _address(name: str, *ids: int) -> str:
    return settings.PUBLIC_URL + reverse(name, args=ids)
