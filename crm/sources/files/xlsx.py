"""Rows of an XLSX sheet as a stream: whatever the workbook's size, a row is held at a time.

openpyxl's own streaming reader takes six times as long, and reads the whole sheet to learn its
size where the workbook does not say it; calamine holds the whole sheet.
"""

from __future__ import annotations

import zipfile
from collections import deque
from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from crm.sources.files.native import Written
from crm.sources.files.shared_texts import SharedTexts
from crm.sources.files.workbook_faults import reading, unreadable
from crm.sources.files.xml_parts import MAX_DEPTH, MOST_PIECES, Parser, Workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm.sources.files.raw_rows import type_of_row
    from crm.sources.files.style import Style

_SHOWN = 5
# So many empty rows below the last one with values, and nothing more is expected.
MAX_EMPTY_RUN = 100_000
_LAST_COLUMN, _LAST_ROW = 16_384, 1_048_576
_LETTERS = 3


class XlsxRows:
    """The rows of one sheet with values; the texts that cells share lie on disk."""

    is_ragged = True

    def __init__(self, file: IO[bytes], style: Style) -> None:
        self._file = file
        self._number = 0
        self._sheet: _Sheet | None = None
        with reading():
            self._archive = zipfile.ZipFile(file)
            book = Workbook(self._archive)
            self._part = book.part(style.sheet)
            formats = book.formats()
            self._texts = SharedTexts(self._archive, book.shared)
        self._written = Written(style, formats, is_1904=book.is_1904)

    @property
    def remarks(self) -> list[str]:
        """Of what was read so far."""
        if not self._sheet or not self._sheet.uncomputed:
            return []
        sentence = _(
            "Cells hold formulas that were never computed and are taken as empty (such as"
            " %(cells)s): open the workbook in Excel and save it."
        )
        return [sentence % {"cells": ", ".join(self._sheet.uncomputed)}]

    def place(self) -> dict[str, Any]:
        return {"number": self._number}

    def close(self) -> None:
        self._texts.close()
        self._archive.close()
        self._file.close()

    def rows(self, place: dict[str, Any] | None = None) -> Iterator[type_of_row]:
        start = int((place or {}).get("number", 0))
        sheet = self._sheet = _Sheet(self._texts, self._written, after=start)
        last = start
        with reading(), self._archive.open(self._part) as part:
            for _piece in sheet.parser.feed(part):
                sheet.check()
                for number, row in sheet.taken():
                    last = self._number = number
                    yield number, row
                if sheet.number - last > MAX_EMPTY_RUN:
                    return


class _Sheet:
    """What expat tells of a sheet, as rows."""

    def __init__(self, texts: SharedTexts, written: Written, *, after: int) -> None:
        self.parser = Parser(self._start, self._end)
        self.number = 0
        # Cells whose formula nobody has computed; a few of them.
        self.uncomputed: deque[str] = deque(maxlen=_SHOWN)
        self._after = after
        self._texts = texts
        self._written = written
        self._rows: list[tuple[int, list[str]]] = []
        self._row: list[str] = []
        self._cell: dict[str, str] = {}
        self._text: list[str] = []
        self._places: dict[str, int] = {}
        self._is_phonetic = False
        self._depth = 0
        self._prefix = ""
        self._has_root = False

    def taken(self) -> list[tuple[int, list[str]]]:
        rows, self._rows = self._rows, []
        return rows

    def check(self) -> None:
        if len(self._text) > MOST_PIECES or len(self._row) > _LAST_COLUMN:
            raise unreadable(_("a row is longer than Excel allows"))
        if self.number > _LAST_ROW:
            raise unreadable(_("a row has no place"))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise unreadable(_("its parts are nested"))
        if self._prefix:
            name = name.removeprefix(self._prefix)
        if name == "c":
            self._cell = attributes
            self._text = []
        elif name in ("v", "t"):
            if not self._is_phonetic:
                self.parser.expat.CharacterDataHandler = self._text.append
        elif name == "row":
            number = attributes.get("r", "")
            self.number = int(number) if number.isdecimal() else self.number + 1
            self._row = []
        elif name == "f":
            self._cell["f"] = "f"
        elif name == "rPh":
            self._is_phonetic = True
        elif not self._has_root:
            self._has_root = True
            self._prefix = name.rpartition(":")[0] + ":" if ":" in name else ""

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._prefix:
            name = name.removeprefix(self._prefix)
        if name in ("v", "t"):
            self.parser.expat.CharacterDataHandler = None
        elif name == "c":
            if self._text and self.number > self._after:
                self._put()
            elif not self._text and "f" in self._cell:
                self.uncomputed.append(self._cell.get("r", "")[:10])
            elif "r" not in self._cell:
                self._row.append("")
        elif name == "row":
            if any(self._row):
                self._rows.append((self.number, self._row))
            self._row = []
        elif name == "rPh":
            self._is_phonetic = False

    def _put(self) -> None:
        cell, row = self._cell, self._row
        text = self._text[0] if len(self._text) == 1 else "".join(self._text)
        kind = cell.get("t", "n")
        if kind == "s":
            text = self._texts.text(int(text))
        elif kind == "n":
            text = self._written.raw(text, cell.get("s", "0"))
        elif kind == "b":
            text = "True" if text.strip() == "1" else "False"
        elif kind == "e":
            text = ""
        elif kind == "d":
            text = self._written.iso(text)
        place = self._place(cell.get("r", ""))
        if place == len(row):
            row.append(text)
        elif place > len(row):
            row.extend([""] * (place - len(row)))
            row.append(text)
        else:
            row[place] = text

    def _place(self, reference: str) -> int:
        """A1 and A2 are 0, B1 is 1; without a reference behind the cell before."""
        if not reference:
            return len(self._row)
        letters = reference.rstrip("0123456789")
        place = self._places.get(letters)
        if place is None:
            place = self._places[letters] = _column(letters)
        return place


def _column(letters: str) -> int:
    if not 0 < len(letters) <= _LETTERS or not (letters.isascii() and letters.isupper()):
        raise unreadable(_("a cell has no place"))
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    if place > _LAST_COLUMN:
        raise unreadable(_("a cell has no place"))
    return place - 1
