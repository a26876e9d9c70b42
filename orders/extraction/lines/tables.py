"""Order lines in tables: rows of cells under a header, or without one.

Tables come as text, a line per row with " | " between the cells (see
``ReadDocument``). A long description may stand on lines of its own above and
below the row with its figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orders.extraction.catalogue import PACKAGING, Catalogue
from orders.extraction.drafts import Draft, Span
from orders.extraction.lines import columns as cols
from orders.extraction.lines.cell_signs import cell_signs, pieces
from orders.extraction.lines.columns import Cell, Columns, Line
from orders.extraction.lines.products import Match, match_text, signs_of
from orders.extraction.lines.spaced import spaced_cells, spaced_header
from orders.extraction.lines.wrapping import owners
from orders.extraction.text.units import unit_named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from orders.extraction.text.scan import Scan
    from orders.reading import Unit

_SUM_ROW = re.compile(
    r"(?:sous-?\s?)?total|montant|net\b|tva|t\.v\.a|taxe|vat|remise|rabais|transport|frais|port\b|"
    r"livraison|timbre|acompte|escompte|arrondi|discount|shipping|sub-?total|grand|somme|"
    r"a reporter|"
    r"report|base ht|delivery|freight|المجموع|الضريبه|arrete|solde|avance|balance|deposit"
)
_SHEET = re.compile(r"\[sheet: (?P<name>.*)\]")
_PRICE_SHEET = re.compile(r"tarif|prix|price|catalogue|bareme|grille")
_SAME = re.compile(r'(?:idem|id\.?|ditto|same|"|//|memes?)\b')
_ONLY_ATTRIBUTES = re.compile(
    r"(?:\d[\d ,.x*]*|cm|mm|g|m2|/|kraft|blancs?|bruns?|noirs?|naturel|petits?|grands?|moyens?|"
    r"modele|"
    r"format|taille|[-,;.()\s])*"
)


@dataclass(slots=True)
class TableReading:
    """Lines found, the spans tables cover, rows not understood, and prices' currency.

    ``cells`` tells of every cell with a number what it holds; those of rows that sum
    up are ``"sum"``.
    """

    drafts: list[Draft] = field(default_factory=list)
    covered: list[Span] = field(default_factory=list)
    cells: list[tuple[int, int, str]] = field(default_factory=list)
    doubtful_rows: int = 0
    currency: str = ""


def lines_of(scan: Scan, start: int, end: int) -> Iterator[Line]:
    position = start
    rows = scan.text[start:end].split("\n")
    for text, sign in zip(rows, cell_signs(rows), strict=True):
        cells, offset = [], position
        for piece, width in pieces(text, sign):
            stripped = piece.strip()
            first = offset + len(piece) - len(piece.lstrip())
            cells.append(Cell(first, first + len(stripped), stripped))
            offset += width
        yield Line(position, position + len(text), text, cells)
        position += len(text) + 1


def read(scan: Scan, catalogue: Catalogue = PACKAGING) -> TableReading:
    """Return the order lines of all tables in the author's own part of a document."""
    reading = TableReading()
    for start, end in scan.regions():
        _Reader(scan, catalogue, list(lines_of(scan, start, end)), reading).run()
    return reading


