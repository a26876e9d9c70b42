"""What staff decide about a change request: open -> applied | dismissed.

The order's row is locked first, then the request's, as wherever both are needed.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.utils import timezone, translation
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging import reading as message_reading
from orders import catalogue, editing, extraction, notices, workflow
from orders.changes import lines
from orders.changes.requests import set_order, tell_order
from orders.editing import LineInput
from orders.extraction.changes import changing
from orders.extraction.text import recalled
from orders.models import ChangeRequest, Order, OrderEvent, OrderLine
from orders.reading import Found, OrderReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User

    from orders.changes.lines import Change
    from orders.extraction.changes.changing import Asked
    from orders.reading import MessageKind

PERMISSION = "orders.apply_changerequest"
Kind, State = ChangeRequest.Kind, ChangeRequest.State
_OF_LINES = frozenset({"quantity", "unit", "product", "line"})


class ChangeNotFound(ObjectDoesNotExist, DomainError):
    """There is no change request with that id."""

    code = "not_found"

    def __init__(self, request_id: int) -> None:
        super().__init__(
            _("There is no such change request."), field="request_id", value=request_id
        )


class ChangeNotOpen(DomainError):
    """Somebody decided before; the sentence says who, what and when."""

    code = "not_open"
    conflict = True

    def __init__(self, request: ChangeRequest) -> None:
        who = request.decided_by
        words = {
            "state": request.get_state_display(),
            "who": (who.get_full_name() or who.get_username()) if who else "–",
            "when": date_format(timezone.localtime(request.decided_at), "SHORT_DATETIME_FORMAT"),
        }
        sentence = _("This request was already %(state)s by %(who)s (%(when)s).") % words
        super().__init__(sentence, field="state", value=request.state)


def apply(request_id: int, *, by: User, note: str = "") -> ChangeRequest:
    """Do what the customer asks for, and tell them where they have been told of the order.

    A pending order is edited, or rejected as cancelled. A validated one keeps its lines:
    a correction is noted in its history and confirmed to the customer; a cancellation
    rejects it and takes its sales back. Where no change could be read, staff edit the
    order themselves and say in ``note`` what was done.
    """
    note = note.strip()
    with transaction.atomic():
        request = _lock_open(request_id, by)
        order = request.order
        if order is None:
            raise DomainError(
                _("Choose the order that is meant first."), code="no_order", field="order"
            )
        if request.kind == Kind.CANCELLATION:
            note = _cancel(order, request, by=by) or note
        else:
            _correct(order, request, by=by, note=note)
        _decide(request, State.APPLIED, by=by, note=note)
    return request


def dismiss(request_id: int, *, by: User, reason: str) -> ChangeRequest:
    """Put the request away for a ``reason`` that staff read; the order stays as it is."""
    reason = reason.strip()
    with transaction.atomic():
        request = _lock_open(request_id, by)
        if not reason:
            raise DomainError(_("Say why nothing is changed."), code="required", field="reason")
        _decide(request, State.DISMISSED, by=by, note=reason)
    return request


def choose(request_id: int, order_id: int, *, by: User) -> ChangeRequest:
    """Say which order the customer means; the changes are put against its lines."""
    asked = _read_again(request_id)
    with transaction.atomic():
        request = _lock_open(request_id, by, or_order=order_id)
        order = Order.objects.filter(pk=order_id).first()
        if order is None:
            raise workflow.OrderNotFound(order_id)
        if request.order_id == order.pk:
            return request
        set_order(request, order, asked)
        request.note = ""
        request.save()
        tell_order(request, actor=by)
    return request


def open_requests(order: Order) -> list[ChangeRequest]:
    """What the customer asks to change in the order and nobody has decided yet."""
    return list(order.change_requests.filter(state=State.OPEN).order_by("pk"))


def _lock_open(request_id: int, by: User, *, or_order: int | None = None) -> ChangeRequest:
    """The request and its order, locked; ``or_order`` is locked beside them."""
    if not by.has_perm(PERMISSION):
        raise PermissionDenied(
            _("This takes the permission “%(permission)s”.") % {"permission": PERMISSION}
        )
    order_id = (
        ChangeRequest.objects.filter(pk=request_id).values_list("order_id", flat=True).first()
    )
    ids = [pk for pk in (order_id, or_order) if pk is not None]
    locked = Order.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    order = {one.pk: one for one in locked}.get(order_id or 0)
    request = ChangeRequest.objects.select_for_update(no_key=True).filter(pk=request_id).first()
    if request is None:
        raise ChangeNotFound(request_id)
    if request.state != State.OPEN:
        raise ChangeNotOpen(request)
    if request.order_id != order_id:
        error = DomainError(_("Somebody chose another order meanwhile."), code="changed_meanwhile")
        error.conflict = True
        raise error
    request.order = order
    return request


def _decide(request: ChangeRequest, state: ChangeRequest.State, *, by: User, note: str) -> None:
    request.state, request.note = state, note
    request.decided_by, request.decided_at = by, timezone.now()
    request.save(update_fields=["state", "note", "decided_by", "decided_at"])


# --- cancellations ---


def _cancel(order: Order, request: ChangeRequest, *, by: User) -> str:
    """Cancel the order; the sentence says what there was nothing left to do about, if so."""
    if order.status == Order.Status.REJECTED:
        return _("%(number)s was rejected before.") % {"number": order.number}
    day = date_format(timezone.localtime(request.message.sent_at), "SHORT_DATE_FORMAT")
    reason = _("Cancelled by the customer on %(day)s.") % {"day": day}
    workflow.cancel(order.pk, by=by, reason=reason)
    return ""


# --- corrections ---


def _correct(order: Order, request: ChangeRequest, *, by: User, note: str) -> None:
    if order.status == Order.Status.REJECTED:
        raise DomainError(
            _("%(number)s is rejected: there is nothing to change. Dismiss the request.")
            % {"number": order.number},
            code="rejected",
            field="order",
        )
    changes = lines.from_json(request.changes)
    is_clear = bool(changes) and all(change.is_clear for change in changes)
    if not is_clear and not note:
        raise DomainError(
            _(
                "What exactly is to change could not be read. Change the order by hand, then"
                " say here what was done."
            ),
            code="unclear",
            field="note",
        )
    if order.status == Order.Status.PENDING:
        if is_clear:
            _edit(order, changes, by=by)
        return
    with translation.override(notices.locale_of(order)):
        told = "\n".join(f"- {lines.sentence(change)}" for change in changes) if is_clear else note
    OrderEvent.objects.create(
        order=order, kind=OrderEvent.Kind.CHANGED, actor=by, note=note or request.sentence
    )
    notices.queue_change(order, told, key=f"change:{request.pk}", by=by)


def _edit(order: Order, changes: Sequence[Change], *, by: User) -> None:
    values: dict[str, Any] = {}
    for change in changes:
        if change.field == "delivery_date":
            values["delivery_date"] = parse_date(change.after or "")
        if change.field == "notes":
            values["notes"] = "\n".join(filter(None, [order.notes, change.after]))
    wanted: dict[int, LineInput | None] = {
        line.pk: editing.as_input(line) for line in order.lines.select_related("product")
    }
    _change_lines(order, changes, wanted)
    kept = [line for line in wanted.values() if line is not None] + _added(changes)
    is_about_lines = any(change.field in _OF_LINES for change in changes)
    workflow.edit(order.pk, by=by, changes=values, lines=kept if is_about_lines else None)


def _change_lines(
    order: Order, changes: Sequence[Change], wanted: dict[int, LineInput | None]
) -> None:
    """Write the changes into ``wanted``, by line; a line that is taken out becomes None."""
    now = list(order.lines.select_related("product"))
    for change in changes:
        if change.line is None:
            continue
        line = lines.line_now(now, change)
        if line is None:
            raise _changed_since()
        before = wanted[line.pk]
        wanted[line.pk] = _changed(before, line, change) if before else None


def _changed(wanted: LineInput, line: OrderLine, change: Change) -> LineInput | None:
    if change.field == "line" or change.after is None:
        return None
    if change.field == "quantity":
        return replace(wanted, quantity=Decimal(change.after), total=None)
    if change.field == "unit":
        price = _price_per(change.after, line)
        return replace(wanted, unit=change.after, unit_price=price, total=None)
    # Other goods have another price, which somebody has to say.
    return replace(
        wanted, product=change.sku, description=change.after, unit_price=None, total=None
    )


def _added(changes: Sequence[Change]) -> list[LineInput]:
    return [
        LineInput(
            product=change.sku,
            description=change.product,
            quantity=Decimal(change.after),
            unit=change.unit or OrderLine.Unit.PIECE,
        )
        for change in changes
        if change.field == "line" and change.line is None and change.after
    ]


def _changed_since() -> DomainError:
    error = DomainError(
        _(
            "The order's lines were changed since. Check what is asked, change the order by hand,"
            " then dismiss the request and say what was done."
        ),
        code="changed_meanwhile",
    )
    error.conflict = True
    return error


def _price_per(unit: str, line: OrderLine) -> Decimal | None:
    """The price in another unit: pieces and thousands convert, nothing else does."""
    if line.unit_price is None:
        return None
    if (line.unit, unit) == (OrderLine.Unit.MILLE, OrderLine.Unit.PIECE):
        return line.unit_price / 1000
    if (line.unit, unit) == (OrderLine.Unit.PIECE, OrderLine.Unit.MILLE):
        return line.unit_price * 1000
    return None


# --- the message once more ---


def _read_again(request_id: int) -> Asked | None:
    """What the request's message asks for, as read without the order."""
    request = ChangeRequest.objects.select_related("message").filter(pk=request_id).first()
    if request is None:
        raise ChangeNotFound(request_id)
    content = message_reading.content_of(request.message)
    content = recalled.without_ours(content, extraction.our_company())
    kind: MessageKind = "cancellation" if request.kind == Kind.CANCELLATION else "change"
    as_known = OrderReading(
        kind=Found(kind, 1.0), is_order=Found(value=False), is_renewal=Found(value=False)
    )
    found = changing.read(content, as_known, catalogue.current())
    same = [asked for asked in found if asked.kind == request.kind]
    return next(iter(same or found), None)
