"""Rows of a CSV file, however long the file, its lines and its open quotes are."""

from __future__ import annotations

import csv
import io
from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from crm.sources.files.raw_rows import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm.sources.files.raw_rows import type_of_row
    from crm.sources.files.style import Style

# A row longer than this is refused without being held; a text of a shop's page fits.
MAX_ROW_BYTES = 1 << 20
_SHOWN = 300
# Two delimiters at least, or a line of a text passes for a row.
_TELLING_WIDTH = 3


class _OverlongError(Exception):
    """The record goes on and on: its line, or its open quote."""


class TextRows:
    """The records of a CSV file from any place on; bytes that are no text are told, not raised.

    ``width`` is the number of the heading's cells: with it, a quote that was not closed is seen
    where it swallows whole rows, and only the row that opened it is lost.
    """

    def __init__(self, file: IO[bytes], style: Style, *, width: int = 0) -> None:
        # One limit for the whole process: ours is only higher than the default.
        csv.field_size_limit(max(csv.field_size_limit(), MAX_ROW_BYTES))
        self.is_ragged = style.short_rows == "padded"
        self._file = file
        self._style = style
        # Of UTF-16 this is a copy in UTF-8.
        self._encoding = "utf-8" if style.encoding == "utf-16" else style.encoding
        self._width = width
        self._offset = 0
        self._number = 0
        # Where the record that is being read began.
        self._start = 0
        self._bad = ""

    def close(self) -> None:
        self._file.close()

    def place(self) -> dict[str, Any]:
        return {"offset": self._offset, "number": self._number}

    def rows(self, place: dict[str, Any] | None = None) -> Iterator[type_of_row]:
        """Every record with its number, empty ones too."""
        place = place or {}
        self._number = int(place.get("number", 0))
        self._go_to(int(place.get("offset", 0)))
        reader = self._reader()
        while True:
            start = self._start = self._offset
            before = reader.line_num
            try:
                read: list[str] = next(reader)
                cells: list[str] | Unreadable = read
            except StopIteration:
                return
            except (_OverlongError, csv.Error) as error:
                cells = self._cut(start, error)
                reader = self._reader()
            else:
                if reader.line_num - before > 1 and self._swallowed(start, len(read)):
                    cells = self._cut(start)
                    reader = self._reader()
            if self._bad:
                cells, self._bad = Unreadable(_shown(cells), self._bad), ""
            self._number += 1
            yield self._number, cells

    def _reader(self) -> Any:  # noqa: ANN401 - csv's own type has no name
        quote = self._style.quotechar
        return csv.reader(
            self._text(),
            delimiter=self._style.delimiter,
            quotechar=quote or None,
            quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        )

    def _go_to(self, offset: int) -> None:
        self._file.seek(offset)
        self._offset = offset
        if not offset and self._file.read(3) != b"\xef\xbb\xbf":
            self._file.seek(0)
        elif not offset:
            self._offset = 3

    def _text(self) -> Iterator[str]:
        """The lines from here on; ``_offset`` is always the place behind the last one."""
        readline, encoding = self._file.readline, self._encoding
        offset = self._offset
        maybe_utf8 = encoding in _MAYBE_UTF8
        while line := readline(MAX_ROW_BYTES):
            offset += len(line)
            self._offset = offset
            if offset - self._start >= MAX_ROW_BYTES:
                raise _OverlongError
            if line == _END:
                return
            try:
                text = line.decode() if maybe_utf8 or line.isascii() else line.decode(encoding)
            except UnicodeDecodeError:
                text = self._other(line)
            yield text.replace("\0", "") if "\0" in text else text

    def _other(self, line: bytes) -> str:
        """A line that is not UTF-8: in the file's encoding, in a file of UTF-8 in Windows'."""
        encoding = "cp1252" if self._encoding == "utf-8" else self._encoding
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            self._bad = _(
                "Letters of this row cannot be read as %(encoding)s: save the file as"
                " “CSV UTF-8”, or choose its encoding."
            ) % {"encoding": encoding}
            return line.decode(encoding, errors="replace")

    def _cut(self, start: int, error: Exception | None = None) -> Unreadable:
        """Give up the record: go on behind its first line, whatever its length."""
        self._file.seek(start)
        self._offset = start
        self._bad = ""
        first = self._file.readline(MAX_ROW_BYTES)
        piece = first
        while len(piece) == MAX_ROW_BYTES and not piece.endswith(b"\n"):
            self._offset += len(piece)
            piece = self._file.readline(MAX_ROW_BYTES)
        self._offset += len(piece)
        text = first[:_SHOWN].decode(self._encoding, errors="replace").strip().replace("\0", "")
        if piece is not first or len(first) >= MAX_ROW_BYTES:
            sentence = _("The row is longer than %(limit)d characters: shorten its texts.")
            return Unreadable(text, sentence % {"limit": MAX_ROW_BYTES})
        if "new-line" in str(error):
            sentence = _(
                "A line break (carriage return) stands within the row, outside quotation marks:"
                " remove it, or put the text in quotation marks."
            )
            return Unreadable(text, sentence)
        sentence = _(
            "A quotation mark (%(quote)s) is opened and not closed: the following rows would be"
            " taken for one text. Close it, or double it where it is part of the text."
        )
        return Unreadable(text, sentence % {"quote": self._style.quotechar})

    def _swallowed(self, start: int, cells: int) -> bool:
        """Whether the record of several lines holds rows of their own.

        Then its quote is closed in the middle of a text, or its lines are as wide as the table.
        Texts of several lines with delimiters in them (HTML) are neither.
        """
        end = self._offset
        self._file.seek(start)
        block = self._file.read(end - start).decode(self._encoding, errors="replace")
        if not self._is_strict(block):
            return True
        if self._width < _TELLING_WIDTH:
            return False
        _first, *others = io.StringIO(block, newline="").readlines()
        if cells != self._width:
            return any(map(self._is_row, others))
        inner = others[:-1]
        return bool(inner) and all(map(self._is_row, inner))

    def _is_row(self, line: str) -> bool:
        style = self._style
        is_even = line.count(style.quotechar) % 2 == 0
        return is_even and line.count(style.delimiter) == self._width - 1

    def _is_strict(self, block: str) -> bool:
        """Whether every closing quote stands before a delimiter or at the end."""
        style = self._style
        lines = io.StringIO(block, newline="")
        strict = csv.reader(
            lines, delimiter=style.delimiter, quotechar=style.quotechar, strict=True
        )
        try:
            next(strict)
        except (csv.Error, StopIteration):
            return False
        return True


# What DOS programs end a file with.
_END = b"\x1a"
_MAYBE_UTF8 = ("utf-8", "cp1252")


def _shown(cells: list[str] | Unreadable) -> str:
    return cells.text if isinstance(cells, Unreadable) else " | ".join(cells)[:_SHOWN]
