"""What staff decide on a listing's page: each is one function of the workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from backoffice.core.admin import ActionVariant, Done, ModelAdmin, dialog_action
from backoffice.core.admin.ids import id_in
from backoffice.core.errors import DomainError
from listings.admin.listing_dialogs import NoteForm
from listings.deciding import workflow
from listings.market import suspicions
from listings.models import Listing, Suspicion

if TYPE_CHECKING:
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest

Status = Listing.Status
# In which states a dialog makes sense; the workflow has the last word.
POSSIBLE: dict[str, frozenset[str]] = {
    "confirm": frozenset({Status.LIVE}),
    "hide": frozenset({Status.LIVE}),
    "mark_sold": frozenset({Status.LIVE, Status.HIDDEN}),
    "show": frozenset({Status.HIDDEN, Status.SOLD, Status.WITHDRAWN}),
}


class ListingDecisions(ModelAdmin):
    """Confirm, hide, show again, mark as sold, read again, put a suspicion aside."""

    actions_detail = ("confirm", "hide", "show", "mark_sold", "read_again", "dismiss")

    def has_decide_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "decide") and self.may(request, "view")

    def has_read_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "change") and self.may(request, "view")

    def has_dismiss_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        may_see = self.may(request, "view")
        return may_see and request.user.has_perm("listings.change_suspicion")

    @dialog_action(
        pgettext_lazy("listing", "Confirm"),
        permissions=["decide"],
        question=gettext_lazy("Is what was read from the message right?"),
        submit=gettext_lazy("It is right"),
        icon="check",
    )
    def confirm(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        listing = workflow.confirm(object_id, by=request.user)
        told = _("“%(listing)s” is confirmed.") % {"listing": listing}
        return Done(told, next_url=self.next_url(object_id))

    @dialog_action(
        pgettext_lazy("listing", "Hide"),
        permissions=["decide"],
        question=gettext_lazy("Take this listing off the market? Its open matches end."),
        form=NoteForm,
        icon="visibility_off",
    )
    def hide(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        listing = workflow.hide(object_id, by=request.user, note=data["note"])
        return Done(_("“%(listing)s” is off the market.") % {"listing": listing})

    @dialog_action(
        gettext_lazy("Put on the market again"),
        permissions=["decide"],
        question=gettext_lazy("Show this listing again? Matches are looked for anew."),
        icon="visibility",
    )
    def show(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        listing = workflow.show(object_id, by=request.user)
        return Done(_("“%(listing)s” is on the market again.") % {"listing": listing})

    @dialog_action(
        gettext_lazy("Mark as sold"),
        permissions=["decide"],
        question=gettext_lazy("Is this watch gone? Its open matches end."),
        icon="sell",
        url_path="sold",
    )
    def mark_sold(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        listing = workflow.mark_sold(object_id, by=request.user)
        return Done(_("“%(listing)s” is marked as sold.") % {"listing": listing})

    @dialog_action(
        gettext_lazy("Read again"),
        permissions=["read"],
        question=gettext_lazy(
            "Read the whole message anew, for all its listings? What people corrected stays."
        ),
        icon="refresh",
        url_path="read-again",
    )
    def read_again(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        found = len(workflow.read_again(object_id, by=request.user))
        told = ngettext(
            "Read again: the message speaks of %(count)d watch.",
            "Read again: the message speaks of %(count)d watches.",
            found,
        )
        return Done(told % {"count": found})

    @dialog_action(
        gettext_lazy("Nothing to it"),
        permissions=["dismiss"],
        question=gettext_lazy("Put this suspicion aside? It does not come back for these facts."),
        icon="done",
        variant=ActionVariant.DEFAULT,
    )
    def dismiss(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        chosen = id_in(request.GET.get("suspicion", ""))
        if not Suspicion.objects.filter(pk=chosen, listing=object_id).exists():
            told = _("Choose the suspicion on the listing's page.")
            raise DomainError(told, code="not_shown", field="suspicion", value=chosen)
        suspicions.dismiss(chosen, by=request.user)
        return Done(_("The suspicion is put aside."))

    def next_url(self, decided_id: int) -> str:
        """The next listing that nobody has confirmed, older than this one; else the list."""
        decided = Listing.objects.filter(pk=decided_id).values_list("offered_at", flat=True).first()
        waiting = Listing.objects.filter(status=Status.LIVE, reviewed_at=None)
        if decided is not None:
            waiting = waiting.filter(offered_at__lte=decided)
        following = waiting.exclude(pk=decided_id).values_list("pk", flat=True).first()
        if following is None:
            return reverse("admin:listings_listing_changelist") + "?queue=review"
        return reverse("admin:listings_listing_change", args=[following])
