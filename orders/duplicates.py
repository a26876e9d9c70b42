"""The same order sent twice: by e-mail and by WhatsApp, again an hour later, forwarded.

The second one becomes an order of its own, linked to the first by
``duplicate_of``: nothing a customer wrote is hidden, and one click decides. But
it cannot be validated while linked, counts in no total, and is put away without
a word to the customer, who would take the notice for a refusal.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.text import folded
from backoffice.messaging.models import Attachment
from crm.customers import SAME_NAME
from crm.names import likeness
from orders.models import Order, OrderEvent, OrderLine
from orders.sales import pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from decimal import Decimal

    from django.db.models import QuerySet

# The same goods in so short a time are the same wish.
SAME_LINES_WITHIN = timedelta(days=3)
# "kif dima" may well come every few days with the same goods.
SAME_RENEWAL_WITHIN = timedelta(hours=24)
# A purchase order's file is not used twice.
SAME_FILE_WITHIN = timedelta(days=60)
# "Please make it 4,000 instead" comes in the days after the order.
CORRECTED_WITHIN = timedelta(days=7)
# Advisory lock held while an order is marked as a copy.
_MARKING = int.from_bytes(b"orderdup")
_ORDER_FILES = ("pdf", "spreadsheet", "word", "xml")


def require_original(order: Order, original: Order | None) -> None:
    """Raise ``DomainError`` where ``order`` cannot be marked a copy of ``original``.

    Copies point at an original, never at another copy. Call it in the transaction that
    writes the mark: two people who mark two orders as each other's copy wait for each other.
    """
    if original is None:
        return
    _wait_for_others()
    now = Order.objects.select_related("duplicate_of").filter(pk=original.pk).first()
    if now is not None and now.duplicate_of is not None:
        sentence = _("%(number)s is itself marked as a duplicate: choose %(original)s.")
        words = {"number": now.number, "original": now.duplicate_of.number}
        raise DomainError(sentence % words, field="duplicate_of_id", value=now.pk)
    copy = order.duplicates.order_by("pk").first()
    if copy is not None:
        sentence = _(
            "%(copy)s is marked as a duplicate of %(number)s: clear that before %(number)s is"
            " marked as a duplicate itself."
        )
        words = {"copy": copy.number, "number": order.number}
        raise DomainError(sentence % words, field="duplicate_of_id", value=original.pk)


def original_of(order: Order, lines: Sequence[OrderLine], sent_at: datetime) -> Order | None:
    """The earlier order that this one repeats by mistake, or None.

    ``lines`` are those of ``order`` (saved or not). Orders that were rejected, or
    loaded from a history, are nobody's original; one that has copies is no copy.
    Several orders of one message are not copies of each other: who wants the same
    in two places says it twice. Call it in the transaction that writes the answer.
    """
    _wait_for_others()
    if order.pk is not None and order.duplicates.exists():
        return None
    earlier = (
        Order.objects.exclude(pk=order.pk)
        .exclude(pk__in=_kept_apart_from(order))
        .exclude(status=Order.Status.REJECTED)
        .exclude(method=Order.Method.IMPORT)
        .filter(duplicate_of__isnull=True)
        .annotate(placed_at=Coalesce("message__sent_at", "created_at"))
        .order_by(F("placed_at").asc(), "pk")
    )
    if order.message_id is not None:
        earlier = earlier.exclude(message=order.message_id)
    wanted = _goods(lines)
    same_file = _with_same_file(order)
    if same_file:
        near = earlier.filter(
            message__in=same_file,
            placed_at__range=(sent_at - SAME_FILE_WITHIN, sent_at + SAME_FILE_WITHIN),
        ).prefetch_related("lines__product")
        original = _of_same_file(near, wanted)
        if original is not None:
            return original
    within = SAME_RENEWAL_WITHIN if order.is_renewal else SAME_LINES_WITHIN
    candidates = earlier.filter(
        same_sender(order), placed_at__range=(sent_at - within, sent_at + within)
    ).prefetch_related("lines__product")
    for candidate in candidates if wanted else ():
        if _goods(candidate.lines.all()) == wanted and not _differ(order, candidate):
            return candidate
    return None


def _wait_for_others() -> None:
    """Hold back others who mark an order as a copy until we commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MARKING])


def _kept_apart_from(order: Order) -> QuerySet[OrderEvent, int]:
    """Ids of orders of which somebody said that they are no copies of this one."""
    edits = OrderEvent.objects.filter(kind=OrderEvent.Kind.EDITED)
    return edits.filter(changes__duplicate_of_id__0=order.pk).values_list("order_id", flat=True)


def _differ(order: Order, other: Order) -> bool:
    """Whether both say for whom or for when, and say it differently.

    One telephone may order for several firms.
    """
    if order.delivery_date and other.delivery_date and order.delivery_date != other.delivery_date:
        return True
    if order.customer_id and other.customer_id:
        return order.customer_id != other.customer_id
    firms = order.company, other.company
    return all(firms) and likeness(*firms) < SAME_NAME


def _with_same_file(order: Order) -> list[int]:
    """Ids of other messages that brought one of the same order forms."""
    if order.message_id is None:
        return []
    attached = Attachment.objects.filter(
        message=order.message_id, document__kind__in=_ORDER_FILES, document__isnull=False
    )
    read_in = _positions_read(order)
    files = (attached.filter(position__in=read_in) if read_in else attached).values("document")
    others = Attachment.objects.filter(document__in=files).exclude(message=order.message_id)
    return list(others.values_list("message_id", flat=True).distinct()[:50])


def _positions_read(order: Order) -> set[int]:
    """The files an order was read from: a message may bring another order in each."""
    places = (
        place["document"]
        for line in order.reading.get("lines", ())
        for place in line["quantity"]["evidence"]
    )
    keys = (document.partition(":") for document in places)
    return {int(position) for key, _colon, position in keys if key == "attachment"}


def _of_same_file(near: Iterable[Order], wanted: Counter[tuple[str, str, Decimal]]) -> Order | None:
    """The order of a file that came before; of several in one message the one with these goods."""
    found = list(near)
    if len({order.message_id for order in found}) < len(found):
        found = [order for order in found if _goods(order.lines.all()) == wanted]
    return found[0] if found else None


def others_waiting(order: Order, sent_at: datetime) -> list[str]:
    """Numbers of the sender's other orders of the last days that nobody has decided yet.

    The new one may correct one of them.
    """
    waiting = Order.objects.pending().filter(
        same_sender(order), message__sent_at__range=(sent_at - CORRECTED_WITHIN, sent_at)
    )
    if order.message_id is not None:
        waiting = waiting.exclude(message=order.message_id)
    known = {order.pk, order.duplicate_of_id}
    rows = waiting.order_by("pk").values_list("pk", "number")[:5]
    return [number for pk, number in rows if pk not in known]


def same_sender(order: Order) -> Q:
    """Condition for orders of the same customer, address, number or company."""
    same = Q(pk__in=[])
    if order.customer_id is not None:
        same |= Q(customer=order.customer_id)
    if order.email:
        same |= Q(email__iexact=order.email)
    if order.phone:
        same |= Q(phone=order.phone)
    if order.company:
        same |= Q(company__iexact=order.company)
    return same


def _goods(lines: Iterable[OrderLine]) -> Counter[tuple[str, str, Decimal]]:
    """What is ordered, whatever the order of the lines; thousands count as pieces."""
    return Counter(
        (
            line.product.sku if line.product else folded(line.description),
            "piece" if line.unit == OrderLine.Unit.MILLE else line.unit,
            pieces(line),
        )
        for line in lines
    )
