"""An order that nobody has decided for too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext

from orders.alerts import worktime
from orders.alerts.facts import NOT_A_COPY, RECEIVED_AT, Fact, Family, Scope, order_name
from orders.models import Alert, Order, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

# So many times the hours that are allowed, and it is critical.
CRITICAL_TIMES = 3


def late_since(now: datetime) -> datetime:
    """What came in before has waited too long: ``ALERT_PENDING_HOURS`` of working time."""
    return worktime.ago(now, settings.ALERT_PENDING_HOURS)


def find(scope: Scope) -> Iterator[Fact]:
    """Pending orders whose message came in too long ago; one statement."""
    critical_since = worktime.ago(scope.now, settings.ALERT_PENDING_HOURS * CRITICAL_TIMES)
    orders = Order.objects.pending().filter(NOT_A_COPY).annotate(received=RECEIVED_AT)
    late = scope.among(orders.filter(received__lte=late_since(scope.now)))
    rows = late.values_list("pk", "received", "number", "company", "contact_name")
    for pk, received, *names in rows.iterator():
        severity = Severity.CRITICAL if received <= critical_since else Severity.WARNING
        yield Fact(
            key=f"{Alert.Kind.PENDING_LONG}:order:{pk}",
            kind=Alert.Kind.PENDING_LONG,
            severity=severity,
            sentence=_sentence(order_name(*names), received, severity),
            fingerprint=f"{severity:d}",
            order_id=pk,
        )


def _sentence(name: str, received: datetime, severity: Severity) -> str:
    hours = settings.ALERT_PENDING_HOURS
    hours *= CRITICAL_TIMES if severity == Severity.CRITICAL else 1
    words = {
        "order": name,
        "since": date_format(timezone.localtime(received), "SHORT_DATETIME_FORMAT"),
        "hours": hours,
    }
    if settings.WORKING_HOURS:
        sentence = ngettext(
            "%(order)s has waited for a decision since %(since)s, more than %(hours)d working"
            " hour: validate or reject it.",
            "%(order)s has waited for a decision since %(since)s, more than %(hours)d working"
            " hours: validate or reject it.",
            hours,
        )
    else:
        sentence = ngettext(
            "%(order)s has waited for a decision since %(since)s, more than %(hours)d hour:"
            " validate or reject it.",
            "%(order)s has waited for a decision since %(since)s, more than %(hours)d hours:"
            " validate or reject it.",
            hours,
        )
    return sentence % words


FAMILY = Family((Alert.Kind.PENDING_LONG,), find)
