"""The error report of a run: a line for everything that was wrong, beside the row as read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _

from backoffice.core.spreadsheets.formats import CHUNK
from crm import canonical
from crm.models import Anomaly, Entity, SourceFile
from crm.problems import CODES
from crm.sync.undoing.refusals import refusals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crm.models import SyncRun


def error_report(run: SyncRun) -> tuple[list[str], Iterator[list[object]]]:
    """Heading and lines, in the order of the tables and rows; one chunk of lines is held.

    What a later sync of the source saw again is in that one's report.
    """
    columns = _columns(run)
    heading = [
        _("table"),
        _("row"),
        _("key"),
        _("field"),
        _("value"),
        _("severity"),
        _("kind"),
        _("what is wrong, and the mend"),
        *columns,
    ]
    return heading, _lines(run, columns)


def refusal_report(run: SyncRun) -> tuple[list[str], Iterator[list[object]]]:
    """What an undo left alone, and why."""
    heading = [_("kind of row"), _("number"), _("row"), _("why it was left alone")]
    lines = (
        [str(Entity(found["entity"]).label), found["object_id"], found["label"], found["reason"]]
        for found in refusals(run.pk)
    )
    return heading, lines


def _columns(run: SyncRun) -> list[str]:
    """The columns of all refused rows, each once: in the files' order, then those of no file."""
    files = SourceFile.objects.filter(table__runs__run=run).order_by("table__position", "position")
    known = [column for file in files for column in file.columns]
    places = {column: place for place, column in reversed([*enumerate(known)])}
    query = """
        SELECT k.name FROM crm_stagedrow s, jsonb_object_keys(s.raw) WITH ORDINALITY k(name, place)
        WHERE s.run_id = %s GROUP BY k.name ORDER BY min(s.table_id), min(k.place)"""
    with connection.cursor() as cursor:
        cursor.execute(query, [run.pk])
        found = [name for (name,) in cursor.fetchall()]
    return sorted(found, key=lambda name: places.get(name, len(known)))


def _lines(run: SyncRun, columns: Sequence[str]) -> Iterator[list[object]]:
    found = Anomaly.objects.filter(run=run).select_related("table", "staged_row")
    labels: dict[tuple[str, str], str] = {}
    for anomaly in found.order_by("table__position", "table", "row_number", "pk").iterator(CHUNK):
        place = (anomaly.table.entity, anomaly.field)
        if place not in labels:
            field = canonical.field_of(*place) if anomaly.field else None
            labels[place] = str(field.label) if field else anomaly.field
        row = anomaly.staged_row
        raw = row.raw if row else {}
        yield [
            anomaly.table.name,
            anomaly.row_number,
            anomaly.key,
            labels[place],
            anomaly.value,
            anomaly.get_severity_display(),
            str(CODES.get(anomaly.code, anomaly.code)),
            anomaly.sentence,
            *(raw.get(column, "") for column in columns),
        ]
