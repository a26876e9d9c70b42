"""Cells of a sheet on their way back."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from backoffice.core.spreadsheets.formats import as_text, safe

# Whole numbers without zeros in front, and decimals; more digits are codes, as are "007" and "+33".
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?", re.ASCII)
_LONGEST: Final = 15
# Begins like a formula and is none.
_NEGATIVE: Final = re.compile(r"-\d{1,15}(?:[.,]\d{1,10})?", re.ASCII)


def as_number(cell: str) -> object:
    """A number where the cell surely is one, else the cell; codes and dates stay texts."""
    text = cell.strip()
    if not text or len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        return cell
    return Decimal(text) if "." in text else int(text)


def as_figure(value: float) -> float:
    """A checked figure: whole where it is."""
    return int(value) if value.is_integer() else value


def for_csv(cell: object, decimal: str) -> str:
    """A cell as text that no spreadsheet runs: its own as it came, ours with this decimal sign."""
    if isinstance(cell, float):
        return str(cell).replace(".", decimal)
    text = str(cell)
    # Nearly every cell: it begins with a letter or digit, and no other reader splits it.
    if text[:1].isalnum() and text.isprintable() and "," not in text and "|" not in text:
        return text
    return text if _NEGATIVE.fullmatch(text) else as_text(safe(text))
