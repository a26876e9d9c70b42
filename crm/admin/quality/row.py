"""The page of one row in quarantine: its columns, what is wrong with each, the buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm import canonical
from crm.models import Anomaly, StagedRow
from crm.quality import quarantine, trial

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.contrib.auth.models import User

    from crm.models import SyncRun

# What only writing the row can tell, so that trying it out does not.
_KNOWN_BY_WRITING = ("unknown_customer", "unknown_product", "duplicate_key", "unreadable_row")
_LONG = 60


def shown(row: StagedRow, *, may_mend: bool) -> dict[str, Any]:
    """What the page shows."""
    columns = quarantine.columns_of(row.table)
    found = _problems(row, {})
    fields = _fields(row)
    values = row.raw if row.mended is None else row.mended
    entries = [
        {
            "name": f"column-{place}",
            "column": column,
            "field": fields.get(column, ""),
            "value": values.get(column, ""),
            "as_read": row.raw.get(column, "")
            if values.get(column, "") != row.raw.get(column, "")
            else None,
            "is_long": len(values.get(column, "")) > _LONG or "\n" in values.get(column, ""),
            "problems": found["columns"].get(column, []),
        }
        for place, column in enumerate(columns)
    ]
    # What is wrong comes first, then what the mapping uses, then the rest, each as in the file.
    entries.sort(key=lambda one: (not one["problems"], not one["field"]))
    return {
        "row": row,
        "entries": entries,
        "others": found["others"],
        "is_refused": found["is_refused"],
        "may_mend": may_mend,
        "is_dismissed": row.state == StagedRow.State.DISMISSED,
    }


def checked(row: StagedRow, posted: Mapping[str, str]) -> dict[str, Any]:
    """The verdict on typed values, for the page's script."""
    columns = quarantine.columns_of(row.table)
    found = _problems(row, _values(columns, posted))
    places = {column: f"column-{place}" for place, column in enumerate(columns)}
    return {
        "is_refused": found["is_refused"],
        "columns": {places[column]: told for column, told in found["columns"].items()},
        "others": found["others"],
    }


def act(row: StagedRow, posted: Mapping[str, str], *, by: User) -> tuple[str, bool]:
    """Do what the button says: what to tell, and whether the row is done with."""
    if "dismiss" in posted:
        quarantine.dismiss(row.pk, by)
        return _("Row %(row)s is dismissed.") % {"row": row.row_number}, True
    if "restore" in posted:
        quarantine.restore(row.pk, by)
        return _("Row %(row)s waits again.") % {"row": row.row_number}, False
    columns = quarantine.columns_of(row.table)
    quarantine.mend(row.pk, _values(columns, posted), by)
    if "run" in posted:
        return told_run(quarantine.rerun(row.table, by)), True
    told = _("Row %(row)s is mended: run it again to take it over.")
    return told % {"row": row.row_number}, True


def told_run(run: SyncRun) -> str:
    """That the rows are being run again, with the way to the run."""
    address = reverse("admin:crm_syncrun_change", args=[run.pk])
    told = _("The mended rows are being run again: %(run)s.") % {"run": run}
    return format_html('{} <a class="underline" href="{}">{}</a>', told, address, _("Follow"))


def following(row: StagedRow) -> int | None:
    """The next row of the table that waits, from the top where this was the last."""
    waiting = row.table.staged_rows.filter(state=StagedRow.State.WAITING).exclude(pk=row.pk)
    after = waiting.filter(row_number__gte=row.row_number).order_by("row_number", "pk").first()
    found = after or waiting.order_by("row_number", "pk").first()
    return found.pk if found else None


def _values(columns: Sequence[str], posted: Mapping[str, str]) -> dict[str, str]:
    # A form sends line breaks as CR LF.
    return {
        column: posted[f"column-{place}"].replace("\r\n", "\n")
        for place, column in enumerate(columns)
        if f"column-{place}" in posted
    }


def _fields(row: StagedRow) -> dict[str, str]:
    """What becomes of each column."""
    found: dict[str, list[str]] = {}
    for name, columns in trial.field_columns(row.table).items():
        field = canonical.field_of(row.table.entity, name)
        for column in columns:
            found.setdefault(column, []).append(str(field.label) if field else name)
    return {column: ", ".join(labels) for column, labels in found.items()}


def _problems(row: StagedRow, values: Mapping[str, str]) -> dict[str, Any]:
    """What is wrong by column, and with the row as a whole; sentences with their severity."""
    told: list[tuple[str, str, str]]
    try:
        verdict = trial.try_out(row, values)
    except DomainError as error:
        told, columns, others = [], {}, [_entry(Anomaly.Severity.CRITICAL, str(error.sentence))]
    else:
        told = [(one.field, one.severity, one.sentence) for one in verdict.problems]
        columns, others = dict(verdict.columns), []
    if not values:
        known = row.anomalies.exclude(state=Anomaly.State.RESOLVED)
        stored = known.filter(code__in=_KNOWN_BY_WRITING)
        told += [(one.field, one.severity, one.sentence) for one in stored]
    found: dict[str, list[dict[str, str]]] = {}
    for field, severity, sentence in told:
        entry = _entry(severity, sentence)
        for column in columns.get(field, ()):
            found.setdefault(column, []).append(entry)
        if not columns.get(field):
            others.append(entry)
    is_refused = any(severity == Anomaly.Severity.CRITICAL for _field, severity, _text in told)
    return {"columns": found, "others": others, "is_refused": is_refused}


def _entry(severity: str, sentence: str) -> dict[str, str]:
    return {"severity": str(severity), "sentence": sentence}
