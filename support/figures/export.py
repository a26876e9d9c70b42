"""The figures as a spreadsheet: all tables of the page, or a row for each ticket."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Subquery
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.spreadsheets.formats import Csv
from support.figures import flow_sections, reply_sections
from support.figures.scope import during
from support.models import Draft, TicketEvent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from backoffice.core.figures.parts import Table
    from support.figures.report import Summary
    from support.figures.scope import Scope

# Rows fetched at a time by the server-side cursor.
CHUNK = 1000
_SENT = Draft.objects.filter(ticket=OuterRef("pk"), status=Draft.Status.SENT).order_by(
    "-decided_at"
)


def tables(found: Summary) -> Iterator[bytes]:
    """Every table and chart of the page, one below the other, under the name of its section."""
    return Csv().chunks((_("Support figures"), found.scope.period.title), _lines(found))


def tickets(scope: Scope) -> Iterator[bytes]:
    """A row for each ticket that came in the period or was answered in it; nothing is held."""
    return Csv().chunks(_headings(), _rows(scope))


def filename(scope: Scope, what: str) -> str:
    days = scope.period.days
    return f"support-{what}-{days.first:%Y-%m-%d}-{days.last:%Y-%m-%d}.csv"


def _lines(found: Summary) -> Iterator[tuple[str, ...]]:
    for section in (*flow_sections.sections(found), *reply_sections.sections(found)):
        yield ()
        yield (section.title,)
        for chart in section.charts:
            yield from _block(chart.title, chart.headings, chart.rows)
        for table in section.tables:
            yield from _table(table)


def _table(table: Table) -> Iterator[tuple[str, ...]]:
    if table.rows:
        yield from _block("", table.headings, [tuple(map(_plain, row)) for row in table.rows])


def _plain(cell: str) -> str:
    """The words of a cell that leads somewhere; of any other, what stands in it."""
    return unescape(strip_tags(cell)) if isinstance(cell, SafeString) else cell


def _block(
    title: str, headings: tuple[str, ...], rows: list[tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    if title:
        yield (title,)
    yield headings
    yield from rows


def _headings() -> tuple[str, ...]:
    return (
        _("ticket"),
        pgettext("event", "opened"),
        _("channel"),
        _("category"),
        _("proposed category"),
        _("categorised by"),
        _("language"),
        _("status"),
        _("outcome"),
        _("first response"),
        _("minutes to the first response"),
        pgettext("ticket", "answered"),
        _("minutes to the end"),
        _("answered by"),
        _("sent automatically"),
        _("changed by"),
        _("template"),
        _("reopened"),
        _("not delivered"),
    )


def _rows(scope: Scope) -> Iterator[tuple[Any, ...]]:
    days = scope.period.days
    when = during("opened_at", days) | during("first_response_at", days)
    bounced = TicketEvent.objects.filter(ticket=OuterRef("pk"), kind=TicketEvent.Kind.BOUNCED)
    found = (
        scope.tickets()
        .filter(when)
        .annotate(
            agent=Subquery(_SENT.values("decided_by__username")[:1]),
            by_machine=Subquery(_SENT.values("was_automatic")[:1]),
            share=Subquery(_SENT.values("edited_share")[:1]),
            template=Subquery(_SENT.values("template__name")[:1]),
            bounced=Exists(bounced),
            category_name=F("category__name"),
            proposed_name=F("proposed_category__name"),
        )
        .order_by("opened_at", "pk")
    )
    for ticket in found.iterator(chunk_size=CHUNK):
        yield _row(ticket)


def _row(ticket: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a ticket with what was annotated
    return (
        ticket.number,
        _local(ticket.opened_at),
        ticket.get_channel_display(),
        ticket.category_name,
        ticket.proposed_name,
        ticket.get_category_method_display(),
        ticket.language,
        ticket.get_status_display(),
        ticket.get_outcome_display(),
        _local(ticket.first_response_at),
        _minutes(ticket.opened_at, ticket.first_response_at),
        _local(ticket.ended_at),
        _minutes(ticket.opened_at, ticket.ended_at),
        ticket.agent,
        ticket.by_machine,
        None if ticket.share is None else round(ticket.share, 3),
        ticket.template,
        ticket.reopened,
        ticket.bounced,
    )


def _local(at: dt.datetime | None) -> dt.datetime | None:
    return None if at is None else timezone.localtime(at).replace(microsecond=0)


def _minutes(begin: dt.datetime, end: dt.datetime | None) -> float | None:
    return None if end is None else round((end - begin).total_seconds() / 60, 1)
