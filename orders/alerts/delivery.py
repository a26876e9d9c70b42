"""A delivery date that is near or past.

What was delivered is not recorded anywhere. So the alert of a validated order with a past date
asks, and ends when somebody resolves it, or by itself ``ALERT_DELIVERED_DAYS`` after the date.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from orders.alerts.facts import NOT_A_COPY, Fact, Family, Scope, order_name
from orders.models import Alert, Order, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind, Status = Alert.Kind, Order.Status


def find(scope: Scope) -> Iterator[Fact]:
    """Orders with a delivery date in the next days or behind us; one statement."""
    today = timezone.localdate(scope.now)
    soon = today + timedelta(days=settings.ALERT_DELIVERY_DAYS)
    forgotten = today - timedelta(days=settings.ALERT_DELIVERED_DAYS)
    due = Q(status=Status.PENDING, delivery_date__lte=soon)
    due |= Q(status=Status.VALIDATED, delivery_date__range=(forgotten, soon))
    orders = scope.among(Order.objects.filter(due, NOT_A_COPY).exclude(method=Order.Method.IMPORT))
    rows = orders.values_list("pk", "status", "delivery_date", "number", "company", "contact_name")
    for pk, status, day, *names in rows.iterator():
        yield _fact(pk, status, day, order_name(*names), today)


def _fact(pk: int, status: str, day: date, name: str, today: date) -> Fact:
    is_past = day < today
    severity, sentence = _words(is_past=is_past, is_pending=status == Status.PENDING)
    kind = Kind.DELIVERY_PAST if is_past else Kind.DELIVERY_NEAR
    return Fact(
        key=f"{kind}:order:{pk}",
        kind=kind,
        severity=severity,
        sentence=sentence % {"order": name, "date": date_format(day, "DATE_FORMAT")},
        fingerprint=f"{status}:{day}",
        order_id=pk,
    )


def _words(*, is_past: bool, is_pending: bool) -> tuple[Severity, str]:
    if is_past and is_pending:
        return Severity.CRITICAL, _(
            "%(order)s was to be delivered on %(date)s and is still not decided: decide it, and"
            " agree on another date with the customer."
        )
    if is_past:
        return Severity.WARNING, _(
            "%(order)s was to be delivered on %(date)s: resolve this alert if it was, else agree"
            " on another date with the customer."
        )
    if is_pending:
        return Severity.WARNING, _(
            "%(order)s is to be delivered on %(date)s and is not decided yet: validate or reject"
            " it."
        )
    return Severity.INFO, _(
        "%(order)s is to be delivered on %(date)s: see to it that it leaves in time."
    )


FAMILY = Family((Kind.DELIVERY_NEAR, Kind.DELIVERY_PAST), find)
