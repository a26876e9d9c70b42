"""The desk's figures on one page: a form that chooses what to look at, charts and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.core.admin.pages import page, render
from backoffice.core.admin.period_form import PeriodForm
from backoffice.core.kept import KeptBy
from orders.analytics import report
from orders.analytics.scope import Origin, Scope, origin_of
from orders.report import pdf, reading_sections, sales_sections
from orders.report.key_figures import key_figures

if TYPE_CHECKING:
    from backoffice.core.admin.staff import StaffRequest
    from backoffice.core.figures.period import Period

# A year of a large desk takes a second and more to count.
_report = KeptBy(report.build, seconds=60)


class FiguresForm(PeriodForm):
    """The days and the channel of a report."""

    left_out = frozenset({"7"})
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        choices=[("", gettext_lazy("All")), *Origin.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    scope: Scope

    def take(self, days: Period, values: dict[str, Any]) -> None:
        self.scope = Scope(days, origin_of(values["channel"]))


@page("orders/figures/", name="orders_figures", permission="orders.view_order")
def figures(request: StaffRequest) -> HttpResponse:
    """The page itself; what is wrong with the form stands beside its field."""
    form = FiguresForm.asked(request.GET.dict())
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        found = _report(form.scope)
        context |= {
            "scope": form.scope,
            "made_at": found.made_at,
            "key_figures": key_figures(found),
            "sections": [*sales_sections.sections(found), *reading_sections.sections(found)],
            "query": request.GET.urlencode(),
        }
    return render(request, "admin/orders/figures.html", title=_("Figures"), **context)


@page("orders/figures/report.pdf", name="orders_figures_pdf", permission="orders.view_order")
def figures_pdf(request: StaffRequest) -> HttpResponse:
    """The same report on paper."""
    form = FiguresForm.asked(request.GET.dict())
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=400, content_type="text/plain")
    found = _report(form.scope)
    return HttpResponse(
        pdf.document(found),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{pdf.filename(found)}"'},
    )
