"""The ticket's own page: shown, its reply sent, and asked every few seconds what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.ids import id_in
from backoffice.core.errors import DomainError
from crm import panels
from support import workflow
from support.admin import ticket_page
from support.admin.ticket_decisions import TicketDecisions, shown_draft
from support.models import Draft, Ticket
from support.refusals import TicketNotOpen, clock

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    from backoffice.core.admin.staff import StaffRequest

# Longer texts are not kept for the editor: they could not be sent either.
KEPT = 50_000


class TicketReply(TicketDecisions):
    """The page with its editor; what was typed comes back where it could not be sent."""

    change_form_template = "admin/support/ticket/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        mine = [
            path("<int:ticket_id>/reply/", wrap(self.reply_view), name="support_ticket_reply"),
            path("<int:ticket_id>/state/", wrap(self.state_view), name="support_ticket_state"),
            path("<int:ticket_id>/next/", wrap(self.next_view), name="support_ticket_next"),
            path(
                "<int:ticket_id>/customer/",
                wrap(self.customer_view),
                name="support_ticket_customer",
            ),
        ]
        return [*mine, *super().get_urls()]

    @method_decorator(require_POST)
    def reply_view(self, request: StaffRequest, ticket_id: int) -> HttpResponse:
        """Send what the editor holds: the draft it showed, or a text written by hand."""
        if not (self.may(request, "reply") and self.may(request, "view")):
            raise PermissionDenied
        body = request.POST.get("body", "").replace("\r\n", "\n")
        draft_id, revision = (request.POST.get(name, "") for name in ("draft", "revision"))
        try:
            if draft_id:
                shown = shown_draft(draft_id, ticket_id)
                workflow.approve(shown, by=request.user, body=body)
            else:
                seen = id_in(revision)
                workflow.reply(ticket_id, by=request.user, body=body, revision=seen)
        except DomainError as error:
            messages.add_message(request, refusal_level(error), str(error.sentence))
            request.session[_key(ticket_id)] = body[:KEPT]
            return HttpResponseRedirect(reverse("admin:support_ticket_change", args=[ticket_id]))
        told = _("The reply to T-%(number)d is on its way.") % {"number": ticket_id}
        messages.success(request, told)
        return HttpResponseRedirect(self.next_url(request, ticket_id))

    @method_decorator(require_safe)
    @method_decorator(never_cache)
    def state_view(self, request: StaffRequest, ticket_id: int) -> HttpResponse:
        """What the page compares with what it shows; ``said`` tells a person what is new."""
        if not self.may(request, "view"):
            raise PermissionDenied
        ticket = get_object_or_404(Ticket, pk=ticket_id)
        open_drafts = ticket.drafts.filter(status__in=Draft.OPEN)
        draft_id, status = open_drafts.values_list("pk", "status").first() or (None, "")
        return JsonResponse(
            {
                "revision": ticket.revision,
                "is_open": ticket.is_open,
                "draft": draft_id,
                "draft_status": status,
                "said": _news(request, ticket),
            }
        )

    @method_decorator(require_safe)
    def next_view(self, request: StaffRequest, ticket_id: int) -> HttpResponse:
        """Leave this ticket for later and go to the one that has waited longest after it."""
        if not self.may(request, "view"):
            raise PermissionDenied
        return HttpResponseRedirect(self.next_url(request, ticket_id))

    @method_decorator(require_safe)
    def customer_view(self, request: StaffRequest, ticket_id: int) -> HttpResponse:
        """What every desk shows of the ticket's customer, for the fold on the page."""
        if not (self.may(request, "view") and request.user.has_perm("crm.view_customer")):
            raise PermissionDenied
        ticket = get_object_or_404(Ticket.objects.select_related("customer"), pk=ticket_id)
        shown = panels.for_customer(ticket.customer, request.user) if ticket.customer else []
        template = "admin/crm/customer/panels.html"
        return TemplateResponse(request, template, {"panels": shown})

    def render_change_form(  # type: ignore[override]
        self, request: StaffRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:  # noqa: ANN401 - Django's own
        ticket = kwargs.get("obj")
        if ticket is not None:
            typed = request.session.get(_key(ticket.pk))
            # Where somebody else ended the ticket the text waits for its reopening.
            if typed is not None and ticket.is_open:
                del request.session[_key(ticket.pk)]
            context |= ticket_page.context(request, ticket, typed)
            shown = context["editor"].draft_id
            actions = self.get_actions_detail(request, ticket.pk)  # type: ignore[attr-defined]
            context["dialogs"] = ticket_page.dialogs(actions, ticket, shown)
            # They stand beside what they are about, not in the page's head.
            context["actions_detail"] = []
            # The ticket has a history of its own, in words.
            context["show_history"] = False
        return super().render_change_form(request, context, *args, **kwargs)


def _key(ticket_id: int) -> str:
    return f"support-reply-{ticket_id}"


def _news(request: HttpRequest, ticket: Ticket) -> str:
    shown = id_in(request.GET.get("revision", ""))
    if 0 < shown < ticket.revision:
        words = {"when": clock(ticket.last_message_at)}
        return _("The customer wrote again at %(when)s.") % words
    if not ticket.is_open and ticket.ended_at:
        return str(TicketNotOpen(ticket).sentence)
    return _("Another draft stands here now.")
