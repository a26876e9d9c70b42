"""A customer who was not told what was decided about an order."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from backoffice.messaging.models import OutboundMessage
from orders.alerts.facts import Fact, Family, Scope, in_words, order_name
from orders.models import Alert, Order, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

Status = OutboundMessage.Status
STUCK = (Status.FAILED, Status.BLOCKED, Status.UNKNOWN)
ARRIVED = (Status.SENT, Status.DELIVERED, Status.READ)
# Whoever was not told for so long has learnt it otherwise.
FORGOTTEN = timedelta(days=60)


def find(scope: Scope) -> Iterator[Fact]:
    """Messages about orders that did not go out, and no later one did; two statements."""
    rows = list(_stuck(scope).values_list("pk", "status", "recipient", "error", "about_id"))
    orders = Order.objects.filter(pk__in={row[-1] for row in rows})
    names = {
        pk: order_name(*names)
        for pk, *names in orders.values_list("pk", "number", "company", "contact_name")
    }
    for pk, status, recipient, error, order_id in rows:
        if order_id in names:
            yield Fact(
                key=f"{Alert.Kind.NOTICE_FAILED}:notice:{pk}",
                kind=Alert.Kind.NOTICE_FAILED,
                severity=Severity.WARNING if status == Status.UNKNOWN else Severity.CRITICAL,
                sentence=_sentence(status, names[order_id], recipient, error),
                fingerprint=status,
                order_id=order_id,
                notice_id=pk,
            )


def _stuck(scope: Scope) -> QuerySet[OutboundMessage]:
    orders = ContentType.objects.get_for_model(Order)
    later = OutboundMessage.objects.filter(
        about_type=OuterRef("about_type"),
        about_id=OuterRef("about_id"),
        pk__gt=OuterRef("pk"),
        status__in=ARRIVED,
    )
    rows = OutboundMessage.objects.filter(
        ~Exists(later),
        about_type=orders,
        status__in=STUCK,
        created_at__gte=scope.now - FORGOTTEN,
    )
    return scope.among(rows, "about_id")


def _sentence(status: str, name: str, recipient: str, error: str) -> str:
    words = {"order": name, "recipient": recipient or "–", "reason": in_words(error)}
    if status == Status.UNKNOWN:
        return (
            _(
                "%(order)s: it is not known whether the message to %(recipient)s was sent. Ask the"
                " customer, or send it again."
            )
            % words
        )
    return (
        _(
            "%(order)s: the customer was not told at %(recipient)s. %(reason)s Tell them another"
            " way, or send the message again."
        )
        % words
    )


FAMILY = Family((Alert.Kind.NOTICE_FAILED,), find)
