"""Names that traders give to single references: a Hulk is a 116610LV and no other Submariner.

Those that say exactly which (``complete`` in the table of :mod:`listings.extraction.nicknames`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from backoffice.core.text import folded
from listings.extraction import nicknames
from listings.matching import references

if TYPE_CHECKING:
    from listings.matching.references import Reference

_REFUSING = re.compile(
    r"\b(?:no|not|not an?|non|pas de|pas|sauf|except|but no|ohne|kein|keine|keinen|nicht|sin"
    r"|excepto|senza|tranne)(?: the| la| le| el| il| die)?\s+$"
)


@dataclass(frozen=True, slots=True)
class Nicknames:
    """Of one brand: the pattern that finds them, and what each may be."""

    pattern: re.Pattern[str]
    meanings: dict[str, tuple[Reference, ...]]
    keys: frozenset[str]


@cache
def _shipped() -> dict[str, Nicknames]:
    rows: dict[str, dict[str, tuple[Reference, ...]]] = {}
    for row in nicknames.rows():
        if row.is_complete:
            meant = tuple(one for text in row.references for one in references.parse(text))
            rows.setdefault(folded(row.brand), {})[folded(row.word)] = meant
    return {brand: _of(meanings) for brand, meanings in rows.items()}


def _of(meanings: dict[str, tuple[Reference, ...]]) -> Nicknames:
    longest_first = sorted(meanings, key=len, reverse=True)
    names = "|".join(re.escape(name).replace(r"\ ", r"[\s-]?") for name in longest_first)
    pattern = re.compile(rf"(?<!\w)(?:{names})(?!\w)")
    keys = frozenset(one.key for meant in meanings.values() for one in meant)
    return Nicknames(pattern, meanings, keys)


@lru_cache(maxsize=4096)
def _of_brand(brand: str) -> Nicknames | None:
    return _shipped().get(folded(brand).strip())


@dataclass(frozen=True, slots=True)
class Said:
    """What the nicknames of a text mean, each one's references; ``refused``: "no Hulk"."""

    meant: tuple[tuple[Reference, ...], ...] = ()
    refused: frozenset[str] = frozenset()


@lru_cache(maxsize=65536)
def said(brand: str, text: str) -> Said:
    """The nicknames in ``text``, for a watch of ``brand``, in their order."""
    known = _of_brand(brand)
    if known is None or not text:
        return Said()
    low = folded(text)
    meant: list[tuple[Reference, ...]] = []
    refused: set[str] = set()
    for match in known.pattern.finditer(low):
        found = known.meanings.get(re.sub(r"[\s-]", " ", match.group()), ())
        if _REFUSING.search(low[: match.start()]):
            refused |= {one.key for one in found}
        else:
            meant.append(found)
    return Said(tuple(meant), frozenset(refused))


def is_special(brand: str, reference: Reference) -> bool:
    """Whether it is a version with a nickname of its own: who sells one says so."""
    known = _of_brand(brand)
    return known is not None and reference.key in known.keys and bool(reference.breaks)
