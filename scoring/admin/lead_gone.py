"""Where the page of a lead leads to whose score went: archived, merged or erased in another tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _

from crm.models import Customer
from scoring.admin.lead_following import list_url, page_url
from scoring.models import LeadScore

if TYPE_CHECKING:
    from backoffice.core.admin.staff import StaffRequest


def answer(request: StaffRequest, customer_id: int | None) -> HttpResponseRedirect:
    """The page of the customer it was merged into, else the list; either says why."""
    known = Customer.objects.select_related("merged_into")
    customer = None if customer_id is None else known.filter(pk=customer_id).first()
    if customer is None:
        messages.warning(request, _("There is no such lead any more."))
        return HttpResponseRedirect(list_url(request))
    words = {"customer": customer, "kept": customer.merged_into}
    kept = customer.merged_into_id
    if kept is not None and LeadScore.objects.filter(pk=kept).exists():
        messages.warning(request, _("“%(customer)s” was merged into “%(kept)s”.") % words)
        return HttpResponseRedirect(page_url(request, kept))
    sentence = (
        _("“%(customer)s” is archived and has no score.")
        if customer.archived_at
        else _("“%(customer)s” has no score yet: customers are scored each night.")
    )
    messages.warning(request, sentence % words)
    return HttpResponseRedirect(list_url(request))