class _Reader:
    def __init__(
        self, scan: Scan, catalogue: Catalogue, lines: list[Line], reading: TableReading
    ) -> None:
        self.scan = scan
        self.catalogue = catalogue
        self.lines = lines
        self.reading = reading
        self.heading: Match | None = None

    def run(self) -> None:
        columns: Columns | None = None
        skip_sheet = False
        self._guess_columns()
        self._find_owners()
        for index, line in enumerate(self.lines):
            sheet = _SHEET.fullmatch(line.text)
            if sheet:
                skip_sheet = bool(_PRICE_SHEET.search(sheet["name"]))
                columns = None
            if skip_sheet or sheet or not line.text:
                continue
            if len(line.filled) > 1 or not columns:
                found = self._header(line)
                if found:
                    if len(line.filled) == 1:
                        self._split_by_blanks(index + 1, found)
                    columns = found
                    self.reading.currency = self.reading.currency or found.currency
                    self.reading.covered.append((line.start, line.end))
                    continue
            if columns is not None or self.guessed is not None:
                self._row(index, line, columns or self.guessed)

    def _header(self, line: Line) -> Columns | None:
        if len(line.filled) > 1:
            return cols.header(line.cells)
        return spaced_header(line.start, line.raw)

    def _split_by_blanks(self, first: int, columns: Columns) -> None:
        """Split the rows below a header; "Livraison : 11 mai 2026" has too few figures for one."""
        figures = sum(role in {"quantity", "price", "total"} for role in columns.roles)
        for line in self.lines[first:]:
            cells = spaced_cells(line.start, line.raw) if len(line.filled) == 1 else []
            if sum(bool(cell.number) for cell in cells) >= figures:
                line.cells = cells
        self._find_owners()

    def _guess_columns(self) -> None:
        """Columns of a table without header: two rows or more that name a bag and a number."""
        self.guessed: Columns | None = None
        rows = [line for line in self.lines if _looks_like_row(line)]
        headers = [line for line in self.lines if len(line.filled) > 1 and cols.header(line.cells)]
        if headers or len(rows) < 2 and not any(len(r.filled) > 2 for r in rows):  # noqa: PLR2004, RUF021 - two rows make a table
            return
        if rows:
            self.guessed = _guess(max(rows, key=lambda line: len(line.filled)))

    def _row(self, index: int, line: Line, columns: Columns | None) -> None:
        if columns is None or len(line.filled) < 2:  # noqa: PLR2004 - one cell is no row
            if len(line.filled) == 1 and index not in self.owner and signs_of(line.text):
                heading = match_text(line.text, self.catalogue)
                self.heading = heading if heading.code else self.heading
            return
        if not columns.is_order:
            self.reading.covered.append((line.start, line.end))
            return
        words = [cell.text for cell in line.filled if not cell.number]
        if words and _SUM_ROW.match(words[0]):
            self.reading.cells += [(c.start, c.end, "sum") for c in line.filled if c.number]
            return
        by_role = cols.assign(columns, line.cells)
        self.reading.cells += [
            (cell.start, cell.end, role) for role, held in by_role.items() for cell in held
        ]
        quantity = next(iter(by_role.get("quantity", [])), None)
        named = by_role.get("description") or self._wrapped(index)[0]
        if not cols.is_ordered(quantity):
            quantity = self._lost_quantity(by_role) if named else None
        if quantity is None or not cols.is_ordered(quantity):
            if named and any(cell.number for cell in line.filled):
                self.reading.covered.append((line.start, line.end))
            return
        if named or by_role.get("size"):
            draft = self._draft(index, line, columns, by_role, quantity)
            self.reading.drafts.append(draft)
            self.reading.covered.append((line.start, line.end))
            if draft.adds_up() is False:
                self.reading.doubtful_rows += 1

    def _lost_quantity(self, by_role: dict[cols.Role, list[Cell]]) -> Cell | None:
        """The quantity that price and amount imply, where a PDF ran its figure into the text."""
        price, total = _first(by_role, "price"), _first(by_role, "total")
        if self.scan.document.kind != "pdf" or not price or not total or not any(price.number):
            return None
        implied = total.number[0] / _likely_price(price)
        self.reading.doubtful_rows += bool(implied)
        return Cell(total.start, total.end, f"{implied:.0f}") if implied % 1 == 0 else None

    def _wrapped(self, index: int) -> tuple[list[Cell], list[Cell]]:
        """The rest of a row's description, on the lines above and below it."""
        mine = [
            (other, self.lines[other].filled[0])
            for other, row in self.owner.items()
            if row == index
        ]
        return (
            [cell for other, cell in mine if other < index],
            [cell for other, cell in mine if other > index],
        )

    def _find_owners(self) -> None:
        self.owner = owners(self.lines, _is_row, lambda line: self._header(line) is not None)
        self.owner = {
            index: row
            for index, row in self.owner.items()
            if not _SUM_ROW.match(self.lines[index].text)
            and not _SHEET.match(self.lines[index].text)
        }

    def _draft(
        self,
        index: int,
        line: Line,
        columns: Columns,
        by_role: dict[cols.Role, list[Cell]],
        quantity: Cell,
    ) -> Draft:
        own = by_role.get("description", [])
        above, below = self._wrapped(index)
        parts = [*above, *own, *by_role.get("size", []), *by_role.get("other", [])]
        product = self._product(" ".join(cell.text for cell in [*above, *own, *below]))
        named = above + own or by_role.get("size", []) or line.filled[:1]
        value, price, total = _figures(by_role, quantity)
        price_cell, total_cell = _first(by_role, "price"), _first(by_role, "total")
        unit, stated, written = _unit(columns, by_role, quantity)
        return Draft(
            self.scan,
            (named[0].start, named[-1].end),
            product,
            value,
            (quantity.start, quantity.end),
            unit,
            unit_span=(written.start, written.end) if written else None,
            unit_certainty=0.97 if stated else 0.9,
            certainty=0.93,
            unit_price=price,
            price_span=(price_cell.start, price_cell.end) if price_cell else None,
            total=total,
            total_span=(total_cell.start, total_cell.end) if total_cell else None,
            currency=next((c.currency for c in (price_cell, total_cell) if c and c.currency), ""),
            whole=(
                min(cell.start for cell in [*parts, quantity]),
                max(cell.end for cell in [*parts, *below, quantity]),
            ),
        )

    def _product(self, text: str) -> Match:
        """The product a row names; rows of sizes alone go on with the heading or row above."""
        previous = self.reading.drafts[-1].product if self.reading.drafts else None
        inherited = self.heading or previous
        if (
            inherited
            and not signs_of(text)
            and (_SAME.match(text) or _ONLY_ATTRIBUTES.fullmatch(text))
        ):
            return Match(inherited.code, 0.7, inherited.note)
        found = match_text(text, self.catalogue)
        if not found.code and self.heading and signs_of(text) and found.confidence < 0.5:  # noqa: PLR2004 - "sacs" under a heading
            return Match(self.heading.code, 0.65)
        return found


