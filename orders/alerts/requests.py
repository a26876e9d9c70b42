"""A change or cancellation that a customer asked for and nobody has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from orders.alerts import waiting
from orders.alerts.facts import Fact, Family, Scope, order_name
from orders.models import Alert, ChangeRequest, Order, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator


def find(scope: Scope) -> Iterator[Fact]:
    """Open change requests; one statement."""
    late = waiting.late_since(scope.now)
    requests = ChangeRequest.objects.filter(state=ChangeRequest.State.OPEN)
    rows = scope.among(requests, "order_id").values_list(
        "pk", "kind", "sentence", "message_id", "message__received_at", "order_id",
        "order__status", "order__number", "order__company", "order__contact_name",
    )  # fmt: skip
    for pk, kind, asked, message_id, received, order_id, status, *names in rows.iterator():
        # Goods of a validated order may be on their way.
        is_urgent = status == Order.Status.VALIDATED or received <= late
        name = order_name(*names) if order_id else ""
        yield Fact(
            key=f"{Alert.Kind.CHANGE_REQUEST}:{pk}",
            kind=Alert.Kind.CHANGE_REQUEST,
            severity=Severity.CRITICAL if is_urgent else Severity.WARNING,
            sentence=_sentence(kind, name, asked),
            fingerprint=f"{order_id}:{status}:{is_urgent:d}",
            order_id=order_id,
            message_id=message_id,
        )


def _sentence(kind: str, name: str, asked: str) -> str:
    words = {"order": name, "request": asked}
    if not name:
        return _("A customer asks to change an order: %(request)s Choose which one.") % words
    if kind == ChangeRequest.Kind.CANCELLATION:
        return _("%(order)s: the customer asks to cancel it. %(request)s Apply or dismiss.") % words
    return _("%(order)s: the customer asks for a change. %(request)s Apply or dismiss.") % words


FAMILY = Family((Alert.Kind.CHANGE_REQUEST,), find)
