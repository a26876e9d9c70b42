"""The rows of a file: text with any delimiter and encoding, or a spreadsheet."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.sources.batches import BrokenRow
from crm.sources.files.detection import detect
from crm.sources.files.opening import open_raw
from crm.sources.files.table_rows import TableRows, read_headings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from crm.sources.files.style import Style


class UnreadableRow(DomainError):
    """One row of the file has to be mended."""

    code = "unreadable_row"

    def __init__(
        self, row: int, sentence: str, *, field: str | None = None, value: object = None
    ) -> None:
        told = _("Row %(row)d: %(sentence)s") % {"row": row, "sentence": sentence}
        super().__init__(told, field=field, value=value)
        self.row = row


@dataclass(frozen=True, slots=True)
class Table:
    """Headings, and rows to go through once; ``style`` is how the file seems to be written."""

    headings: Sequence[str]
    style: Style
    _rows: TableRows

    def rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each row with its number in the file; raises DomainError at one that is none."""
        for number, cells in self._rows.rows():
            if isinstance(cells, BrokenRow):
                raise UnreadableRow(number, cells.sentence)
            yield number, cells


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """The table of the file; DomainError says why it is none, or cannot be opened."""
    try:
        file = path.open("rb")
    except OSError as error:
        sentence = _("“%(file)s” cannot be opened: %(reason)s.")
        told = {"file": path, "reason": error.strerror or error}
        raise DomainError(sentence % told, code="no_file", field="file", value=str(path)) from error
    with file:
        style = replace(detect(file, path.name).style, short_rows="padded", totals="left_out")
        raw = open_raw(path.open("rb"), style)
        try:
            headings = read_headings(raw, style, path.name)
        finally:
            raw.close()
        rows = TableRows(
            open_raw(path.open("rb"), style, width=len(headings)), style, headings, path.name
        )
        try:
            yield Table(headings, style, rows)
        finally:
            rows.close()
