"""The audit as a PDF document and as an Excel workbook."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.spreadsheets.formats import Xlsx
from crm.admin.audit import outcome_sections, sections
from crm.admin.audit.key_figures import key_figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backoffice.core.figures.parts import Section
    from crm.recommendations.auditing.report import Report


def pdf(found: Report) -> bytes:
    """A few pages: the key figures, the issues, then every section with its charts and tables."""
    from backoffice.core import pdf as paper  # noqa: PLC0415 - slow import
    from backoffice.core.figures import paper as report  # noqa: PLC0415 - slow import

    return paper.render(
        report.story(key_figures(found), list(_sections(found))),
        title=_("Audit of the recommendations"),
        subtitle=period_title(found),
        date=date_format(timezone.localtime(found.made_at), "SHORT_DATETIME_FORMAT"),
        footer=_("Replaced recommendations do not count."),
    )


def workbook(found: Report) -> bytes:
    """The key figures and every table and chart of the page, one below the other."""
    out = io.BytesIO()
    Xlsx().write(out, (_("Audit of the recommendations"), period_title(found)), _lines(found))
    return out.getvalue()


def filename(found: Report, extension: str) -> str:
    days = found.days
    span = f"{days.first:%Y-%m-%d}-{days.last:%Y-%m-%d}" if days else "all"
    return f"recommendations-audit-{span}.{extension}"


def period_title(found: Report) -> str:
    if found.days is None:
        return _("All recommendations")
    return _("Recommendations made from %(days)s") % {"days": found.days}


def _sections(found: Report) -> Iterator[Section]:
    yield sections.issues(found)
    yield from sections.sections(found)
    yield from outcome_sections.sections(found)


def _lines(found: Report) -> Iterator[tuple[str, ...]]:
    for figure in key_figures(found):
        yield (figure.title, figure.value, figure.text)
    for section in _sections(found):
        yield ()
        yield (section.title,)
        yield from ((sentence,) for sentence in section.sentences)
        for chart in section.charts:
            yield ()
            yield (chart.title,)
            yield chart.headings
            yield from chart.rows
        for table in section.tables:
            yield ()
            yield table.headings
            yield from table.rows
