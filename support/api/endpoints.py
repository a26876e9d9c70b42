"""The support desk for programs, with the same functions and permissions as the admin.

No postponed annotations here: ninja's ``paginate`` looks them up in its own module.
"""

from collections import Counter
from dataclasses import asdict
from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from ninja.errors import ValidationError
from ninja.pagination import paginate

from backoffice.core.api import Page, require
from backoffice.core.errors import DomainError
from support import figures, workflow
from support.api import thread as api_thread
from support.api.inputs import (
    Approval,
    CategoryChoice,
    Closing,
    DraftRejection,
    Filters,
    MessageIn,
    PeriodFilter,
    Regeneration,
    Reply,
    ShopOrdersIn,
)
from support.api.schemas import SubmittedOut, TicketDetailOut, TicketOut, UpsertedOut
from support.incoming import intake
from support.models import Category, Draft, Ticket
from support.order_lookup import shop_orders
from support.refusals import DraftNotFound, StaleDraft, TicketNotFound

router = Router()
VIEW = "support.view_ticket"


@router.post(
    "/messages", response={200: SubmittedOut, 201: SubmittedOut}, operation_id="submit_message"
)
def submit_message(request: HttpRequest, body: MessageIn) -> Status[dict[str, Any]]:
    """Take in a customer's message: 201 where it is new, 200 where its external_id is known.

    The worker makes the ticket and its draft a moment later. A plain new order without an
    order_number goes to the order desk instead.
    """
    require(request, "support.add_ticket")
    message, created = intake.submit(source="api", **body.model_dump())
    ticket = intake.ticket_of(message)
    known = {"id": ticket.pk, "number": ticket.number, "status": ticket.status} if ticket else None
    answer = {"message_id": message.pk, "created": created, "desk": message.desk}
    return Status(201 if created else 200, answer | {"ticket": known})


@router.get("/tickets", response=list[TicketOut], operation_id="list_tickets")
@paginate(Page)
def list_tickets(request: HttpRequest, filters: Query[Filters]) -> QuerySet[Ticket]:
    """Tickets, the latest message first; ``status=open`` are those that wait for an answer."""
    require(request, VIEW)
    return filters.apply(_with_details()).order_by("-last_message_at", "-pk")


@router.get("/tickets/{row:ticket_id}", response=TicketDetailOut, operation_id="get_ticket")
def get_ticket(request: HttpRequest, ticket_id: int) -> dict[str, Any]:
    """One ticket with its thread, draft, history, and the order where it is the customer's own."""
    require(request, VIEW)
    return _detail(ticket_id)


@router.post(
    "/tickets/{row:ticket_id}/approve", response=TicketDetailOut, operation_id="approve_draft"
)
def approve_draft(request: HttpRequest, ticket_id: int, body: Approval) -> dict[str, Any]:
    """Send the draft that was read, or ``body`` in its place, and end the ticket.

    409 where the customer wrote again, another draft took its place, or somebody answered before.
    """
    require(request, "support.reply_ticket")
    draft = _draft_read(ticket_id, body.draft_id, body.revision)
    workflow.approve(draft.pk, by=_caller(request), body=body.body)
    return _detail(ticket_id)


@router.post("/tickets/{row:ticket_id}/reply", response=TicketDetailOut, operation_id="reply")
def reply(request: HttpRequest, ticket_id: int, body: Reply) -> dict[str, Any]:
    """Send a reply of your own and end the ticket; 409 where the customer wrote again."""
    workflow.reply(ticket_id, by=_caller(request), body=body.body, revision=body.revision)
    return _detail(ticket_id)


@router.post(
    "/tickets/{row:ticket_id}/reject-draft",
    response=TicketDetailOut,
    operation_id="reject_draft",
)
def reject_draft(request: HttpRequest, ticket_id: int, body: DraftRejection) -> dict[str, Any]:
    """Put the draft away; the ticket waits for a person's own reply."""
    require(request, "support.draft_ticket")
    draft = _draft_read(ticket_id, body.draft_id, body.revision)
    workflow.reject_draft(draft.pk, by=_caller(request), reason=body.reason)
    return _detail(ticket_id)


@router.post(
    "/tickets/{row:ticket_id}/regenerate",
    response=TicketDetailOut,
    operation_id="regenerate_draft",
)
def regenerate_draft(request: HttpRequest, ticket_id: int, body: Regeneration) -> dict[str, Any]:
    """Have another draft written; the worker writes it a moment later."""
    workflow.regenerate(ticket_id, by=_caller(request), **body.model_dump())
    return _detail(ticket_id)


