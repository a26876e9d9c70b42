"""The parts of a workbook, parsed with bounded memory."""

from __future__ import annotations

import posixpath
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from django.utils.translation import gettext as _

from crm.sources.files.workbook_faults import no_sheet, unreadable

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable, Iterator

# Of one tag: a text of Excel has at most 32,767 characters, an attribute less.
_LONGEST_TAG = 1 << 22
# Pieces of a text, each of 64 KB at most, and tags within tags.
MOST_PIECES = 64
MAX_DEPTH = 100
_PIECE = 1 << 18


class Parser:
    """expat that holds no more than a tag, and makes nothing of entities."""

    def __init__(
        self, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None]
    ) -> None:
        self.expat = expat.ParserCreate()
        self.expat.buffer_text = True
        self.expat.buffer_size = 1 << 16
        self.expat.StartElementHandler = start
        self.expat.EndElementHandler = end
        self.expat.EntityDeclHandler = _no_entities

    def feed(self, file: IO[bytes]) -> Iterator[None]:
        """Parse the file piece by piece; between them the caller takes what was found."""
        fed = 0
        while piece := file.read(_PIECE):
            self.expat.Parse(piece, False)  # noqa: FBT003 - expat's own
            fed += len(piece)
            if fed - max(self.expat.CurrentByteIndex, 0) > _LONGEST_TAG:
                raise unreadable(_("a text is longer than Excel allows"))
            yield
        self.expat.Parse(b"", True)  # noqa: FBT003 - as above
        yield


class Workbook:
    """Where the parts of a workbook lie, and its formats."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._targets: dict[str, tuple[str, str]] = {}
        self.sheets: dict[str, str] = {}
        self.shared = self._styles = ""
        self.is_1904 = False
        self._parse("xl/_rels/workbook.xml.rels", self._relation)
        self._hidden: dict[str, str] = {}
        self._parse("xl/workbook.xml", self._book)
        self.sheets |= self._hidden

    def part(self, name: str) -> str:
        """Of the sheet of this name, of the first where it is empty; raises DomainError."""
        if not self.sheets:
            raise unreadable(_("it has no sheet with cells"))
        if name and name not in self.sheets:
            raise no_sheet(name, list(self.sheets))
        return self.sheets[name] if name else next(iter(self.sheets.values()))

    def formats(self) -> list[str]:
        """The number format of each style of cells, by the style's number."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS  # noqa: PLC0415 - slow import

        own: dict[str, str] = {}
        used: list[str] = []
        inside = [False]

        def start(name: str, attributes: dict[str, str]) -> None:
            name = name.rpartition(":")[2]
            if name == "numFmt":
                own[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif name == "cellXfs":
                inside[0] = True
            elif name in ("cellStyles", "dxfs"):
                inside[0] = False
            elif name == "xf" and inside[0]:
                used.append(attributes.get("numFmtId", "0"))

        self._parse(self._styles, start)
        return [
            own.get(number) or BUILTIN_FORMATS.get(int(number) if number.isdecimal() else 0, "")
            for number in used
        ]

    def _relation(self, name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] != "Relationship":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = attributes.get("Target", "")
        path = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        self._targets[attributes.get("Id", "")] = (kind, path)
        if kind == "sharedStrings":
            self.shared = path
        elif kind == "styles":
            self._styles = path

    def _book(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "workbookPr":
            self.is_1904 = attributes.get("date1904", "0") in ("1", "true")
        elif name == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            kind, path = self._targets.get(relation, ("", ""))
            if kind == "worksheet":
                is_shown = attributes.get("state", "visible") == "visible"
                place = self.sheets if is_shown else self._hidden
                place[attributes.get("name", path)] = path

    def _parse(self, part: str, start: Callable[[str, dict[str, str]], None]) -> None:
        if part not in self._archive.namelist():
            return
        depth = 0

        def down(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > MAX_DEPTH:
                raise unreadable(_("its parts are nested"))
            start(name, attributes)

        def up(_name: str) -> None:
            nonlocal depth
            depth -= 1

        with self._archive.open(part) as file:
            for _piece in Parser(down, up).feed(file):
                pass


def _no_entities(*_declared: object) -> None:
    raise unreadable(_("it declares entities"))
