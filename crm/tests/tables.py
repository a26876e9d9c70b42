"""Tables of files as tests need them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl

from crm.sources import setup

if TYPE_CHECKING:
    from crm.models import SourceFile, SourceTable


def attach(
    table: SourceTable, content: bytes | str, name: str = "a.csv", **values: Any
) -> SourceFile:
    data = content.encode() if isinstance(content, str) else content
    return setup.attach_file(table, io.BytesIO(data), filename=name, **values)


def read(table: SourceTable, content: bytes | str, name: str = "a.csv") -> setup.Sample:
    attach(table, content, name)
    return setup.sample(table, limit=100_000)


def workbook(rows: list[list[object]], formats: dict[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for place, code in (formats or {}).items():
        sheet[place].number_format = code
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
