"""What staff decide about many tickets at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from backoffice.core.admin import DialogForm, ModelAdmin, bulk_action
from backoffice.core.errors import DomainError
from support import workflow
from support.admin.ticket_decisions import AssignForm, CategoryForm, ReasonForm
from support.models import Draft

if TYPE_CHECKING:
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest

# Beside each ready draft of the list, "ticket:draft": what the person who approves has seen.
SHOWN = "shown"


class ShownForm(DialogForm):
    """Carries what the list showed over the page that asks."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[SHOWN].initial = ",".join(self.request.POST.getlist(SHOWN))


class TicketBulk(ModelAdmin):
    """Approve, assign, sort and close the selected tickets."""

    actions: Any = ("approve_selected", "assign_selected", "categorise_selected", "close_selected")

    def has_reply_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "reply")

    @bulk_action(
        gettext_lazy("Approve and send the drafts"),
        permissions=["reply"],
        question=gettext_lazy(
            "Send the replies as the list showed them? Tickets whose draft is not ready, or has"
            " changed since, are left."
        ),
        done=ngettext_lazy("%(count)d reply sent.", "%(count)d replies sent.", "count"),
        form=ShownForm,
    )
    def approve_selected(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> None:
        shown = dict(pair.split(":", 1) for pair in data[SHOWN].split(",") if ":" in pair)
        draft_id = shown.get(str(object_id), "")
        own = Draft.objects.filter(ticket=object_id)
        if not draft_id.isdecimal() or not own.filter(pk=draft_id).exists():
            told = _("The list showed no finished draft: open the ticket.")
            raise DomainError(told, code="not_shown")
        workflow.approve(int(draft_id), by=request.user)

    @bulk_action(
        gettext_lazy("Assign the selected tickets"),
        permissions=["assign"],
        question=gettext_lazy("Who answers these tickets?"),
        done=ngettext_lazy("%(count)d ticket assigned.", "%(count)d tickets assigned.", "count"),
        form=AssignForm,
    )
    def assign_selected(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> None:
        assignee = data["assignee"]
        workflow.assign(object_id, assignee.pk if assignee else None, by=request.user)

    @bulk_action(
        gettext_lazy("Change the category"),
        permissions=["categorise"],
        question=gettext_lazy(
            "What are these tickets about? The machine learns from it, and other replies are"
            " written."
        ),
        done=ngettext_lazy("%(count)d ticket sorted.", "%(count)d tickets sorted.", "count"),
        form=CategoryForm,
    )
    def categorise_selected(
        self, request: StaffRequest, object_id: int, data: dict[str, Any]
    ) -> None:
        workflow.change_category(object_id, data["category"].pk, by=request.user)

    @bulk_action(
        gettext_lazy("Close without a reply"),
        permissions=["close"],
        question=gettext_lazy("End these tickets without a reply?"),
        done=ngettext_lazy("%(count)d ticket closed.", "%(count)d tickets closed.", "count"),
        form=ReasonForm,
    )
    def close_selected(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> None:
        workflow.close(object_id, by=request.user, reason=data["reason"])
