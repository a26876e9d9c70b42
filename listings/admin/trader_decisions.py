"""What staff decide about a trader, and the answer they write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldBooleanSwitchWidget

from backoffice.core.admin import ActionVariant, DialogForm, Done, ModelAdmin, dialog_action
from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.ids import id_in
from backoffice.core.errors import DomainError
from listings.people import blocking, erasing, reopening, traders

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    from backoffice.core.admin.staff import StaffRequest

# Longer texts are not kept for the box: they could not be sent either.
KEPT = 10_000
_TOKEN = 40


class EraseForm(DialogForm):
    confirmed = forms.BooleanField(
        label=gettext_lazy("I know that nobody can bring these data back."),
        widget=UnfoldBooleanSwitchWidget(),
    )


class TraderDecisions(ModelAdmin):
    """Block, let in again, erase, answer."""

    actions_detail = ("block", "unblock", "erase")

    def has_block_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "change") and self.may(request, "view")

    def has_erase_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "erase") and self.may(request, "view")

    @dialog_action(
        pgettext_lazy("trader", "Block"),
        permissions=["block"],
        question=gettext_lazy(
            "Keep what this trader offers out of the market? Their open matches end; messages"
            " still come in."
        ),
        icon="block",
    )
    def block(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        trader = blocking.block(object_id, by=request.user)
        return Done(_("%(name)s is blocked: the offers are off the market.") % {"name": trader})

    @dialog_action(
        gettext_lazy("Unblock"),
        permissions=["block"],
        question=gettext_lazy("Let this trader's offers count again?"),
        icon="undo",
    )
    def unblock(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        trader = blocking.unblock(object_id, by=request.user)
        return Done(_("%(name)s is in the market again.") % {"name": trader})

    @dialog_action(
        gettext_lazy("Erase personal data"),
        permissions=["erase"],
        question=gettext_lazy(
            "Erase this trader's name, addresses, messages and files for good? What they offered"
            " stays in the market's figures, nameless. This cannot be undone."
        ),
        submit=gettext_lazy("Erase for good"),
        form=EraseForm,
        icon="delete_forever",
        variant=ActionVariant.DANGER,
    )
    def erase(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        erasing.erase(object_id, by=request.user)
        return Done(_("The trader's personal data are erased."))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.reply_view)
        mine = [path("<int:trader_id>/reply/", view, name="listings_trader_reply")]
        return [*mine, *super().get_urls()]

    @method_decorator(require_POST)
    def reply_view(self, request: StaffRequest, trader_id: int) -> HttpResponse:
        """Send what the box holds, or the chosen template; refused text comes back."""
        if not (self.may(request, "write") and self.may(request, "view")):
            raise PermissionDenied
        body = request.POST.get("body", "").replace("\r\n", "\n").replace("\0", "")
        token = request.POST.get("token", "")[:_TOKEN]
        page = reverse("admin:listings_trader_change", args=[trader_id])
        key = f"trader:{trader_id}:{token}"
        try:
            if not token.isalnum():
                told = _("This page is no longer valid: load it again, then send.")
                raise DomainError(told, code="no_token", field="token")  # noqa: TRY301 - one way to tell
            if "template" in request.POST:
                chosen = id_in(request.POST.get("template", ""))
                reopening.write(trader_id, chosen, key=key, by=request.user)
            else:
                traders.write(trader_id, body, key=key, by=request.user)
        except DomainError as error:
            messages.add_message(request, refusal_level(error), str(error.sentence))
            request.session[session_key(trader_id)] = body[:KEPT]
            return HttpResponseRedirect(page)
        messages.success(request, _("The message is on its way."))
        return HttpResponseRedirect(page)


def session_key(trader_id: int) -> str:
    """Where a refused text waits for its page."""
    return f"listings-reply-{trader_id}"
