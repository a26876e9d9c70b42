"""What staff decide on a ticket's page beside the reply: each is one function of the workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backoffice.core.admin import ActionVariant, Done, ModelAdmin, dialog_action
from backoffice.core.admin.ids import id_in
from support import workflow
from support.admin.ticket_forms import (
    AssignForm,
    CategoryForm,
    MergeForm,
    NoteForm,
    ReasonForm,
    RegenerateForm,
)
from support.drafting import requests
from support.incoming import to_orders
from support.models import Draft, Ticket, TicketMessage
from support.refusals import DraftNotFound, person

if TYPE_CHECKING:
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest


class TicketDecisions(ModelAdmin):
    """Write anew, put away, sort, assign, merge, close, reopen, note."""

    actions_detail = (
        "regenerate",
        "reject_draft",
        "change_category",
        "assign",
        "merge",
        "split",
        "is_order",
        "note",
        "close",
        "reopen",
    )

    # What is possible in the ticket's state the page decides; who comes late is told so.

    def has_draft_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "draft")

    def has_categorise_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "categorise")

    def has_assign_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "assign")

    def has_merge_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "merge")

    def has_close_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "close")

    def has_to_orders_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "view") and request.user.has_perm(to_orders.PERMISSION)

    def has_note_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "change")

    @dialog_action(
        gettext_lazy("Write anew"),
        permissions=["draft"],
        question=gettext_lazy("Have another reply written? This draft is put away."),
        form=RegenerateForm,
        icon="refresh",
        url_path="regenerate",
    )
    def regenerate(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        template = data["template"]
        workflow.regenerate(
            object_id,
            by=request.user,
            template_id=template.pk if template else None,
            tone=data["tone"],
            instructions=data["instructions"],
        )
        return Done(_("Another reply is being written."))

    @dialog_action(
        gettext_lazy("Reject draft"),
        permissions=["draft"],
        question=gettext_lazy("Put this draft away and write the reply by hand?"),
        form=ReasonForm,
        icon="delete",
        url_path="reject-draft",
    )
    def reject_draft(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        # The draft that the page showed; another one may stand there by now.
        shown = request.GET.get("draft", "")
        draft_id = shown_draft(shown, object_id) if shown else _open_draft_id(object_id)
        workflow.reject_draft(draft_id, by=request.user, reason=data["reason"])
        return Done(_("The draft is put away: write the reply by hand."))

    @dialog_action(
        gettext_lazy("Change category"),
        permissions=["categorise"],
        question=gettext_lazy(
            "What is this ticket about? The machine learns from it, and another reply is written."
        ),
        form=CategoryForm,
        icon="category",
        url_path="category",
    )
    def change_category(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        workflow.change_category(object_id, data["category"].pk, by=request.user)
        return Done(_("The category is now “%(name)s”.") % {"name": data["category"]})

    @dialog_action(
        gettext_lazy("Assign"),
        permissions=["assign"],
        question=gettext_lazy("Who answers this ticket?"),
        form=AssignForm,
        icon="person_add",
    )
    def assign(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        assignee = data["assignee"]
        workflow.assign(object_id, assignee.pk if assignee else None, by=request.user)
        if assignee is None:
            return Done(_("The ticket is assigned to nobody."))
        told = _("The ticket is assigned to %(name)s.") % {"name": person(assignee)}
        is_mine = assignee == request.user
        return Done(told, next_url="" if is_mine else self.next_url(request, object_id))

    @dialog_action(
        gettext_lazy("Merge"),
        permissions=["merge"],
        question=gettext_lazy("Put the messages of this ticket into which other one?"),
        form=MergeForm,
        icon="merge",
    )
    def merge(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        into = workflow.merge(object_id, int(data["number"]), by=request.user)
        told = _("The messages are now in %(number)s.") % {"number": into.number}
        return Done(told, next_url=reverse("admin:support_ticket_change", args=[into.pk]))

    @dialog_action(
        gettext_lazy("Separate"),
        permissions=["merge"],
        question=gettext_lazy("Give this message a ticket of its own?"),
        icon="call_split",
    )
    def split(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        chosen = request.GET.get("message", "")
        own = TicketMessage.objects.filter(ticket=object_id)
        message = own.filter(pk=id_in(chosen)).first()
        new = workflow.split(message.pk if message else 0, by=request.user)
        told = _("The message is now in %(number)s.") % {"number": new.number}
        return Done(told, next_url=reverse("admin:support_ticket_change", args=[new.pk]))

    @dialog_action(
        gettext_lazy("This is an order"),
        permissions=["to_orders"],
        question=gettext_lazy("Give this message to the order desk? It leaves this ticket."),
        submit=gettext_lazy("To the order desk"),
        icon="shopping_cart",
        url_path="order",
    )
    def is_order(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        following = self.next_url(request, object_id)
        chosen = id_in(request.GET.get("message", ""))
        stays = to_orders.hand_over(object_id, chosen, by=request.user)
        told = _("The order desk has the message now.")
        return Done(told, next_url="" if stays else following)

    @dialog_action(
        gettext_lazy("Note"),
        permissions=["note"],
        question=gettext_lazy("For colleagues; the customer never sees it."),
        form=NoteForm,
        icon="sticky_note_2",
    )
    def note(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        workflow.note(object_id, data["text"], by=request.user)
        return Done(_("The note is in the history."))

    @dialog_action(
        pgettext_lazy("ticket", "Close"),
        permissions=["close"],
        question=gettext_lazy("End this ticket without a reply?"),
        form=ReasonForm,
        icon="archive",
        variant=ActionVariant.DANGER,
    )
    def close(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        ticket = workflow.close(object_id, by=request.user, reason=data["reason"])
        told = _("%(number)s is closed without a reply.") % {"number": ticket.number}
        return Done(told, next_url=self.next_url(request, object_id))

    @dialog_action(
        gettext_lazy("Reopen"),
        permissions=["close"],
        question=gettext_lazy("Open this ticket again? Another reply is written."),
        icon="undo",
    )
    def reopen(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        ticket = workflow.reopen(object_id, by=request.user)
        return Done(_("%(number)s is open again.") % {"number": ticket.number})

    def next_url(self, request: StaffRequest, decided_id: int) -> str:
        """The ticket that has waited longest, else the list."""
        following = workflow.next_open(after=decided_id, by=request.user)
        if following is None:
            return reverse("admin:support_ticket_changelist")
        return reverse("admin:support_ticket_change", args=[following])


def shown_draft(shown: str, ticket_id: int) -> int:
    """The draft that a page of the ticket showed; ``DraftNotFound`` where it is not one of its."""
    draft_id = id_in(shown)
    if not Draft.objects.filter(pk=draft_id, ticket=ticket_id).exists():
        raise DraftNotFound(draft_id)
    return draft_id


def _open_draft_id(ticket_id: int) -> int:
    draft = requests.current(Ticket(pk=ticket_id))
    return draft.pk if draft else 0
