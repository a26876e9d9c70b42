"""What the scores come to on one page, and on paper: how they lie, move, and keep their word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.core import pdf
from backoffice.core.admin.pages import page, render
from backoffice.core.admin.period_form import PeriodForm
from backoffice.core.figures import paper
from backoffice.core.kept import KeptBy
from scoring.admin import version_sections
from scoring.figures import drift_section, proof_sections, report, score_sections
from scoring.figures.key_figures import key_figures

if TYPE_CHECKING:
    from backoffice.core.admin.staff import StaffRequest
    from backoffice.core.figures.parts import Section
    from backoffice.core.figures.period import Period
    from scoring.figures.report import Report

PERMISSION: Final = "scoring.view_leadscore"
# A million scores take a second and more to count.
_counted = KeptBy(report.build, seconds=60)


class FiguresForm(PeriodForm):
    """The days in which scores moved; the rest is as of now."""

    asked_period: Period

    def take(self, days: Period, values: dict[str, Any]) -> None:  # noqa: ARG002 - nothing else is chosen
        self.asked_period = days


@page("scoring/figures/", name="scoring_figures", permission=PERMISSION)
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
            "key_figures": key_figures(found),
            "sections": sections(found),
            "query": request.GET.urlencode(),
        }
    return render(request, "admin/scoring/figures.html", title=_("Figures"), **context)


@page("scoring/figures/figures.pdf", name="scoring_figures_pdf", permission=PERMISSION)
@require_safe
def figures_pdf(request: StaffRequest) -> HttpResponse:
    """The same on paper."""
    form = FiguresForm.asked(request.GET.dict())
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=400, content_type="text/plain")
    days = form.asked_period.days
    name = f"scores-{days.first:%Y-%m-%d}-{days.last:%Y-%m-%d}.pdf"
    return HttpResponse(
        _document(_counted(form.asked_period)),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def sections(found: Report) -> list[Section]:
    """Our customers first, then the model that scores them."""
    of_the_model = version_sections.sections(found.version) if found.version else []
    return [
        *proof_sections.sections(found),
        *score_sections.sections(found),
        drift_section.section(found),
        *(one for one in of_the_model if one.name in {"calibration", "importance"}),
    ]


def _document(found: Report) -> bytes:
    made_at = timezone.localtime(found.made_at)
    return pdf.render(
        paper.story(key_figures(found), sections(found)),
        title=_("Figures of the lead scores"),
        subtitle=str(found.period.days),
        date=date_format(made_at, "SHORT_DATETIME_FORMAT"),
        footer=_("Compared with %(days)s.") % {"days": found.period.before},
    )
