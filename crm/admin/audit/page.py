"""How good the recommendations are, on one page, on paper and as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from backoffice.core.admin.pages import page, render
from backoffice.core.admin.period_form import PeriodForm
from backoffice.core.kept import KeptBy
from backoffice.core.spreadsheets.formats import Xlsx
from crm.admin.audit import files, outcome_sections, sections
from crm.admin.audit.key_figures import key_figures
from crm.admin.recommendations import nothing
from crm.recommendations.auditing import report
from crm.recommendations.auditing.issues import SEVERITIES

if TYPE_CHECKING:
    from backoffice.core.admin.staff import StaffRequest
    from backoffice.core.figures.period import Days, Period
    from crm.recommendations.auditing.report import Report

PERMISSION = "crm.view_recommendation"
ALL = "all"
# A million recommendations take some seconds to count.
_report = KeptBy(report.build, seconds=60)


class AuditForm(PeriodForm):
    """The days in which they were made; all of them unless some are chosen."""

    days: Days | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = (ALL, pgettext("recommendations", "All"))
        offered = self.fields["period"]
        offered.choices = [every, *offered.choices]  # type: ignore[attr-defined]

    @classmethod
    def asked(cls, query: dict[str, str]) -> Self:
        return super().asked({"period": ALL, **query})

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("period") == ALL:
            return self.cleaned_data
        return super().clean()

    def take(self, days: Period, values: dict[str, Any]) -> None:  # noqa: ARG002 - the form's signature
        self.days = days.days


@page("crm/recommendations/audit/", name="crm_recommendation_audit", permission=PERMISSION)
@require_safe
def audit(request: StaffRequest) -> HttpResponse:
    """The page itself; what is wrong with the form stands beside its field."""
    form = AuditForm.asked(request.GET.dict())
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        found = _report(form.days)
        context |= {
            "found": found,
            "period": files.period_title(found),
            # Of no recommendation at all there is nothing to audit.
            "empty": None if found.counts.all.total else nothing.made_yet(request),
            "key_figures": key_figures(found),
            "issues": [(SEVERITIES[one.kind.severity], one) for one in found.issues],
            "sections": [*sections.sections(found), *outcome_sections.sections(found)],
            "query": request.GET.urlencode(),
        }
    title = _("Audit of the recommendations")
    return render(request, "admin/crm/audit/page.html", title=title, **context)


@page(
    "crm/recommendations/audit/audit.pdf",
    name="crm_recommendation_audit_pdf",
    permission=PERMISSION,
)
@require_safe
def audit_pdf(request: StaffRequest) -> HttpResponse:
    """The same on paper."""
    form = AuditForm.asked(request.GET.dict())
    if not form.is_valid():
        return _refused(form)
    found = _report(form.days)
    return _file(files.pdf(found), found, "pdf", "application/pdf")


@page(
    "crm/recommendations/audit/audit.xlsx",
    name="crm_recommendation_audit_xlsx",
    permission=PERMISSION,
)
@require_safe
def audit_xlsx(request: StaffRequest) -> HttpResponse:
    """The tables of the page, and the numbers behind its charts."""
    form = AuditForm.asked(request.GET.dict())
    if not form.is_valid():
        return _refused(form)
    found = _report(form.days)
    return _file(files.workbook(found), found, "xlsx", Xlsx().get_content_type())


def _refused(form: AuditForm) -> HttpResponse:
    return HttpResponse(form.errors.as_text(), status=400, content_type="text/plain")


def _file(content: bytes, found: Report, extension: str, content_type: str) -> HttpResponse:
    name = files.filename(found, extension)
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
