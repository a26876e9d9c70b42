"""Asking for the morning e-mail about leads, and asking not to get it any more.

The list of leads takes it in by ``class LeadScoreAdmin(MorningEmail, ...)`` and names both
buttons in its ``actions_list``: of the two, a person sees the one that changes something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.admin import Done, ModelAdmin, dialog_action
from scoring.moves import digest

if TYPE_CHECKING:
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest

    class _Asked(StaffRequest):
        gets_lead_email: bool


class MorningEmail(ModelAdmin):
    """The two buttons; one question to the database on each page of the list."""

    def has_subscribe_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        if not request.user.has_perm(digest.PERMISSION):
            return False
        return request.method == "POST" or not _is_subscribed(request)

    def has_unsubscribe_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        # Whoever may not see leads any more gets no e-mail, and no page with this button.
        if not request.user.has_perm(digest.PERMISSION):
            return False
        return request.method == "POST" or _is_subscribed(request)

    @dialog_action(
        gettext_lazy("Get the morning e-mail"),
        permissions=["subscribe"],
        question=gettext_lazy(
            "Be written to each morning about who became Hot and who cooled down? On days when"
            " nothing changed, no e-mail is sent."
        ),
        submit=gettext_lazy("Write to me"),
        icon="mark_email_read",
    )
    def subscribe(self, request: StaffRequest, _data: dict[str, Any]) -> Done:
        digest.subscribe(request.user)
        told = _("From the next morning on you are written to at %(address)s.")
        return Done(told % {"address": request.user.email})

    @dialog_action(
        gettext_lazy("No morning e-mail any more"),
        permissions=["unsubscribe"],
        question=gettext_lazy("Not be written to any more about leads?"),
        submit=gettext_lazy("Stop the e-mail"),
        icon="unsubscribe",
    )
    def unsubscribe(self, request: StaffRequest, _data: dict[str, Any]) -> Done:
        digest.unsubscribe(request.user)
        return Done(_("You are not written to any more about leads."))


def _is_subscribed(request: HttpRequest) -> bool:
    """Asked once per page: both buttons want to know."""
    asked = cast("_Asked", request)
    if not hasattr(asked, "gets_lead_email"):
        asked.gets_lead_email = digest.is_subscribed(asked.user)
    return asked.gets_lead_email
