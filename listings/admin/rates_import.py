"""The page that takes in a file of exchange rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice.core.admin.pages import page, render
from backoffice.core.admin.upload_form import UploadForm
from backoffice.core.errors import DomainError
from listings.market.rates import ecb_file, storing

if TYPE_CHECKING:
    from django.http import HttpResponse

    from backoffice.core.admin.staff import StaffRequest
    from listings.market.rates.storing import Outcome

PERMISSION = "listings.import_exchangerate"


class RatesForm(UploadForm):
    endings = (".csv", ".zip", ".txt")
    most = ecb_file.MAX_BYTES


@page("listings/rates/import/", name="listings_rates_import", permission=PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def import_rates(request: StaffRequest) -> HttpResponse:
    """The upload form; afterwards the list, or this page again with the cells that are bad."""
    if request.method != "POST":
        return _page(request, RatesForm())
    form = RatesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form)
    try:
        outcome = storing.load(form.cleaned_data["file"].read())
    except DomainError as error:
        form.add_error("file", str(error))
        return _page(request, form)
    level = messages.WARNING if outcome.wrong else messages.SUCCESS
    messages.add_message(request, level, " ".join(outcome.sentences()))
    if outcome.wrong:
        return _page(request, RatesForm(), outcome=outcome)
    return HttpResponseRedirect(reverse("admin:listings_exchangerate_changelist"))


def _page(
    request: StaffRequest, form: RatesForm, *, outcome: Outcome | None = None
) -> HttpResponse:
    more = outcome.wrong - len(outcome.problems) if outcome else 0
    return render(
        request,
        "admin/listings/rates/import.html",
        title=_("Import exchange rates"),
        form=form,
        outcome=outcome,
        more=more,
    )
