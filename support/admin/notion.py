"""The page about Notion: whether it is set up, what was kept in step, what needs a person.

Nothing here asks Notion: the worker does, and the page shows what it found.
"""

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
@require_safe
@never_cache
def notion(request: StaffRequest) -> HttpResponse:
    return render(request, "admin/support/notion.html", title="Notion", **_changing(request))


@page("support/notion/state/", name="support_notion_state", permission=VIEW)
@require_safe
@never_cache
def notion_state(request: StaffRequest) -> HttpResponse:
    """The part that changes; it asks for itself again while a check is under way."""
    if "HX-Request" not in request.headers:
        return HttpResponseRedirect(reverse("admin:support_notion"))
    return TemplateResponse(request, "admin/support/notion_state.html", _changing(request))


@page("support/notion/check/", name="support_notion_check", permission=asking.PERMISSION)
@require_POST
def check(request: StaffRequest) -> HttpResponse:
    """Have the worker look at how the bases are made."""

    def ask() -> str:
        if asking.check(by=request.user):
            return _("Both bases are being looked at.")
        return _("A check is under way already.")

    return _done(request, ask)


@page("support/notion/synchronise/", name="support_notion_sync", permission=asking.PERMISSION)
@require_POST
def synchronise(request: StaffRequest) -> HttpResponse:
    """Have the worker look into both bases and write what waits, now."""

    def ask() -> str:
        asking.synchronise(by=request.user)
        return _("Both bases are being read, and what waits is written.")

    return _done(request, ask)


@page("support/notion/offer/", name="support_notion_offer", permission=asking.PERMISSION)
@require_POST
def offer(request: StaffRequest) -> HttpResponse:
    """Write the reply templates that are only here to Notion."""

    def ask() -> str:
        count = asking.offer_templates(by=request.user)
        told = ngettext(
            "%(count)d template is being written to Notion.",
            "%(count)d templates are being written to Notion.",
            count,
        )
        return told % {"count": count}

    return _done(request, ask)


@page(
    "support/notion/<int:page_id>/write/", name="support_notion_write", permission=asking.PERMISSION
)
@require_POST
def write_again(request: StaffRequest, page_id: int) -> HttpResponse:
    """Make a page anew that was removed there, or try again what failed."""

    def ask() -> str:
        asking.write_again(page_id, by=request.user)
        return _("The page is being written.")

    return _done(request, ask)


def _done(request: StaffRequest, ask: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, ask())
    except DomainError as error:
        messages.add_message(request, refusal_level(error), str(error))
    return HttpResponseRedirect(reverse("admin:support_notion"))


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
