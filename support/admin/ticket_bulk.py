"""What staff decide about many tickets at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from backoffice.core.admin import DialogForm, ModelAdmin, bulk_action
from backoffice.core.admin.ids import id_in
from backoffice.core.errors import DomainError
from support import workflow
from support.admin.ticket_forms import AssignForm, CategoryForm, ReasonForm
from support.models import Draft

if TYPE_CHECKING:
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest

# Beside each ready draft of the list, "ticket:draft": what the person who approves has seen.
SHOWN = "shown"


class ShownDrafts(forms.HiddenInput):
    """The hidden field, and above it the replies in full: what is confirmed can be read."""

    def render(
        self,
        name: str,
        value: Any,  # noqa: ANN401 - Django's own
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,  # noqa: ANN401 - Django's own
    ) -> SafeString:
        hidden = super().render(name, value, attrs, renderer)
        ids = map(id_in, pairs(value).values())
        drafts = Draft.objects.filter(pk__in=ids).select_related("ticket").order_by("ticket_id")
        shown = render_to_string("admin/support/ticket/shown_drafts.html", {"drafts": drafts})
        return mark_safe(shown + hidden)  # noqa: S308 - both come from templates that escape


def pairs(shown: str | None) -> dict[str, str]:
    """What the list showed: the draft of each ticket, by their ids as text."""
    return dict(pair.split(":", 1) for pair in (shown or "").split(",") if ":" in pair)


class ShownForm(DialogForm):
    """Carries what the list showed over the page that asks."""

    shown = forms.CharField(required=False, widget=ShownDrafts)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Those of the chosen tickets only: the list posts every row's.
        chosen = set(self.request.POST.getlist(ACTION_CHECKBOX_NAME))
        posted = self.request.POST.getlist(SHOWN)
        everywhere = self.request.POST.get("select_across") == "1"
        kept = [pair for pair in posted if everywhere or pair.partition(":")[0] in chosen]
        self.fields[SHOWN].initial = ",".join(kept)


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
        draft_id = id_in(pairs(data[SHOWN]).get(str(object_id), ""))
        if not Draft.objects.filter(ticket=object_id, pk=draft_id).exists():
            told = _("The list showed no finished draft: open the ticket.")
            raise DomainError(told, code="not_shown")
        workflow.approve(draft_id, by=request.user)

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
