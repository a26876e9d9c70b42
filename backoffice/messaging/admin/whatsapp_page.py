"""The page on WhatsApp: how it is set up, whether it works, what went in and out by it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.pages import page, render
from backoffice.core.errors import DomainError
from backoffice.messaging import (
    line_checks,
    outbox,
    templating,
    trial,
    whatsapp_probe,
    whatsapp_state,
)
from backoffice.messaging.models import MessageTemplate, OutboundMessage

if TYPE_CHECKING:
    from collections.abc import Callable

    from backoffice.core.admin.staff import StaffRequest

VIEW = "messaging.view_inboundmessage"
CHECK = "messaging.process_inboundmessage"
SEND = "messaging.resend_outboundmessage"


def _template_choices() -> list[tuple[str, str]]:
    own = [("", _("Your own words"))]
    return own + [(str(row.pk), _template_name(row)) for row in trial.templates()]


def _template_name(row: MessageTemplate) -> str:
    occasion = templating.occasion(row.key)
    parts = [str(occasion.label) if occasion else row.key, row.language]
    return " · ".join([*parts, _("approved")] if row.content_sid else parts)


class TrialForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Number"), max_length=30, widget=UnfoldAdminTextInputWidget
    )
    template = forms.ChoiceField(
        label=gettext_lazy("What to send"),
        choices=_template_choices,
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy(
            "Own words reach only who wrote to us in the last 24 hours; an approved template, "
            "filled with example values, reaches everybody."
        ),
    )
    text = forms.CharField(
        label=gettext_lazy("Your own words"),
        required=False,
        max_length=1600,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "dir": "auto"}),
    )
    # Pressed twice, it is one message.
    key = forms.UUIDField(widget=forms.HiddenInput)


@page("messaging/whatsapp/", name="messaging_whatsapp", permission=VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def whatsapp(request: StaffRequest) -> HttpResponse:
    """A post does what its button says: check, send again, send a trial message."""
    form = None
    if request.method == "POST":
        form = _act(request)
        if form is None:
            return HttpResponseRedirect(reverse("admin:messaging_whatsapp"))
    may_send = request.user.has_perm(SEND)
    if form is None and may_send:
        form = TrialForm(initial={"key": uuid.uuid4()})
    return render(
        request,
        "admin/messaging/whatsapp.html",
        title="WhatsApp",
        settings=whatsapp_state.configuration(),
        cloud_settings=whatsapp_state.cloud_configuration(),
        cloud_url=whatsapp_state.cloud_webhook_url(),
        address_problem=whatsapp_probe.address_problem(),
        webhook_url=whatsapp_probe.webhook_url(),
        status_url=whatsapp_probe.status_url(),
        form=form,
        **_changing(request),
    )


@page("messaging/whatsapp/state/", name="messaging_whatsapp_state", permission=VIEW)
@require_safe
@never_cache
def whatsapp_news(request: StaffRequest) -> HttpResponse:
    """The part that changes; it asks for itself again while there is news to come.

    Whoever comes here by hand, after signing in again say, gets the whole page.
    """
    if "HX-Request" not in request.headers:
        return whatsapp(request)
    return TemplateResponse(request, "admin/messaging/whatsapp_state.html", _changing(request))


def _changing(request: StaffRequest) -> dict[str, object]:
    return {
        "state": whatsapp_state.state(request.user),
        "may_check": request.user.has_perm(CHECK),
        "may_send": request.user.has_perm(SEND),
        "may_see_sent": request.user.has_perm("messaging.view_outboundmessage"),
    }


def _act(request: StaffRequest) -> TrialForm | None:
    """Do what was asked; the form to be mended where it was a trial message that cannot go."""
    if "check" in request.POST:
        _require(request, CHECK)
        _tell(request, lambda: _check(request))
        return None
    _require(request, SEND)
    if "resend" in request.POST:
        _tell(request, lambda: _resend(request.POST["resend"]))
        return None
    return _try(request)


def _require(request: StaffRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _tell(request: StaffRequest, act: Callable[[], str]) -> None:
    try:
        messages.success(request, act())
    except DomainError as error:
        messages.add_message(request, refusal_level(error), str(error))


def _check(request: StaffRequest) -> str:
    if line_checks.ask_whatsapp(by=request.user):
        return _("WhatsApp is being checked.")
    return _("A check is under way already: here it is.")


def _resend(message_id: str) -> str:
    try:
        outbox.resend(int(message_id))
    except (ValueError, OverflowError, OutboundMessage.DoesNotExist) as error:
        raise DomainError(_("This message no longer exists."), code="gone") from error
    return _("The message is on its way.")


def _try(request: StaffRequest) -> TrialForm | None:
    form = TrialForm(request.POST)
    if not form.is_valid():
        return form
    data = form.cleaned_data
    try:
        trial.send(
            data["number"],
            text=data["text"],
            template_id=int(data["template"]) if data["template"] else None,
            key=str(data["key"]),
            by=request.user,
        )
    except DomainError as error:
        field = "text" if error.field == "body" else error.field
        form.add_error(field if field in form.fields else None, str(error))
        return form
    messages.success(request, _("The message is on its way: its state shows below."))
    return None
