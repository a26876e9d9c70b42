"""Opening one kept file by its style."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from crm.sources.files.keeping import open_kept
from crm.sources.files.plain_text import as_lines
from crm.sources.files.style import Format, Style
from crm.sources.files.table_rows import TableRows, read_headings
from crm.sources.files.text_rows import TextRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.sources.files.raw_rows import RawRows


def open_file(path: str, style: Style, name: str, columns: Sequence[str] = ()) -> TableRows:
    """The file's table; without ``columns`` its headings are read first. Raises DomainError."""
    if not columns:
        raw = open_raw(open_kept(path), style)
        try:
            columns = read_headings(raw, style, name)
        finally:
            raw.close()
    raw = open_raw(open_kept(path), style, width=len(columns))
    return TableRows(raw, style, columns, name)


def open_raw(file: IO[bytes], style: Style, *, width: int = 0) -> RawRows:
    """All the rows of an open file, which is closed with them."""
    if style.format == Format.CSV:
        return TextRows(as_lines(file, style), style, width=width)
    from crm.sources.files import workbooks  # noqa: PLC0415 - slow import

    return workbooks.open_sheet(file, style)
