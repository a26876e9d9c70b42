"""The page about Notion: whether it is set up, what was kept in step, what needs a person.

Nothing here asks Notion: the worker does, and the page shows what it found.
"""

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
from support.models import NotionPage
from support.notion import asking
from support.notion.state import State, state

if TYPE_CHECKING:
    from collections.abc import Callable

    from backoffice.core.admin.staff import StaffRequest

VIEW = "support.view_notionpage"
Status = NotionPage.Status
# In this order, with the colour that calls for a look.
_COUNTED = (
    (Status.IN_STEP, ""),
    (Status.WAITING, ""),
    (Status.WORKING, ""),
    (Status.FAILED, "danger"),
    (Status.REMOVED, "warning"),
)


@page("support/notion/", name="support_notion", permission=VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def notion(request: StaffRequest) -> HttpResponse:
    """A post does what its button says; the worker does the rest."""
    if request.method == "POST":
        _act(request)
        return HttpResponseRedirect(reverse("admin:support_notion"))
    return render(request, "admin/support/notion.html", title="Notion", **_changing(request))


@page("support/notion/state/", name="support_notion_state", permission=VIEW)
@require_safe
@never_cache
def notion_state(request: StaffRequest) -> HttpResponse:
    """The part that changes; it asks for itself again while a check is under way.

    Whoever comes here by hand, after signing in again say, gets the whole page.
    """
    if "HX-Request" not in request.headers:
        return notion(request)
    return TemplateResponse(request, "admin/support/notion_state.html", _changing(request))


def _act(request: StaffRequest) -> None:
    act = next((act for name, act in _ACTIONS.items() if name in request.POST), None)
    if not request.user.has_perm(asking.PERMISSION):
        raise PermissionDenied
    if act is None:
        return
    try:
        messages.success(request, act(request))
    except DomainError as error:
        messages.add_message(request, refusal_level(error), str(error))


def _check(request: StaffRequest) -> str:
    if asking.check(by=request.user):
        return _("Both bases are being looked at.")
    return _("A check is under way already.")


def _synchronise(request: StaffRequest) -> str:
    asking.synchronise(by=request.user)
    return _("Both bases are being read, and what waits is written.")


def _offer(request: StaffRequest) -> str:
    count = asking.offer_templates(by=request.user)
    told = ngettext(
        "%(count)d template is being written to Notion.",
        "%(count)d templates are being written to Notion.",
        count,
    )
    return told % {"count": count}


def _write(request: StaffRequest) -> str:
    asking.write_again(request.POST["write"], by=request.user)
    return _("The page is being written.")


_ACTIONS: dict[str, Callable[[StaffRequest], str]] = {
    "check": _check,
    "synchronise": _synchronise,
    "offer": _offer,
    "write": _write,
}


def _changing(request: StaffRequest) -> dict[str, object]:
    found = state()
    return {
        "state": found,
        "bases": [_shown(found, number) for number in range(len(found.bases))],
        "troubled": [_trouble(row) for row in found.troubled],
        "may_change": request.user.has_perm(asking.PERMISSION),
    }


def _shown(found: State, number: int) -> dict[str, object]:
    base = found.bases[number]
    counts = [
        {"label": status.label, "count": base.counts.get(status, 0), "tone": tone}
        for status, tone in _COUNTED
    ]
    return {"base": base, "counts": [one for one in counts if one["count"] or not one["tone"]]}


def _trouble(row: NotionPage) -> dict[str, object]:
    if row.ticket is not None:
        address = reverse("admin:support_ticket_change", args=[row.ticket.pk])
        title = f"{row.ticket.number} {row.ticket.name or row.ticket.email}"
    elif row.template is not None:
        address = reverse("admin:support_replytemplate_change", args=[row.template.pk])
        title = row.template.name
    else:
        address, title = "", str(row)
    return {"row": row, "address": address, "title": title}
