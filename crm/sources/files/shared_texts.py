"""The texts that the cells of a workbook share, on disk: they may be most of the workbook."""

from __future__ import annotations

import mmap
import tempfile
from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import zipfile

# So many texts are remembered as Python has them: what repeats is not decoded each time.
_REMEMBERED = 20_000


class SharedTexts:
    """Texts by number; the file lives as long as this does."""

    def __init__(self, archive: zipfile.ZipFile, part: str) -> None:
        self._ends = array("Q", [0])
        self._memory: dict[int, str] = {}
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this
        self._map: mmap.mmap | None = None
        try:
            if part in archive.namelist():
                self._read(archive, part)
        except BaseException:
            self._file.close()
            raise
        if self._ends[-1]:
            self._file.flush()
            self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)

    def text(self, number: int) -> str:
        """IndexError where there is none."""
        known = self._memory.get(number)
        if known is not None:
            return known
        if number < 0:
            raise IndexError(number)
        start, end = self._ends[number], self._ends[number + 1]
        text = self._map[start:end].decode() if self._map else ""
        if len(self._memory) < _REMEMBERED:
            self._memory[number] = text
        return text

    def close(self) -> None:
        if self._map:
            self._map.close()
        self._file.close()

    def _read(self, archive: zipfile.ZipFile, part: str) -> None:
        from crm.sources.files.native import Written  # noqa: PLC0415 - beside its reader
        from crm.sources.files.xlsx import Parser  # noqa: PLC0415 - it imports this

        pieces: list[str] = []
        state = {"phonetic": False}

        def start(name: str, _attributes: dict[str, str]) -> None:
            name = name.rpartition(":")[2]
            if name == "t" and not state["phonetic"]:
                parser.expat.CharacterDataHandler = pieces.append
            elif name == "rPh":
                state["phonetic"] = True

        def end(name: str) -> None:
            name = name.rpartition(":")[2]
            if name == "t":
                parser.expat.CharacterDataHandler = None
            elif name == "rPh":
                state["phonetic"] = False
            elif name == "si":
                text = Written.string("".join(pieces)).encode(errors="replace")
                pieces.clear()
                self._file.write(text)
                self._ends.append(self._ends[-1] + len(text))

        parser = Parser(start, end)
        with archive.open(part) as file:
            for _piece in parser.feed(file):
                pass
