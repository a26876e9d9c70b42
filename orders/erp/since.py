"""Orders that are not what the ERP knows of them: changed or cancelled after their validation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.models import Order, OrderEvent

if TYPE_CHECKING:
    from datetime import datetime

Kind = OrderEvent.Kind
# Whatever happened before was brought into the ERP by hand long ago.
LOOKED_BACK = timedelta(days=30)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Changed:
    """An order, when its customer changed or cancelled it, and what to do about it."""

    order: Order
    at: datetime
    sentence: str


def changed_since() -> list[Changed]:
    """Orders of the last days whose change no file holds, the newest change first; two queries.

    A validated order keeps its lines when a change is agreed, so the file has the old figures
    whether it was made before or is made after.
    """
    since = timezone.now() - LOOKED_BACK
    told = OrderEvent.objects.filter(kind__in=[Kind.CHANGED, Kind.CANCELLED], at__gte=since)
    orders = (
        Order.objects.filter(pk__in=told.values("order"))
        .filter(Q(status=Order.Status.VALIDATED) | Q(erp_exported__isnull=False))
        # Earlier orders came from the ERP.
        .exclude(method=Order.Method.IMPORT)
        .select_related("customer", "erp_exported")
        .prefetch_related(Prefetch("events", told.order_by("pk"), to_attr="told"))
    )
    found = [_changed(order, order.told[-1]) for order in orders]  # type: ignore[attr-defined]
    return sorted(found, key=lambda one: one.at, reverse=True)[:SHOWN]


def _changed(order: Order, event: OrderEvent) -> Changed:
    mark = getattr(order, "erp_exported", None)
    words = {"change": event.note, "file": mark.export_id if mark else ""}
    if order.status == Order.Status.REJECTED:
        sentence = _("It was given in file %(file)s and cancelled: cancel it in the ERP too.")
    elif mark is None:
        sentence = _("%(change)s Its file will have what was validated: complete its lines.")
    else:
        sentence = _("%(change)s File %(file)s has what was validated: check it in the ERP.")
    return Changed(order, event.at, sentence % words)
