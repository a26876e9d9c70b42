"""What is known of products, out of a file: their names, families, prices and words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from crm.mapping.faults import Doubtful, Unreadable
from crm.mapping.transformations.numbers import decimal_reader
from crm.recommendations.engine.catalogue import Catalogue
from crm.recommendations.files import headings, tables

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_BETWEEN_WORDS = re.compile(r"\s*[,;|/]\s*")


def read(path: Path, keys: NDArray[np.generic]) -> Catalogue:
    """The catalogue of the products ``keys``; rows of others are passed over.

    Columns beside key, name, family and price are words: each word of a list, or the whole cell.
    DomainError names a row that cannot be read, or the missing column.
    """
    with tables.opened(path) as table:
        places = headings.required(table.headings, headings.PRODUCTS, ("product",), path.name)
        rows = {row[places["product"]].strip(): (number, row) for number, row in table.rows()}
        style = table.style
        names = list(table.headings)
    known = [rows.get(str(key)) for key in keys]

    def cells(place: int | None) -> list[str]:
        return [row[1][place].strip() if row and place is not None else "" for row in known]

    titles = cells(places.get("name"))
    return Catalogue(
        names=[title or str(key) for title, key in zip(titles, keys, strict=True)],
        family=_numbered(cells(places.get("family"))),
        price=_prices(cells(places.get("price")), style.decimal),
        words={
            _kind(name): [_words(cell) for cell in cells(place)]
            for place, name in enumerate(names)
            if place not in {places["product"], places.get("price")}
        },
    )


def _numbered(families: list[str]) -> NDArray[np.int32]:
    """Each family's number in alphabetical order; -1 where there is none."""
    known = {family: number for number, family in enumerate(sorted(set(families) - {""}))}
    return np.array([known.get(family, -1) for family in families], dtype=np.int32)


def _prices(texts: list[str], decimal: str) -> NDArray[np.float32]:
    """A price that is no number is unknown: it serves the content only."""
    parse = decimal_reader("fr" if decimal == "," else "iso")
    prices = np.full(len(texts), np.nan, dtype=np.float32)
    for place, text in enumerate(texts):
        try:
            prices[place] = float(parse(text)) if text else np.nan
        except Doubtful as doubtful:
            prices[place] = float(doubtful.value)
        except Unreadable:
            continue
    return prices


def _kind(heading: str) -> str:
    """The kind of words that the column holds."""
    name = headings.plain(heading)
    return next((kind for kind, called in headings.WORDS.items() if name in called), name)


def _words(cell: str) -> list[str]:
    return [word for word in _BETWEEN_WORDS.split(cell) if word]
