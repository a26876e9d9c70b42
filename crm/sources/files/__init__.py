"""Reading tables of files (CSV, spreadsheets), joined where a table has several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.errors import DomainError
from crm.sources.files.reader import FilesReader
from crm.sources.files.style import style_of
from crm.sources.files.suggested_joins import suggest_joins

__all__ = ["inputs_of", "open_table", "suggest_joins", "test_connection"]

if TYPE_CHECKING:
    from crm.models import DataSource, SourceFile, SourceTable
    from crm.sources.batches import Reader


def inputs_of(table: SourceTable) -> dict[str, Any]:
    """The table's files by content, with their styles and joins; raises DomainError."""
    files = list(table.files.order_by("position"))
    if not files:
        sentence = _("“%(table)s” has no file yet: upload one.") % {"table": table.name}
        raise DomainError(sentence, code="no_file", field="file")
    return {"files": [_input(file) for file in files]}


def open_table(
    table: SourceTable,  # noqa: ARG001 - the inputs say all: the table's files may be others by now
    inputs: dict[str, Any],
    *,
    full: bool,  # noqa: ARG001 - a file is always read whole
) -> Reader:
    """A reader of the files that ``inputs`` names."""
    return FilesReader(inputs)


def test_connection(source: DataSource) -> str:
    """Open every table and read its first row: a sentence with the number of rows."""
    empty: list[str] = []
    found = []
    for table in source.tables.filter(is_active=True):
        if not table.files.exists():
            empty.append(table.name)
            continue
        with open_table(table, inputs_of(table), full=True) as reader:
            next(iter(reader.batches(size=1)), None)
            words = {"table": table.name, "columns": len(reader.columns), "rows": reader.expected}
            text = ngettext(
                "%(table)s: %(rows)d row, %(columns)d columns",
                "%(table)s: %(rows)d rows, %(columns)d columns",
                reader.expected,
            )
            found.append(text % words)
    if not found:
        sentence = _("The source has no file yet: upload one.")
        raise DomainError(sentence, code="no_file", field="file")
    if empty:
        found.append(_("without a file: %(tables)s") % {"tables": ", ".join(empty)})
    return "; ".join(found) + "."


def _input(file: SourceFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "filename": file.filename,
        "sha256": file.sha256,
        "style": style_of(file).to_json(),
        "columns": list(file.columns),
        "rows": int(file.detected.get("rows") or 0),
        "join_from": file.join_from,
        "join_to": file.join_to,
    }
