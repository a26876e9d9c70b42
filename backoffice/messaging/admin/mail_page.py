"""The page on which mail is fetched at once, and watched while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.pages import page, render
from backoffice.core.errors import DomainError
from backoffice.messaging import desks, mailbox_runs, mailbox_state, uploading

if TYPE_CHECKING:
    from backoffice.core.admin.staff import StaffRequest

VIEW = "messaging.view_inboundmessage"
FETCH = "messaging.process_inboundmessage"


@page("messaging/mail/", name="messaging_mail", permission=VIEW)
@require_safe
@never_cache
def mail(request: StaffRequest) -> HttpResponse:
    return render(
        request,
        "admin/messaging/mail.html",
        title=_("Fetch mail"),
        state=mailbox_state.state(),
        may_fetch=request.user.has_perm(FETCH),
        desks=[(desk.name, desk.label) for desk in desks.all_desks()],
        most_mails=uploading.MAX_MAILS,
        most_bytes=uploading.MAX_BYTES,
    )


@page("messaging/mail/state/", name="messaging_mail_state", permission=VIEW)
@require_safe
@never_cache
def mail_state(request: StaffRequest) -> HttpResponse:
    """The part of the page that changes; it asks for itself again while there is news to come."""
    context = {"state": mailbox_state.state(), "may_fetch": request.user.has_perm(FETCH)}
    return TemplateResponse(request, "admin/messaging/mail_state.html", context)


@page("messaging/mail/fetch/", name="messaging_mail_fetch", permission=FETCH)
@require_POST
def fetch(request: StaffRequest) -> HttpResponse:
    try:
        _run, is_new = mailbox_runs.ask(request.POST.get("mailbox", ""), by=request.user)
    except DomainError as error:
        messages.add_message(request, refusal_level(error), str(error))
    else:
        if is_new:
            messages.success(request, _("The mailbox is being looked into."))
        else:
            messages.info(request, _("A look into this mailbox is under way already: here it is."))
    return _back()


@page("messaging/mail/upload/", name="messaging_mail_upload", permission=FETCH)
@require_POST
def upload(request: StaffRequest) -> HttpResponse:
    files = request.FILES.getlist("files")
    try:
        run = uploading.take_in(files, desk=request.POST.get("desk", ""), by=request.user)
    except DomainError as error:
        messages.add_message(request, refusal_level(error), str(error))
        return _back()
    told = ngettext(
        "%(count)d mail taken in, %(known)d known already.",
        "%(count)d mails taken in, %(known)d known already.",
        run.stored,
    )
    level = messages.WARNING if run.error else messages.SUCCESS
    words = told % {"count": run.stored, "known": run.known}
    messages.add_message(request, level, "\n".join(filter(None, [words, run.error])))
    return _back()


def _back() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:messaging_mail"))
