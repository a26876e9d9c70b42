"""An order that looks like another one sent again, which nobody has put away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from orders.alerts import waiting
from orders.alerts.facts import RECEIVED_AT, Fact, Family, Scope, order_name
from orders.models import Alert, Order, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator


def find(scope: Scope) -> Iterator[Fact]:
    """Pending copies of orders that stand; one statement."""
    late = waiting.late_since(scope.now)
    copies = (
        Order.objects.pending()
        .filter(duplicate_of__isnull=False)
        .exclude(duplicate_of__status=Order.Status.REJECTED)
        .annotate(received=RECEIVED_AT)
    )
    rows = scope.among(copies).values_list(
        "pk", "received", "duplicate_of_id", "duplicate_of__number", "duplicate_of__status",
        "number", "company", "contact_name",
    )  # fmt: skip
    for pk, received, original_id, original, status, *names in rows.iterator():
        yield Fact(
            key=f"{Alert.Kind.DUPLICATE}:order:{pk}",
            kind=Alert.Kind.DUPLICATE,
            severity=Severity.WARNING if received <= late else Severity.INFO,
            sentence=_sentence(order_name(*names), original, status),
            fingerprint=f"{original_id}:{status}",
            order_id=pk,
        )


def _sentence(name: str, original: str, status: str) -> str:
    sentence = _(
        "%(order)s looks like %(original)s sent again, which waits as well: reject one of them, or"
        " keep both."
    )
    if status == Order.Status.VALIDATED:
        sentence = _(
            "%(order)s looks like %(original)s sent again, which is validated: reject it, or keep"
            " both."
        )
    return sentence % {"order": name, "original": original}


FAMILY = Family((Alert.Kind.DUPLICATE,), find)
