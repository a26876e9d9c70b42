"""The report as an A4 document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core import pdf
from backoffice.core.figures import paper
from orders.report import reading_sections, sales_sections
from orders.report.key_figures import key_figures

if TYPE_CHECKING:
    from orders.analytics.report import Report


def document(report: Report) -> bytes:
    """A few pages: the key figures, then every section with its charts and tables."""
    scope = report.scope
    sections = [*sales_sections.sections(report), *reading_sections.sections(report)]
    made_at = timezone.localtime(report.made_at)
    subtitle = scope.title
    if scope.title != str(scope.period.days):
        subtitle = f"{scope.title} ({scope.period.days})"
    return pdf.render(
        paper.story(key_figures(report), sections),
        title=_("Figures of the order desk"),
        subtitle=subtitle,
        date=date_format(made_at, "SHORT_DATETIME_FORMAT"),
        footer=_("Compared with %(days)s.") % {"days": scope.period.before},
    )


def filename(report: Report) -> str:
    days = report.scope.period.days
    origin = f"-{report.scope.origin.value}" if report.scope.origin else ""
    return f"orders-{days.first.isoformat()}-{days.last.isoformat()}{origin}.pdf"
