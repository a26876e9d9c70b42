"""The drawing operations of a PDF page with those of its form objects in their place.

pypdf's layout mode does not look into forms, which hold the whole page when it
was stamped or imported by another program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pypdf import PageObject
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DictionaryObject,
    FloatObject,
    NameObject,
    StreamObject,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf.generic import PdfObject
    from pypdf.generic._font import Font

    Operation = tuple[list[Any], bytes]

# A few forms that contain each other would unfold without end.
_FORMS: Final = 100
_DEPTH: Final = 5
_IDENTITY: Final = [FloatObject(number) for number in (1, 0, 0, 1, 0, 0)]


class Drawing:
    """What a page draws: ``operations`` in order, and the ``fonts`` they name."""

    def __init__(self, page: PageObject) -> None:
        self.fonts: dict[str, Font] = {}
        self._pdf = page.pdf
        self._forms = 0
        contents = page.get("/Contents")
        self.operations = self._draw(contents, _dictionary(page, "/Resources"), "", 0)

    def _draw(
        self, contents: PdfObject | None, resources: DictionaryObject, prefix: str, depth: int
    ) -> Iterator[Operation]:
        contents = contents.get_object() if contents is not None else None
        if not isinstance(contents, ArrayObject | StreamObject):
            return
        self._add_fonts(resources, prefix)
        for operands, operator in ContentStream(contents, self._pdf, "bytes").operations:
            form = _form(resources, operands) if operator == b"Do" else None
            if form is not None and depth < _DEPTH and self._forms < _FORMS:
                self._forms += 1
                yield [], b"q"
                yield list(form.get("/Matrix", _IDENTITY)), b"cm"
                own = _dictionary(form, "/Resources") or resources
                yield from self._draw(form, own, f"/{self._forms}{prefix}", depth + 1)
                yield [], b"Q"
            elif operator == b"Tf" and prefix and operands:
                # Each form has its own "/F1".
                yield [f"{prefix}{operands[0]}", *operands[1:]], operator
            else:
                yield operands, operator

    def _add_fonts(self, resources: DictionaryObject, prefix: str) -> None:
        # A page of its own, for only pages give out their fonts.
        holder = PageObject(self._pdf)
        holder[NameObject("/Resources")] = resources
        fonts = holder._layout_mode_fonts()  # noqa: SLF001 - layout mode has no public door
        self.fonts.update({f"{prefix}{name}": font for name, font in fonts.items()})


def _dictionary(holder: DictionaryObject, name: str) -> DictionaryObject:
    found = holder.get(name)
    found = found.get_object() if found is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _form(resources: DictionaryObject, operands: list[Any]) -> StreamObject | None:
    forms = _dictionary(resources, "/XObject")
    if not operands or operands[0] not in forms:
        return None
    form = forms[operands[0]].get_object()
    if isinstance(form, StreamObject) and form.get("/Subtype") == "/Form":
        return form
    return None
