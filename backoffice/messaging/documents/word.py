"""A Word document (.docx): paragraphs and tables in the order of the page."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import docx
from docx.text.paragraph import Paragraph

from backoffice.messaging.documents import limits
from backoffice.messaging.documents.found import Found, row
from backoffice.messaging.documents.text import clean, tidy_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.table import Table


def read(data: bytes) -> Found:
    """Text with tables as rows; headers and footers first, they hold the letterhead."""
    document = docx.Document(io.BytesIO(data))
    lines: list[str] = []
    for section in document.sections[:1]:
        lines.extend(_lines(section.header.iter_inner_content()))
    lines.extend(_lines(document.iter_inner_content()))
    for section in document.sections[:1]:
        lines.extend(_lines(section.footer.iter_inner_content()))
    return Found(tidy_lines(clean("\n".join(lines[: limits.WORD_BLOCKS]))), "docx")


def _lines(blocks: Iterator[Paragraph | Table]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
            continue
        for line in block.rows:
            cells: list[str] = []
            last = None
            for cell in line.cells:
                # A merged cell comes once for every column it covers.
                if cell._tc is not last:  # noqa: SLF001 - python-docx names it no other way
                    cells.append(cell.text)
                last = cell._tc  # noqa: SLF001 - the same
            yield row(cells)
        yield ""
