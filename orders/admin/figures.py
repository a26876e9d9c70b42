"""The desk's figures on one page: a form that chooses what to look at, charts and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from backoffice.core.admin.pages import page, render
from backoffice.core.errors import DomainError
from backoffice.core.kept import KeptBy
from orders.analytics import period, report
from orders.analytics.period import TITLES, Period
from orders.analytics.scope import Origin, Scope, origin_of
from orders.report import pdf, reading_sections, sales_sections
from orders.report.key_figures import key_figures

if TYPE_CHECKING:
    from backoffice.core.admin.staff import StaffRequest

DEFAULT = "30"
# A year of a large desk takes a second and more to count.
_report = KeptBy(report.build, seconds=60)
PERIODS = [(name, title) for name, title in TITLES.items() if name != "7"]


def _day(label: Any) -> forms.DateField:  # noqa: ANN401 - a text for later
    widget = UnfoldAdminTextInputWidget(attrs={"type": "date"})
    wrong = {"invalid": gettext_lazy("This is no date.")}
    return forms.DateField(label=label, required=False, widget=widget, error_messages=wrong)


class FiguresForm(forms.Form):
    """The days and the channel of a report; the days count only for the period "custom"."""

    period = forms.ChoiceField(
        label=gettext_lazy("Period"),
        choices=PERIODS,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    since = _day(gettext_lazy("From"))
    until = _day(gettext_lazy("To"))
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        choices=[("", gettext_lazy("All")), *Origin.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    scope: Scope

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return values
        try:
            self.scope = Scope(self._period(values), origin_of(values["channel"]))
        except DomainError as error:
            self.add_error(error.field if error.field in self.fields else None, str(error))
        return values

    def _period(self, values: dict[str, Any]) -> Period:
        name = values["period"] or DEFAULT
        if name != "custom":
            return period.named(name)
        for field in ("since", "until"):
            if values[field] is None:
                raise DomainError(_("Choose a day."), code="required", field=field)
        return period.custom(values["since"], values["until"])


def _form(request: StaffRequest) -> FiguresForm:
    return FiguresForm({"period": DEFAULT, **request.GET.dict()})


@page("orders/figures/", name="orders_figures", permission="orders.view_order")
def figures(request: StaffRequest) -> HttpResponse:
    """The page itself; what is wrong with the form stands beside its field."""
    form = _form(request)
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
    form = _form(request)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=400, content_type="text/plain")
    found = _report(form.scope)
    return HttpResponse(
        pdf.document(found),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{pdf.filename(found)}"'},
    )
