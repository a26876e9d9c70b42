"""The texts that the cells of a workbook share, on disk: they may be most of the workbook."""

from __future__ import annotations

import tempfile
from array import array
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from crm.sources.files.native import Written
from crm.sources.files.workbook_faults import unreadable
from crm.sources.files.xml_parts import MAX_DEPTH, MOST_PIECES, Parser

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

# So many texts are remembered as Python has them: what repeats is not looked up each time.
_REMEMBERED = 20_000
# Their places take 8 bytes each.
_MOST_TEXTS = 10_000_000


class SharedTexts:
    """Texts by number, read as far as they are asked for; the file lives as long as this does."""

    def __init__(self, archive: zipfile.ZipFile, part: str) -> None:
        self._ends = array("Q", [0])
        self._memory: dict[int, str] = {}
        self._pieces: list[str] = []
        self._new: list[bytes] = []
        self._depth = 0
        self._is_phonetic = False
        self._parser = Parser(self._start, self._end)
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this
        is_there = part in archive.namelist()
        self._reading = self._read(archive, part) if is_there else iter(())

    def text(self, number: int) -> str:
        """LookupError where there is none."""
        known = self._memory.get(number)
        if known is not None:
            return known
        if number < 0:
            raise IndexError(number)
        while number >= len(self._ends) - 1:
            if next(self._reading, self) is self:
                raise IndexError(number)
        start, end = self._ends[number], self._ends[number + 1]
        self._file.seek(start)
        text = self._file.read(end - start).decode()
        if len(self._memory) < _REMEMBERED:
            self._memory[number] = text
        return text

    def close(self) -> None:
        self._file.close()

    def _read(self, archive: zipfile.ZipFile, part: str) -> Iterator[None]:
        with archive.open(part) as file:
            for _piece in self._parser.feed(file):
                if len(self._pieces) > MOST_PIECES or len(self._ends) > _MOST_TEXTS:
                    raise unreadable(_("its texts are longer than Excel allows"))
                self._file.seek(0, 2)
                self._file.write(b"".join(self._new))
                self._new.clear()
                yield

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise unreadable(_("its parts are nested"))
        if name == "t" and not self._is_phonetic:
            self._parser.expat.CharacterDataHandler = self._pieces.append
        elif name == "rPh":
            self._is_phonetic = True

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        self._depth -= 1
        if name == "t":
            self._parser.expat.CharacterDataHandler = None
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "si":
            text = Written.string("".join(self._pieces)).encode(errors="replace")
            self._pieces.clear()
            self._new.append(text)
            self._ends.append(self._ends[-1] + len(text))
