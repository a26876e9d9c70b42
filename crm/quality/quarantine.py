"""Refused rows: mended, dismissed, brought back, and only those run again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import Anomaly, FieldMapping, StagedRow, SyncRun
from crm.quality import row_hashes
from crm.quality.staged_reader import STAGED, columns_of, open_mended

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from crm.models import SourceTable

State = StagedRow.State
# Rows refused since what they name was not there: once it is, they need no mend.
REFERENCES = ("unknown_customer", "unknown_product")
# Cells of a table hold no books.
_LONGEST = 100_000

__all__ = [
    "columns_of",
    "dismiss",
    "mend",
    "mend_many",
    "open_mended",
    "rerun",
    "restore",
    "runnable",
]


def mend(row_id: int, values: Mapping[str, str], by: User | None) -> StagedRow:
    """Give columns of the row other values; it counts when it is run again.

    Raises DomainError where the row was dismissed, or has no such column.
    """
    with transaction.atomic():
        row = StagedRow.objects.select_for_update(no_key=True).get(pk=row_id)
        if row.state == State.DISMISSED:
            raise _conflict(_("Row %(row)s was dismissed: bring it back first."), row)
        is_known = set(values) <= set(row.raw)
        allowed = set(row.raw) if is_known else {*row.raw, *columns_of(row.table)}
        for column, value in values.items():
            _refuse_odd(column, value, allowed)
        before = row.raw if row.mended is None else row.mended
        row.mended = {**before, **{name: row_hashes.clean(text) for name, text in values.items()}}
        row.state, row.changed_by = State.MENDED, by
        row.save(update_fields=["mended", "state", "changed_by", "updated_at"])
    return row


def mend_many(
    row_ids: Collection[int], *, column: str, new: str, old: str | None = None, by: User | None
) -> int:
    """Write ``new`` in the column of the waiting rows that have ``old`` there; how many.

    ``old`` None: whatever is there; "": where nothing is, a default.
    """
    with transaction.atomic():
        rows = StagedRow.objects.select_for_update(no_key=True).filter(pk__in=row_ids)
        changed = []
        for row in rows.exclude(state=State.DISMISSED).order_by("pk"):
            before = row.raw if row.mended is None else row.mended
            if column not in before and column not in columns_of(row.table):
                _refuse_odd(column, new, before)
            if old is not None and before.get(column, "").strip() != old.strip():
                continue
            row.mended = {**before, column: row_hashes.clean(new)}
            row.state, row.changed_by = State.MENDED, by
            changed.append(row)
        StagedRow.objects.bulk_update(changed, ["mended", "state", "changed_by"], batch_size=1000)
    return len(changed)


def dismiss(row_id: int, by: User | None) -> StagedRow:
    """Never mind the row: it is not listed again, however often the source sends it."""
    return _decide(row_id, State.DISMISSED, Anomaly.State.OPEN, Anomaly.State.IGNORED, by)


def restore(row_id: int, by: User | None) -> StagedRow:
    """The row waits again, as it was read; what was mended is forgotten."""
    return _decide(row_id, State.WAITING, Anomaly.State.IGNORED, Anomaly.State.OPEN, by)


def runnable(table: SourceTable, *, with_references: bool = False) -> QuerySet[StagedRow]:
    """Rows mended and not run again since; with those whose references may be there by now."""
    unsolved = Anomaly.objects.filter(staged_row=OuterRef("pk")).exclude(
        state=Anomaly.State.RESOLVED
    )
    rows = table.staged_rows.filter(state=State.MENDED).filter(Exists(unsolved))
    if with_references:
        refused = unsolved.filter(code__in=REFERENCES)
        rows |= table.staged_rows.filter(state=State.WAITING).filter(Exists(refused))
    return rows


def rerun(table: SourceTable, by: User | None, *, with_references: bool = False) -> SyncRun:
    """A sync of the table's mended rows alone, in the background.

    Raises DomainError where there is none, the table has no active mapping, or a sync of the
    source is under way (a conflict).
    """
    from crm.sync import requests  # noqa: PLC0415 - it reads through us

    ids = list(runnable(table, with_references=with_references).values_list("pk", flat=True))
    if not ids:
        sentence = _("No row of “%(table)s” has been mended since it was run last.")
        raise DomainError(sentence % {"table": table}, code="nothing_mended")
    if not table.mappings.filter(status=FieldMapping.Status.ACTIVE).exists():
        sentence = _("“%(table)s” has no active mapping: activate one first.")
        raise DomainError(sentence % {"table": table}, code="no_mapping")
    inputs = {table.pk: {STAGED: sorted(ids)}}
    return requests.begin(table.source, [table], inputs, kind=SyncRun.Kind.MENDED, by=by)


def _decide(
    row_id: int, state: State, before: Anomaly.State, after: Anomaly.State, by: User | None
) -> StagedRow:
    with transaction.atomic():
        row = StagedRow.objects.select_for_update(no_key=True).get(pk=row_id)
        if row.state == state:
            raise _conflict(_("Row %(row)s is “%(state)s” already."), row)
        row.state, row.changed_by = state, by
        if state == State.WAITING:
            row.mended = None
        row.save(update_fields=["state", "mended", "changed_by", "updated_at"])
        row.anomalies.filter(state=before).update(state=after)
    return row


def _refuse_odd(column: str, value: str, allowed: Collection[str]) -> None:
    if column not in allowed:
        sentence = _("There is no column “%(column)s”.") % {"column": column}
        raise DomainError(sentence, code="unknown_column", field=column, value=value)
    if len(value) > _LONGEST:
        sentence = _("“%(column)s” is too long: %(limit)d characters at most.")
        words = {"column": column, "limit": _LONGEST}
        raise DomainError(sentence % words, code="too_long", field=column)


def _conflict(sentence: str, row: StagedRow) -> DomainError:
    words = {"row": row.row_number, "state": row.get_state_display()}
    error = DomainError(sentence % words, code="conflict", value=row.pk)
    error.conflict = True
    return error