@router.post(
    "/tickets/{row:ticket_id}/category",
    response=TicketDetailOut,
    operation_id="change_ticket_category",
)
def change_category(request: HttpRequest, ticket_id: int, body: CategoryChoice) -> dict[str, Any]:
    """Say what the ticket is about; the classifier learns it, and a new draft is written."""
    require(request, "support.categorise_ticket")
    workflow.change_category(ticket_id, _category_id(body.category), by=_caller(request))
    return _detail(ticket_id)


@router.post(
    "/tickets/{row:ticket_id}/close", response=TicketDetailOut, operation_id="close_ticket"
)
def close_ticket(request: HttpRequest, ticket_id: int, body: Closing) -> dict[str, Any]:
    """End the ticket without a reply."""
    workflow.close(ticket_id, by=_caller(request), reason=body.reason)
    return _detail(ticket_id)


@router.post(
    "/tickets/{row:ticket_id}/reopen", response=TicketDetailOut, operation_id="reopen_ticket"
)
def reopen_ticket(request: HttpRequest, ticket_id: int) -> dict[str, Any]:
    """Open an ended ticket again, with a new draft."""
    workflow.reopen(ticket_id, by=_caller(request))
    return _detail(ticket_id)


@router.put("/orders", response=UpsertedOut, operation_id="put_shop_orders")
def put_shop_orders(request: HttpRequest, body: ShopOrdersIn) -> dict[str, Any]:
    """Write the shop's orders by their number, all of them or none; sent again, nothing changes.

    422 names every bad row by its place in the list, counted from 0, and its field.
    """
    require(request, "support.import_shoporder")
    rows = [order.model_dump(exclude_unset=True) for order in body.orders]
    _refuse_repeats([row["number"] for row in rows])
    return asdict(shop_orders.upsert(rows))


@router.get("/stats", operation_id="support_stats")
def get_stats(request: HttpRequest, period: Query[PeriodFilter]) -> dict[str, Any]:
    """Backlog, first-response time, approvals, automatic answers and reopened tickets."""
    require(request, VIEW)
    return figures.summary(period.days(), channel=period.channel or "").as_dict()


def _caller(request: HttpRequest) -> User:
    return cast("User", request.user)


def _with_details() -> QuerySet[Ticket]:
    open_drafts = Draft.objects.filter(status__in=Draft.OPEN).only("ticket", "status", "revision")
    return Ticket.objects.select_related(
        "customer", "category", "assignee", "shop_order", "order"
    ).prefetch_related(Prefetch("drafts", open_drafts))


def _detail(ticket_id: int) -> dict[str, Any]:
    ticket = _with_details().filter(pk=ticket_id).first()
    if ticket is None:
        raise TicketNotFound(ticket_id)
    drafts = Draft.objects.select_related("category", "template", "asked_by", "decided_by")
    return {
        "ticket": ticket,
        "category_reasons": ticket.category_reasons,
        "thread": api_thread.said_in(ticket),
        "draft": drafts.filter(ticket=ticket, status__in=Draft.OPEN).first(),
        "order": api_thread.own_order(ticket),
        "events": ticket.events.select_related("actor"),
    }


def _draft_read(ticket_id: int, draft_id: int | None, revision: int | None) -> Draft:
    """The draft that the caller has read; one that nobody names may have been read by nobody."""
    if draft_id is None and revision is None:
        sentence = _("Say which draft you have read: give its id as draft_id, or its revision.")
        raise DomainError(sentence, code="missing", field="draft_id")
    ticket = Ticket.objects.filter(pk=ticket_id).first()
    if ticket is None:
        raise TicketNotFound(ticket_id)
    drafts = Draft.objects.filter(ticket=ticket)
    if draft_id is not None:
        draft = drafts.filter(pk=draft_id).first()
        if draft is None:
            raise DraftNotFound(draft_id)
    else:
        draft = drafts.filter(status__in=Draft.OPEN).first() or drafts.first()
        if draft is None:
            raise DraftNotFound(0)
    if revision is not None and revision != draft.revision:
        raise StaleDraft(ticket, revision)
    return draft


def _category_id(name: str) -> int:
    found = Category.objects.filter(is_active=True)
    row = found.filter(name__iexact=name.strip()).first() or found.filter(key=name).first()
    if row is None:
        known = ", ".join(found.values_list("name", flat=True))
        sentence = _("There is no category “%(name)s”: choose one of %(known)s.")
        words = {"name": name, "known": known}
        raise DomainError(sentence % words, code="unknown", field="category", value=name)
    return row.pk


def _refuse_repeats(numbers: list[str]) -> None:
    times = Counter(numbers)
    sentence = _("The order %(number)s stands in several rows: leave one of them.")
    errors = [
        {
            "field": f"orders.{index}.number",
            "value": number,
            "message": sentence % {"number": number},
            "code": "repeated",
        }
        for index, number in enumerate(numbers)
        if times[number] > 1
    ]
    if errors:
        raise ValidationError(errors)
