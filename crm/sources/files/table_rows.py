"""A table out of a file's rows: its headings, and the rows below them as wide as these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.sources.batches import BrokenRow
from crm.sources.files.raw_rows import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crm.sources.files.raw_rows import RawRows
    from crm.sources.files.style import Style

# A spreadsheet that writes "'+33 6 ..." or ="00123" keeps its reader from calculating with it.
_GUARDED = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", *"0123456789")
_TOTAL = re.compile(r"\s*(?:sous[- ]?|grand )?tota(?:ls?|ux)\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"[-+(]?[\d \u00a0\u202f.,']+[)-]?\s*(?:€|eur|%|btl|bouteilles?)?", re.IGNORECASE
)
_LAST_ROWS_LOOKED_AT = 1100
# Of cells beyond the heading; a row may have a million of them.
_EXTRA_SHOWN = 50
# More columns than any export has; each costs time in every row.
MAX_COLUMNS = 1000


class TableRows:
    """Rows of one file. ``columns`` are its headings, made unique."""

    def __init__(self, raw: RawRows, style: Style, columns: Sequence[str], name: str) -> None:
        self.columns = columns
        self._raw = raw
        self._style = style
        self._name = name
        self._width = len(columns)
        self._fill = [columns.index(column) for column in style.fill_down if column in columns]
        self._above: list[str] = []
        self._is_guarded = style.format == "csv"

    @property
    def remarks(self) -> list[str]:
        """What concerns the file as a whole, of what was read so far."""
        return list(getattr(self._raw, "remarks", ()))

    def close(self) -> None:
        self._raw.close()

    def place(self) -> dict[str, Any]:
        """Where to go on after the row that was given last."""
        place = self._raw.place()
        return {**place, "above": self._above} if self._above else place

    def rows(
        self, place: dict[str, Any] | None = None
    ) -> Iterator[tuple[int, tuple[str, ...] | BrokenRow]]:
        """Numbered rows, each a tuple of text or the BrokenRow in its place."""
        place = place or {}
        self._above = list(place.get("above") or ())
        width, header_row = self._width, self._style.header_row
        for number, cells in self._raw.rows(place):
            if number <= header_row:
                continue
            if isinstance(cells, Unreadable):
                yield number, self._broken(number, [cells.text], cells.sentence)
                continue
            if len(cells) != width or not cells[0].strip() or _TOTAL.match(cells[0]):
                # Rare enough to be looked at closely.
                looked_at = self._looked_at(number, cells)
                if isinstance(looked_at, BrokenRow):
                    yield number, looked_at
                if not isinstance(looked_at, list):
                    continue
                cells = looked_at  # noqa: PLW2901 - made as wide as the heading
            if self._is_guarded and _may_be_guarded("\0" + "\0".join(cells)):
                cells = list(map(unguarded, cells))  # noqa: PLW2901 - without what guards
            if self._fill:
                cells = self._filled(cells)  # noqa: PLW2901 - with what stands above
            # Exports by pages repeat the heading.
            if cells[0] == self.columns[0] and cells == list(self.columns):
                continue
            yield number, tuple(cells)

    def _looked_at(self, number: int, cells: list[str]) -> list[str] | BrokenRow | None:
        """The cells as many as the headings; None where the row is to be passed over."""
        if not any(map(str.strip, cells)):
            return None
        if self._is_total(cells):
            is_told = self._style.totals == "reported"
            return self._broken(number, cells, _total(cells)) if is_told else None
        width = self._width
        while len(cells) > width and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) < width and self._raw.is_ragged:
            return cells + [""] * (width - len(cells))
        if len(cells) == width:
            return cells
        return self._broken(number, cells, self._misfit(cells))

    def _misfit(self, cells: Sequence[str]) -> str:
        values = {"found": len(cells), "expected": self._width, "first": cells[0][:60]}
        sentence = (
            _(
                "The row has %(found)d cells, the heading %(expected)d: a delimiter stands in a"
                " text without quotation marks, or cells were shifted. It begins with"
                " “%(first)s”."
            )
            if len(cells) > self._width
            else _(
                "The row has %(found)d cells, the heading %(expected)d: cells are missing, or a"
                " line break stands within a text. It begins with “%(first)s”."
            )
        )
        return sentence % values

    def _is_total(self, cells: Sequence[str]) -> bool:
        """Whether the first words say "total" and all else is sums."""
        filled = [cell.strip() for cell in cells if cell.strip()]
        return bool(_TOTAL.match(filled[0])) and all(_AMOUNT.fullmatch(cell) for cell in filled[1:])

    def _filled(self, cells: list[str]) -> list[str]:
        fill = self._fill
        if any(cells[index].strip() for index in fill):
            self._above = [cells[index] for index in fill]
        elif self._above:
            for index, value in zip(fill, self._above, strict=True):
                cells[index] = value
        return cells

    def _broken(self, number: int, cells: Sequence[str], sentence: str) -> BrokenRow:
        raw = dict(zip(self.columns, cells, strict=False))
        extra = enumerate(cells[self._width : self._width + _EXTRA_SHOWN], start=self._width + 1)
        raw.update((_("Cell %(number)d") % {"number": place}, cell) for place, cell in extra)
        return BrokenRow(number, raw, sentence)


def _may_be_guarded(row: str) -> bool:
    """Looking at the row once is faster than at its cells, and hardly one is guarded."""
    return "\0'" in row or '\0="' in row


def unguarded(cell: str) -> str:
    """Without the one apostrophe that guards a sign, or the formula around a code."""
    if cell[:1] == "'" and cell[1:2] and cell[1:].startswith(_GUARDED):
        return cell[1:]
    if cell[:2] == '="' and cell[-1:] == '"' and cell.count('"') == 2:  # noqa: PLR2004 - its ends
        return cell[2:-1]
    return cell


def headings(cells: Sequence[str]) -> list[str]:
    """The headings, trimmed, without empty ones at the end, unique, none without a name."""
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        sentence = _("The table has %(count)d columns, more than %(limit)d: remove some.")
        words = {"count": len(names), "limit": MAX_COLUMNS}
        raise DomainError(sentence % words, code="too_many_columns", field="file")
    names = [name or _("Column %(number)d") % {"number": i} for i, name in enumerate(names, 1)]
    return unique(names)


def unique(names: Sequence[str], taken: Sequence[str] = ()) -> list[str]:
    """The names; the second "Nom" is "Nom (2)"."""
    seen = set(taken)
    made = []
    for name in names:
        candidate, count = name[:200], 1
        while candidate in seen:
            count += 1
            candidate = f"{name[:190]} ({count})"
        seen.add(candidate)
        made.append(candidate)
    return made


def read_headings(raw: RawRows, style: Style, name: str) -> list[str]:
    """The columns of the file; raises DomainError where the row of headings has none."""
    for number, cells in raw.rows():
        if isinstance(cells, Unreadable):
            if number >= style.header_row:
                break
            continue
        if style.header_row == 0 and any(map(str.strip, cells)):
            words = [_("Column %(number)d") % {"number": i + 1} for i in range(len(cells))]
            return headings(words)
        if number == style.header_row and style.header_row and headings(cells):
            return headings(cells)
        if style.header_row and number >= style.header_row:
            break
        if number > _LAST_ROWS_LOOKED_AT:
            break
    sentence = _(
        "“%(file)s” has no headings in row %(row)d: choose the row in which the columns' names"
        " stand."
    )
    raise DomainError(
        sentence % {"file": name, "row": style.header_row}, code="no_header", field="header_row"
    )


def _total(cells: Sequence[str]) -> str:
    words = next(cell.strip() for cell in cells if cell.strip())
    return _(
        "The row says “%(words)s” and holds sums: a line of totals is not taken for a row. Nothing"
        " has to be mended."
    ) % {"words": words[:60]}
