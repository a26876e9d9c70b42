"""What staff do about a lead: note a call or an e-mail, have it scored again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice.core.admin import DialogForm, Done, ModelAdmin, dialog_action
from backoffice.core.errors import DomainError
from scoring.admin.lead_following import WALK, next_url
from scoring.leads import handling, rescoring
from scoring.models import LeadScore

if TYPE_CHECKING:
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest


class NoteForm(DialogForm):
    note = forms.CharField(
        label=gettext_lazy("What came of it"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("It stands in the contact history of the customer."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class LeadDecisions(ModelAdmin):
    """Each is one function of the domain; opened from the page of a lead, the next one follows."""

    actions_detail = ("call_done", "email_done", "score_again")

    def has_contact_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "contact") and self.may(request, "view")

    def has_compute_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "compute") and self.may(request, "view")

    @dialog_action(
        gettext_lazy("Call done"),
        permissions=["contact"],
        question=gettext_lazy(
            "The call is written into the contact history; the lead rests for some days."
        ),
        submit=gettext_lazy("Note the call"),
        form=NoteForm,
        icon="call",
    )
    def call_done(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        return self._done(request, object_id, "call", data["note"])

    @dialog_action(
        gettext_lazy("E-mail done"),
        permissions=["contact"],
        question=gettext_lazy(
            "The e-mail is written into the contact history; the lead rests for some days."
        ),
        submit=gettext_lazy("Note the e-mail"),
        form=NoteForm,
        icon="mail",
    )
    def email_done(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        return self._done(request, object_id, "email", data["note"])

    def _done(self, request: StaffRequest, customer_id: int, channel: str, note: str) -> Done:
        # Before it rests: after that it stands in the list no more.
        after = next_url(self, request, customer_id) if WALK in request.GET else ""
        contact = handling.handle(customer_id, channel=channel, by=request.user, note=note)
        told = (
            _("The call to %(name)s is noted.")
            if channel == "call"
            else _("The e-mail to %(name)s is noted.")
        )
        return Done(told % {"name": contact.customer}, next_url=after)

    @dialog_action(
        gettext_lazy("Score again"),
        permissions=["compute"],
        question=gettext_lazy(
            "The lead is scored as of now, with the version in use. This is done by itself each"
            " night, and a minute or two after something happened."
        ),
        icon="refresh",
    )
    def score_again(self, _request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        rescoring.rescore([object_id])
        lead = LeadScore.objects.select_related("customer").filter(pk=object_id).first()
        if lead is None:
            # Archived or merged since the page was opened.
            sentence = _("There is no such lead any more.")
            raise DomainError(sentence, code="not_found", value=object_id)
        return Done(
            _("%(name)s has %(score)d points.") % {"name": lead.customer, "score": lead.score}
        )
