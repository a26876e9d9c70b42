"""Table rows whose columns are kept apart by single blanks only, as plain PDF text has them."""

from __future__ import annotations

import re

from backoffice.core.money import CURRENCY, FIGURE
from orders.extraction.lines.columns import Cell, Columns, header
from orders.extraction.text.units import UNITS

_TITLE = re.compile(
    r"(?<![^\W_])(?:designations?|description|articles?|produits?|libelle|items?|product|"
    r"(?:qte|quantite)s?(?:\s+(?:commandee|demandee))?|qty|quantity|"
    r"prix(?:\s+(?:unitaire|u\.?))?(?:\s+ht)?|p\.?\s?u\.?(?:\s+ht)?|unit\s+price|price|"
    r"(?:montant|total)(?:\s+(?:ht|ligne))?|amount|line\s+total|unites?|u\.?|unit|format|size|"
    r"ref(?:erence)?\.?|n°|no\.?|code|line)(?![^\W_])(?:\s*\([^)]*\))?"
)
_UNIT = "|".join(
    sorted((re.escape(word) for word in UNITS if word.isalpha()), key=len, reverse=True)
)
_FIGURE = rf"(?:{CURRENCY}\s?)?{FIGURE}(?:\s?{CURRENCY}|\s(?:{_UNIT})(?![^\W_]))?"
_ROW = re.compile(rf"(?P<number>\d{{1,3}}\s+)?(?P<text>[^\W\d_].*?)(?P<tail>(?:\s+{_FIGURE})+)")
_EACH_FIGURE = re.compile(_FIGURE)


def spaced_header(start: int, text: str) -> Columns | None:
    """Return the columns when a line consists of column titles alone."""
    cells = [Cell(start + m.start(), start + m.end(), m.group()) for m in _TITLE.finditer(text)]
    left = _TITLE.sub("", text)
    if len(cells) < 3 or sum(c.isalpha() for c in left) > 3:  # noqa: PLR2004 - a sentence
        return None
    columns = header(cells)
    return columns if columns and columns.is_order else None


def spaced_cells(start: int, text: str) -> list[Cell]:
    """Return description and figures of a row as cells; empty where the line is no row."""
    match = _ROW.fullmatch(text.strip())
    if match is None:
        return []
    offset = start + len(text) - len(text.lstrip())
    cells = [Cell(offset + a, offset + b, match.string[a:b]) for a, b in [match.span("text")]]
    if match["number"]:
        cells.insert(
            0, Cell(offset, offset + len(match["number"].strip()), match["number"].strip())
        )
    tail = match.start("tail")
    cells += [
        Cell(offset + tail + m.start(), offset + tail + m.end(), m.group())
        for m in _EACH_FIGURE.finditer(match["tail"])
    ]
    return cells
