"""The desk's figures on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.core.admin.pages import page, render
from backoffice.core.admin.period_form import PeriodForm
from backoffice.core.kept import KeptBy
from listings import figures as desk

if TYPE_CHECKING:
    from django.http import HttpResponse

    from backoffice.core.admin.staff import StaffRequest
    from backoffice.core.figures.period import Period

# A year of a large desk takes a second and more to count.
_counted = KeptBy(desk.count, seconds=60)


class FiguresForm(PeriodForm):
    asked_period: Period

    def take(self, days: Period, values: dict[str, Any]) -> None:  # noqa: ARG002 - nothing else is chosen
        self.asked_period = days


@page("listings/figures/", name="listings_figures", permission="listings.view_listing")
@require_safe
def figures(request: StaffRequest) -> HttpResponse:
    """The page itself; what is wrong with the form stands beside its field."""
    form = FiguresForm.asked(request.GET.dict())
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        found = _counted(form.asked_period)
        context |= {
            "scope": found,
            "made_at": found.made_at,
            "key_figures": desk.key_figures(found),
            "sections": desk.sections(found),
        }
    return render(request, "admin/listings/figures.html", title=_("Figures"), **context)
