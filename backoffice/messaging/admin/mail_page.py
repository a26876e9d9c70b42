"""The page on which mail is fetched at once, and watched while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.pages import page, render
from backoffice.core.errors import DomainError
from backoffice.messaging import desks, mailbox_runs, mailbox_state, uploading

if TYPE_CHECKING:
    from backoffice.core.admin.staff import StaffRequest

VIEW = "messaging.view_inboundmessage"
FETCH = "messaging.process_inboundmessage"


@page("messaging/mail/", name="messaging_mail", permission=VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def mail(request: StaffRequest) -> HttpResponse:
    """A post fetches a ``mailbox``, or takes in ``files``, for who may."""
    if request.method == "POST":
        if not request.user.has_perm(FETCH):
            raise PermissionDenied
        act = _fetch if "mailbox" in request.POST else _upload
        act(request)
        return HttpResponseRedirect(reverse("admin:messaging_mail"))
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
    """The part of the page that changes; it asks for itself again while there is news to come.

    Whoever comes here by hand, after signing in again say, gets the whole page.
    """
    if "HX-Request" not in request.headers:
        return mail(request)
    context = {"state": mailbox_state.state(), "may_fetch": request.user.has_perm(FETCH)}
    return TemplateResponse(request, "admin/messaging/mail_state.html", context)


def _fetch(request: StaffRequest) -> None:
    try:
        _run, is_new = mailbox_runs.ask(request.POST["mailbox"], by=request.user)
    except DomainError as error:
        messages.add_message(request, refusal_level(error), str(error))
    else:
        if is_new:
            messages.success(request, _("The mailbox is being looked into."))
        else:
            messages.info(request, _("A look into this mailbox is under way already: here it is."))


def _upload(request: StaffRequest) -> None:
    files = request.FILES.getlist("files")
    try:
        run = uploading.take_in(files, desk=request.POST.get("desk", ""), by=request.user)
    except DomainError as error:
        messages.add_message(request, refusal_level(error), str(error))
        return
    told = ngettext(
        "%(count)d mail taken in, %(known)d known already.",
        "%(count)d mails taken in, %(known)d known already.",
        run.stored,
    )
    level = messages.WARNING if run.error else messages.SUCCESS
    words = told % {"count": run.stored, "known": run.known}
    messages.add_message(request, level, "\n".join(filter(None, [words, run.error])))
