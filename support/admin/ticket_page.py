"""What a ticket's page shows beside the thread: the draft, the person, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.timesince import timesince

from backoffice.messaging import outbox, window
from backoffice.messaging.models import WHATSAPPS
from support import sending
from support.admin.ticket_thread import left_out, thread
from support.models import Draft, Language, Snippet, Ticket, TicketEvent
from support.order_lookup import order_facts
from support.refusals import ENDINGS, person
from support.tiles import LATE_SECONDS, SLOW_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backoffice.core.admin.staff import StaffRequest
    from support.admin.ticket_thread import Said
    from support.order_lookup.order_facts import OrderFacts

# Orders and earlier tickets on the page; the customer's own page has all of them.
SHOWN = 5
OPEN_ONLY = (
    "regenerate",
    "reject_draft",
    "change_category",
    "assign",
    "merge",
    "split",
    "is_order",
    "close",
)
LEVELS = ((0.8, "success"), (0.5, "warning"), (0.0, "danger"))


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """An order of the person's own; ``is_asked`` where the ticket is about it."""

    facts: OrderFacts
    is_asked: bool
    link: str


@dataclass(frozen=True, slots=True)
class Editor:
    """The reply as it stands in the editor, and how it would leave."""

    body: str
    draft_id: int | None
    revision: int
    # "waiting", "ready", "failed", or "" where there is none.
    state: str
    address: sending.Address
    most: int
    is_late: bool
    # What was drafted, where ``body`` is a person's text that was not sent.
    drafted: str

    @property
    def is_whatsapp(self) -> bool:
        return self.address.channel in WHATSAPPS

    @property
    def is_being_written(self) -> bool:
        return self.state == "waiting"


def level_of(confidence: float) -> str:
    """The colour of a confidence."""
    return next(tone for least, tone in LEVELS if confidence >= least)


def context(request: StaffRequest, ticket: Ticket, typed: str | None) -> dict[str, Any]:
    """All that the page's template needs; ``typed`` is a text that was refused just now."""
    drafts = ticket.drafts.filter(status__in=Draft.OPEN).select_related("template", "category")
    draft = drafts.first()
    events = list(ticket.events.select_related("actor"))
    ending = None if ticket.is_open else _ending(events)
    languages = dict(Language.choices)
    said = thread(ticket)
    return {
        "ticket": ticket,
        "draft": draft,
        "editor": _editor(ticket, draft, typed),
        "unsent": "" if ticket.is_open else typed or "",
        "thread": said,
        "left_out": left_out(ticket, said),
        "undelivered": _undelivered(said),
        # One of several messages of the customer may get a ticket of its own.
        "may_separate": sum(one.is_asking for one in said) > 1,
        "events": events,
        "has_notes": any(event.kind == TicketEvent.Kind.NOTE for event in events),
        "ending": ending,
        "ending_person": person(ending.actor) if ending and ending.actor else "",
        "orders": _orders(ticket),
        "earlier": _earlier(ticket),
        "customer_link": _customer_link(request, ticket),
        "unconfirmed": _unconfirmed(ticket),
        "confidence_tone": "success"
        if ticket.category_method == Ticket.Method.PERSON
        else level_of(ticket.category_confidence),
        "confidence_percent": round(ticket.category_confidence * 100),
        "age_tone": age_tone(ticket),
        "waited": timesince(ticket.last_message_at, depth=1),
        "assignee_name": person(ticket.assignee) if ticket.assignee else "",
        "language_label": languages.get(ticket.language, ticket.language),
        "draft_language": languages.get(draft.language, draft.language) if draft else "",
        "draft_facts": draft.facts if draft else {},
        "attention": ticket.attention.splitlines(),
        "remarks": draft.notes.splitlines() if draft else [],
        "snippets": _snippets(ticket) if ticket.is_open else [],
        "may_reply": request.user.has_perm("support.reply_ticket"),
    }


def age_tone(ticket: Ticket) -> str:
    """The colour of how long an open ticket has waited."""
    if not ticket.is_open:
        return ""
    age = (timezone.now() - ticket.last_message_at).total_seconds()
    return "danger" if age > LATE_SECONDS else "warning" if age > SLOW_SECONDS else ""