def _is_row(line: Line) -> bool:
    cells = line.filled
    return (
        len(cells) > 1
        and any(cell.number for cell in cells)
        and not any(_SUM_ROW.match(cell.text) for cell in cells if cell.is_text)
    )


def _looks_like_row(line: Line) -> bool:
    cells = line.filled
    return (
        len(cells) > 1
        and any(cell.is_text and signs_of(cell.text) for cell in cells)
        and any(cell.number and not cell.currency for cell in cells)
    )


def _guess(line: Line) -> Columns:
    """Name columns by what a row holds: text, then quantity, price, total in that order."""
    roles: list[cols.Role] = []
    figures: list[cols.Role] = ["quantity", "price", "total"]
    numbers = [cell for cell in line.filled if cell.number]
    if len(numbers) == 2 and (numbers[1].number[0] > numbers[0].number[0]):  # noqa: PLR2004 - quantity and total
        figures = ["quantity", "total"]
    for cell in line.filled:
        if cell.number and figures and ("description" in roles or cell.number[0] > 99):  # noqa: PLR2004 - not a line number
            roles.append(figures.pop(0))
        elif unit_named(cell.text):
            roles.append("unit")
        elif cell.is_text and "description" not in roles and len(cell.text) > 5:  # noqa: PLR2004 - not a code
            roles.append("description")
        else:
            roles.append("ref" if "description" not in roles else "other")
    return Columns(tuple(roles))


def _first(by_role: dict[cols.Role, list[Cell]], role: cols.Role) -> Cell | None:
    return next((cell for cell in by_role.get(role, []) if cell.number), None)


def _figures(
    by_role: dict[cols.Role, list[Cell]], quantity: Cell
) -> tuple[Decimal, Decimal | None, Decimal | None]:
    """Quantity, unit price and total in the readings that agree with each other."""
    price, total = _first(by_role, "price"), _first(by_role, "total")
    if price and total:
        agreed = cols.resolve(quantity.number, price.number, total.number)
        if agreed:
            return agreed
    return (
        quantity.number[0],
        _likely_price(price) if price else None,
        total.number[0] if total else None,
    )


def _likely_price(cell: Cell) -> Decimal:
    """Return the smaller reading: "1,080" beside "0,160" is one dirham eight."""
    return min(cell.number)


def _unit(
    columns: Columns, by_role: dict[cols.Role, list[Cell]], quantity: Cell
) -> tuple[Unit, bool, Cell | None]:
    """The unit a row counts in, whether the table says so, and the cell that does, if one."""
    word = re.split(r"[\s/(]", quantity.rest.strip())[0] if quantity.rest else ""
    named = [(word, quantity), *((cell.text, cell) for cell in by_role.get("unit", []))]
    for text, cell in named:
        unit = unit_named(text)
        if unit:
            return unit, True, cell
    price = _first(by_role, "price")
    if price and "/" in price.rest:
        unit = unit_named(price.rest.split("/")[1])
        if unit:
            return unit, True, price
    return (columns.unit or "piece"), columns.unit is not None, None
