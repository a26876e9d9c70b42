"""Orders for programs, with the same functions and permissions as the admin.

No postponed annotations here: ninja's ``paginate`` looks them up in its own module.
"""

from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.pagination import paginate

from backoffice.core import stats
from backoffice.core.api import Page, authentication, require
from backoffice.core.errors import DomainError
from backoffice.core.models import ApiKey
from backoffice.messaging import mailbox_tasks, mailboxes
from backoffice.messaging.models import InboundMessage
from orders import workflow
from orders.api_schemas import (
    Filters,
    MailboxesOut,
    OrderDetailOut,
    OrderOut,
    OrderPatch,
    Rejection,
)
from orders.models import Order

router = Router()
VIEW = "orders.view_order"
UNREAD = (InboundMessage.Status.RECEIVED, InboundMessage.Status.PROCESSING)


@router.get("/orders", response=list[OrderOut], operation_id="list_orders")
@paginate(Page)
def list_orders(request: HttpRequest, filters: Query[Filters]) -> QuerySet[Order]:
    """Orders, newest first."""
    require(request, VIEW)
    return filters.apply(Order.objects.with_details().defer("reading"))


@router.get("/orders/{row:order_id}", response=OrderDetailOut, operation_id="get_order")
def get_order(request: HttpRequest, order_id: int) -> Order:
    """One order with what was read where, and its history."""
    require(request, VIEW)
    return _detail(order_id)


@router.post("/orders/{row:order_id}/validate", response=OrderOut, operation_id="validate_order")
def validate_order(request: HttpRequest, order_id: int) -> Order:
    """Accept a pending order and tell the customer; 409 where it was decided before."""
    return _answer(workflow.validate(order_id, by=_caller(request)))


@router.post("/orders/{row:order_id}/reject", response=OrderOut, operation_id="reject_order")
def reject_order(request: HttpRequest, order_id: int, body: Rejection) -> Order:
    """Refuse a pending order for a reason that the customer reads."""
    return _answer(workflow.reject(order_id, by=_caller(request), reason=body.reason))


@router.post("/orders/{row:order_id}/update", response=OrderOut, operation_id="update_order")
def update_order(request: HttpRequest, order_id: int, body: OrderPatch) -> Order:
    """Change fields of a pending order; ``lines``, where given, replace all its lines."""
    return _answer(workflow.edit(order_id, by=_caller(request), **body.edits()))


@router.post("/process-emails", response=MailboxesOut, operation_id="process_emails")
def process_emails(request: HttpRequest) -> dict[str, Any]:
    """Have the worker fetch and read new mail now, once however often it is asked for."""
    require(request, "messaging.process_inboundmessage")
    queued = mailboxes.configured()
    if not queued:
        sentence = _("No mailbox is configured: set ORDERS_IMAP_USER and ORDERS_IMAP_PASSWORD.")
        raise DomainError(sentence, code="not_configured")
    for mailbox in queued:
        mailbox_tasks.ask(mailbox)
    unread = InboundMessage.objects.filter(status__in=UNREAD).count()
    return {"queued": queued, "unread": unread}


# Two of the systems replaced had this address: a key of either will do.
@router.get("/stats", operation_id="stats", auth=authentication("orders", "scoring"))
def get_stats(request: HttpRequest) -> dict[str, Any]:
    """What the lead scores come from, and the figures of every app the caller may see."""
    key = getattr(request, "auth", None)
    return stats.collect(_caller(request), key if isinstance(key, ApiKey) else None)


def _caller(request: HttpRequest) -> User:
    return cast("User", request.user)


def _answer(order: Order) -> Order:
    return Order.objects.with_details().get(pk=order.pk)


def _detail(order_id: int) -> Order:
    order = (
        Order.objects.with_details().prefetch_related("events__actor").filter(pk=order_id).first()
    )
    if order is None:
        raise workflow.OrderNotFound(order_id)
    return order
