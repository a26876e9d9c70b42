"""What staff decide about matches, one at a time or many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from backoffice.core.admin import DialogForm, Done, ReadOnlyModelAdmin, bulk_action, dialog_action
from listings import tasks
from listings.matching import rematch, tiles, workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest


class NoteForm(DialogForm):
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("For colleagues; the traders never see it."),
        widget=UnfoldAdminTextInputWidget(),
    )


class FinishForm(NoteForm):
    ends_both = forms.BooleanField(
        label=gettext_lazy("Mark the watch as sold and hide the search"),
        required=False,
        initial=True,
        widget=UnfoldBooleanWidget(),
    )


class MatchDecisions(ReadOnlyModelAdmin):
    """Dismiss, finish, take back; look for all matches anew."""

    actions = ("dismiss_selected",)
    actions_detail = ("finish", "dismiss", "reopen")
    actions_list = ("rematch",)

    def has_decide_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "decide") and self.may(request, "view")

    @dialog_action(
        pgettext_lazy("match", "Done"),
        permissions=["decide"],
        question=gettext_lazy("Have the two come to terms?"),
        form=FinishForm,
        icon="handshake",
    )
    def finish(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        ends_both = bool(data["ends_both"]) and request.user.has_perm("listings.decide_listing")
        workflow.finish(object_id, by=request.user, note=data["note"], ends_both=ends_both)
        return Done(_("The match is done."))

    @dialog_action(
        pgettext_lazy("match", "Dismiss"),
        permissions=["decide"],
        question=gettext_lazy("Does nothing come of it? The two are not proposed again."),
        form=NoteForm,
        icon="close",
    )
    def dismiss(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        workflow.dismiss(object_id, by=request.user, note=data["note"])
        return Done(_("The match is dismissed."), next_url=self.next_url(object_id))

    @dialog_action(
        pgettext_lazy("match", "Open again"),
        permissions=["decide"],
        question=gettext_lazy("Take the decision back?"),
        icon="undo",
    )
    def reopen(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        workflow.reopen(object_id, by=request.user)
        return Done(_("The match is open again."))

    @dialog_action(
        gettext_lazy("Match everything anew"),
        permissions=["decide"],
        question=gettext_lazy(
            "All searches are compared with all offers once more, in the background. This is done"
            " each night by itself."
        ),
        icon="refresh",
    )
    def rematch(self, _request: StaffRequest, _data: dict[str, Any]) -> Done:
        rematch.request()
        return Done(_("All searches are being matched anew in the background."))

    @bulk_action(
        gettext_lazy("Dismiss the selected matches"),
        permissions=["decide"],
        question=gettext_lazy("These pairs are not proposed again."),
        submit=pgettext_lazy("match", "Dismiss"),
        form=NoteForm,
        done=ngettext_lazy("%(count)d match dismissed.", "%(count)d matches dismissed.", "count"),
        task=tasks.dismiss_match,
    )
    def dismiss_selected(
        self, request: StaffRequest, object_id: int, data: Mapping[str, Any]
    ) -> None:
        workflow.dismiss(object_id, by=request.user, note=str(data["note"]))

    def next_url(self, decided_id: int) -> str:
        """The best match that nobody has looked at yet; else the list."""
        following = tiles.waiting().exclude(pk=decided_id).values_list("pk", flat=True).first()
        if following is None:
            return reverse("admin:listings_match_changelist")
        return reverse("admin:listings_match_change", args=[following])