def dialogs(
    actions: Iterable[Any], ticket: Ticket, draft_id: int | None
) -> dict[str, dict[str, Any]]:
    """The page's dialogs by name, of those the person may open, in the ticket's state."""
    found = {}
    for action in actions:
        name = action.action_name.removeprefix("support_ticket_")
        is_possible = name == "note" or (name in OPEN_ONLY) == ticket.is_open
        if not is_possible or (name == "reject_draft" and draft_id is None):
            continue
        if name == "reopen" and ticket.merged_into_id:
            continue
        link = reverse(f"admin:{action.action_name}", args=[ticket.pk])
        if name == "reject_draft":
            link += f"?draft={draft_id}"
        found[name] = {"title": action.description, "icon": action.icon, "path": link}
    return found


def _undelivered(said: list[Said]) -> str:
    """Why our last answer did not arrive; empty where it did, or may still."""
    ours = [one for one in said if one.is_ours]
    return (ours[-1].problem or ours[-1].state) if ours and ours[-1].tone == "danger" else ""


def _ending(events: list[TicketEvent]) -> TicketEvent | None:
    return next((event for event in reversed(events) if event.kind in ENDINGS), None)


def _editor(ticket: Ticket, draft: Draft | None, typed: str | None) -> Editor:
    state = draft.status if draft else ""
    if state in {Draft.Status.WAITING, Draft.Status.WRITING}:
        state = "waiting"
    drafted = draft.body if draft and draft.status == Draft.Status.READY else ""
    address = sending.address_of(ticket)
    is_whatsapp = address.channel in WHATSAPPS
    return Editor(
        body=drafted if typed is None else typed,
        draft_id=draft.pk if draft and draft.status == Draft.Status.READY else None,
        revision=ticket.revision,
        state=state,
        address=address,
        most=outbox.longest_body(address.channel) or sending.MOST,
        is_late=is_whatsapp and not window.is_open(address.recipient, address.channel),
        drafted="" if typed is None or typed == drafted else drafted,
    )


def _orders(ticket: Ticket) -> list[ShownOrder]:
    """Their own, that of the ticket first."""
    asked = {("shop", ticket.shop_order_id), ("desk", ticket.order_id)}
    orders = [
        ShownOrder(facts, (facts.source, facts.pk) in asked, _order_link(facts))
        for facts in order_facts.of_person(order_facts.reader_of(ticket), _reader(ticket))
    ]
    return sorted(orders, key=lambda order: not order.is_asked)


def _unconfirmed(ticket: Ticket) -> str:
    """That nobody has said that the address is the customer's; empty where it is known."""
    customer = ticket.customer
    if customer is None or order_facts.reader_of(ticket) is not None:
        return ""
    return order_facts.unconfirmed(customer)


def _reader(ticket: Ticket) -> str:
    """The e-mail address that the answer goes to; none where it goes by WhatsApp."""
    return "" if ticket.channel in WHATSAPPS else ticket.email


def _order_link(facts: OrderFacts) -> str:
    name = "support_shoporder" if facts.source == "shop" else "orders_order"
    try:
        return reverse(f"admin:{name}_change", args=[facts.pk])
    except NoReverseMatch:
        return ""


def _earlier(ticket: Ticket) -> list[Ticket]:
    same = Q(pk__in=())
    if ticket.customer_id:
        same |= Q(customer=ticket.customer_id)
    if reader := _reader(ticket):
        same |= Q(email=reader)
    others = Ticket.objects.filter(same).exclude(pk=ticket.pk).select_related("category")
    return list(others.order_by("-last_message_at", "-pk")[: SHOWN + 1])


def _customer_link(request: StaffRequest, ticket: Ticket) -> str:
    if ticket.customer_id is None or not request.user.has_perm("crm.view_customer"):
        return ""
    return reverse("admin:crm_customer_change", args=[ticket.customer_id])


def _snippets(ticket: Ticket) -> list[dict[str, str]]:
    """Those in the customer's language first."""
    rows = sorted(Snippet.objects.all(), key=lambda row: row.language != ticket.language)
    return [
        {"title": row.title, "language": row.get_language_display(), "body": row.body}
        for row in rows
    ]
