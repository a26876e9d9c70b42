"""The queue of the support desk: who waits, for how long, about what, and with which reply."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import CharField, OuterRef, Prefetch, Subquery
from django.db.models.functions import Left
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RelatedCheckboxFilter

from backoffice.core.admin import ExportAdmin, display
from backoffice.core.admin.filters import DayRangeFilter
from support.admin.ticket_bulk import SHOWN, TicketBulk
from support.admin.ticket_filters import (
    QUEUE,
    HasAttention,
    Queue,
    Spoken,
    names_others,
    queue_tabs,
)
from support.admin.ticket_forms import DIGITS
from support.admin.ticket_page import age_tone, level_of
from support.admin.ticket_reply import TicketReply
from support.admin.waiting_filter import Waits
from support.drafting.gaps import gaps
from support.models import Draft, Ticket, TicketMessage
from support.refusals import person
from support.sheets.ticket_sheet import TicketResource

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

DRAFT_COLOURS = {
    "ready": "success",
    "gaps": "warning",
    "waiting": "info",
    "writing": "info",
    "failed": "danger",
}
# Characters of the last message and of the draft in a row of the list.
BEGINNING = 110
_NUMBER = re.compile(r"^\s*t-?\s*(\d{1,18})\s*$", re.IGNORECASE)


@admin.register(Ticket)
class TicketAdmin(TicketReply, TicketBulk, ExportAdmin):
    resource_classes: ClassVar = [TicketResource]
    list_display = (
        "display_number",
        "display_customer",
        "display_subject",
        "display_category",
        "display_waiting",
        "display_draft",
        "display_assignee",
    )
    list_display_links = ("display_number", "display_subject")
    list_filter = (
        Queue,
        ("status", ChoicesCheckboxFilter),
        ("category", RelatedCheckboxFilter),
        ("channel", ChoicesCheckboxFilter),
        Spoken,
        HasAttention,
        Waits,
        ("opened_at", DayRangeFilter),
    )
    list_select_related = ("customer", "category", "assignee")
    list_prefetch_related: ClassVar = (
        Prefetch("drafts", Draft.objects.filter(status__in=Draft.OPEN), to_attr="open_drafts"),
    )
    search_fields = (
        "name",
        "email",
        "phone",
        "subject",
        "order_number",
        "customer__search_name",
    )
    search_help_text = gettext_lazy("Number (T-12), customer, e-mail, subject or order number")
    fields = ()
    list_before_template = "admin/support/ticket/queues.html"

    class Media:
        css: ClassVar = {"all": ["support/ticket.css"]}
        js: ClassVar = ["support/ticket.js"]

    # --- who may what ---

    def has_add_permission(self, *_request: object) -> bool:
        return False

    def has_change_permission(self, *_request: object, **_obj: object) -> bool:
        """Everything that changes a ticket is a decision of its own."""
        return False

    def has_delete_permission(self, *_request: object, **_obj: object) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Ticket | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return self.may(request, "view")

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        tickets: QuerySet[Ticket] = super().get_queryset(request)
        last = TicketMessage.objects.filter(
            ticket=OuterRef("pk"), kind=TicketMessage.Kind.MESSAGE
        ).order_by("-message__sent_at", "-pk")
        words = Left("text", BEGINNING * 2, output_field=CharField())
        return tickets.annotate(last_words=Subquery(last.values(words=words)[:1]))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        tabs = queue_tabs(request)
        answer: HttpResponse = super().changelist_view(
            request, {**(extra_context or {}), "queue_tabs": tabs}
        )
        return answer

    def get_ordering(self, request: HttpRequest) -> tuple[str, str]:
        """Who has waited longest comes first; of what is answered the latest."""
        is_history = request.GET.get(QUEUE) in {"answered", "all"} or names_others(request)
        return ("-last_message_at", "-pk") if is_history else ("last_message_at", "pk")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """As Django's, and a number is the ticket's too: "T-12"; "12" may be an order as well."""
        named = _NUMBER.match(search_term)
        if named:
            return queryset.filter(pk=named[1]), False
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        bare = search_term.strip()
        if bare.isdecimal() and len(bare) <= DIGITS:
            found |= queryset.filter(pk=bare)
        return found, may_repeat

    @display(description=gettext_lazy("Ticket"), ordering="opened_at")
    def display_number(self, ticket: Ticket) -> str:
        return format_html(
            '<span class="ticket-first">{}</span>'
            '<span class="ticket-status" data-status="{}">{}</span>',
            ticket.number,
            ticket.status,
            ticket.get_status_display(),
        )

    @display(description=gettext_lazy("Customer"), ordering="name")
    def display_customer(self, ticket: Ticket) -> str:
        name = ticket.name or (str(ticket.customer) if ticket.customer else "")
        address = ticket.email or ticket.phone or ticket.user_id
        return _two_lines(name or address, address if name else "")

    @display(description=gettext_lazy("Message"), ordering="subject")
    def display_subject(self, ticket: Ticket) -> str:
        words = " ".join((ticket.last_words or "").split())  # type: ignore[attr-defined]
        return _two_lines(
            ticket.subject or _("(no subject)"), _short(words), attention=ticket.attention
        )

    @display(description=gettext_lazy("Category"), ordering="category__position")
    def display_category(self, ticket: Ticket) -> str:
        if ticket.category is None:
            return format_html('<span class="ticket-faint">{}</span>', _("not read yet"))
        by_person = ticket.category_method == Ticket.Method.PERSON
        return format_html(
            '<span class="ticket-category" data-tone="{}">{}</span>'
            '<span class="ticket-second">{}</span>',
            "success" if by_person else level_of(ticket.category_confidence),
            ticket.category.name,
            _("chosen by a person")
            if by_person
            else f"{round(ticket.category_confidence * 100)} %",
        )

    @display(description=gettext_lazy("Waiting"), ordering="last_message_at")
    def display_waiting(self, ticket: Ticket) -> str:
        return format_html(
            '<time class="ticket-age" data-tone="{}" datetime="{}">{}</time>'
            '<span class="ticket-second">{}</span>',
            age_tone(ticket),
            ticket.last_message_at.isoformat(),
            timesince(ticket.last_message_at, depth=1),
            ticket.get_channel_display(),
        )

    @display(description=gettext_lazy("Assigned to"), ordering="assignee")
    def display_assignee(self, ticket: Ticket) -> str:
        return person(ticket.assignee) if ticket.assignee else "–"

    @display(description=gettext_lazy("Reply"))
    def display_draft(self, ticket: Ticket) -> str:
        """What would be sent, in its first words; the hidden field says what was seen."""
        drafts: list[Draft] = getattr(ticket, "open_drafts", [])
        if not drafts or not ticket.is_open:
            return "–"
        draft = drafts[0]
        is_ready = draft.status == Draft.Status.READY
        has_gaps = is_ready and bool(gaps(draft.body))
        return format_html(
            '<span class="ticket-draft" data-tone="{}">{}</span>'
            '<span class="ticket-second" dir="auto">{}</span>{}',
            DRAFT_COLOURS["gaps" if has_gaps else draft.status],
            _("to complete") if has_gaps else draft.get_status_display(),
            _short(" ".join(draft.body.split())) if is_ready else "",
            format_html('<input type="hidden" name="{}" value="{}:{}">', SHOWN, ticket.pk, draft.pk)
            if is_ready
            else "",
        )


def _short(text: str) -> str:
    return text if len(text) <= BEGINNING else f"{text[: BEGINNING - 1]}…"


def _two_lines(first: object, second: object, *, attention: str = "") -> str:
    mark = (
        format_html(
            '<span class="material-symbols-outlined ticket-warn" title="{}">warning</span> ',
            attention,
        )
        if attention
        else ""
    )
    return format_html(
        '<span class="ticket-first" dir="auto">{}{}</span>'
        '<span class="ticket-second" dir="auto">{}</span>',
        mark,
        first,
        second,
    )
