"""A total that its lines do not add up to, with or without tax."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from orders import checks
from orders.alerts.facts import NOT_A_COPY, Fact, Family, Scope, order_name
from orders.models import Alert, Order, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

# A gap of more than half of the total: a digit or a line is missing.
CRITICAL_GAP = 0.5


def find(scope: Scope) -> Iterator[Fact]:
    """Pending orders whose stated total does not follow from their lines; one statement."""
    orders = Order.objects.pending().filter(NOT_A_COPY, total__isnull=False)
    rows = scope.among(orders).order_by("pk").values_list(
        "pk", "total", "currency", "number", "company", "contact_name", "lines__total"
    )  # fmt: skip
    for (pk, total, currency, *names), lines in groupby(rows.iterator(), lambda row: row[:-1]):
        added = checks.total_mismatch(total, [line[-1] for line in lines])
        if added is not None:
            yield _fact(pk, total, added, currency, order_name(*names))


def _fact(pk: int, total: Decimal, added: Decimal, currency: str, name: str) -> Fact:
    is_critical = abs(added - total) > total * type(total)(CRITICAL_GAP)
    sentence = _(
        "%(order)s: the total %(total)s does not match the lines, which add up to %(sum)s"
        " %(currency)s, with no usual tax rate: ask the customer which is right."
    )
    words = {
        "order": name,
        "total": number_format(total, 2, force_grouping=True),
        "sum": number_format(added, 2, force_grouping=True),
        "currency": currency,
    }
    return Fact(
        key=f"{Alert.Kind.TOTAL_MISMATCH}:order:{pk}",
        kind=Alert.Kind.TOTAL_MISMATCH,
        severity=Severity.CRITICAL if is_critical else Severity.WARNING,
        sentence=sentence % words,
        fingerprint=f"{total}:{added}",
        order_id=pk,
    )


FAMILY = Family((Alert.Kind.TOTAL_MISMATCH,), find)
