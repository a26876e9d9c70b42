"""The support desk's figures on one page, and as spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.core.admin.pages import page, render
from backoffice.core.admin.period_form import PeriodForm
from backoffice.core.kept import KeptBy
from backoffice.messaging.models import Channel
from support.figures import export, flow_sections, reply_sections, report
from support.figures.key_figures import key_figures
from support.figures.scope import Scope, scope_of
from support.models import Category

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http.response import HttpResponseBase

    from backoffice.core.admin.staff import StaffRequest
    from backoffice.core.figures.period import Period

    CategoryChoice = forms.ModelChoiceField[Category]
else:
    CategoryChoice = forms.ModelChoiceField

PERMISSION = "support.view_ticket"
# Names, addresses and orders are not in it, but every ticket is.
EXPORT = "support.export_ticket"
# A year of a large desk takes a second and more to count.
_summary = KeptBy(report.build, seconds=60)


class FiguresForm(PeriodForm):
    """The days, the channel and the category."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        choices=[("", gettext_lazy("All")), *Channel.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    category = CategoryChoice(
        label=gettext_lazy("Category"),
        queryset=Category.objects.all(),
        required=False,
        empty_label=pgettext_lazy("categories", "All"),
        widget=UnfoldAdminSelectWidget,
    )
    scope: Scope

    def take(self, days: Period, values: dict[str, Any]) -> None:
        self.scope = scope_of(days, channel=values["channel"], category=values["category"])


@page("support/figures/", name="support_figures", permission=PERMISSION)
@require_safe
def figures(request: StaffRequest) -> HttpResponse:
    """The page itself; what is wrong with the form stands beside its field."""
    form = FiguresForm.asked(request.GET.dict())
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        found = _summary(form.scope)
        context |= {
            "scope": form.scope,
            "made_at": found.made_at,
            "key_figures": key_figures(found),
            "sections": [*flow_sections.sections(found), *reply_sections.sections(found)],
            "query": request.GET.urlencode(),
            "may_export": request.user.has_perm(EXPORT),
        }
    return render(request, "admin/support/figures.html", title=_("Figures"), **context)


@page("support/figures/figures.csv", name="support_figures_csv", permission=PERMISSION)
@require_safe
def figures_csv(request: StaffRequest) -> HttpResponseBase:
    """The tables of the page; with ``what=tickets`` a row for each ticket, for who may export."""
    form, of_tickets = FiguresForm.asked(request.GET.dict()), request.GET.get("what") == "tickets"
    if of_tickets and not request.user.has_perm(EXPORT):
        raise PermissionDenied
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=400, content_type="text/plain")
    if of_tickets:
        return _file(export.tickets(form.scope), export.filename(form.scope, "tickets"))
    return _file(export.tables(_summary(form.scope)), export.filename(form.scope, "figures"))


def _file(chunks: Iterator[bytes], name: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        chunks,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
