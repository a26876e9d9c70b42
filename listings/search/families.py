"""Families of watches within a family: a Planet Ocean is a Seamaster, a Black Bay 58 a Black Bay.

The catalogue tells: by an alias ("seamaster planet ocean"), or by the name of the family itself.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from backoffice.core.text import folded

if TYPE_CHECKING:
    from listings.extraction.catalogue import Catalogue, ModelRow

_NUMBERS = frozenset({"2", "3", "ii", "iii"})


def within(known: Catalogue, brand: str, model: str) -> frozenset[str]:
    """The other families of the brand that are called ``model`` as well."""
    return _all(known).get((brand, model), frozenset())


@lru_cache(maxsize=4)
def _all(known: Catalogue) -> dict[tuple[str, str], frozenset[str]]:
    of_brand: dict[str, list[ModelRow]] = defaultdict(list)
    for row in known.models:
        of_brand[row.brand].append(row)
    return {
        (brand, row.model): frozenset(
            one.model for one in rows if one.model != row.model and _is_called(one, row.model)
        )
        for brand, rows in of_brand.items()
        for row in rows
    }


def _is_called(row: ModelRow, model: str) -> bool:
    begins = f"{folded(model)} "
    names = (folded(name) for name in (row.model, *row.aliases))
    # An Explorer II is no Explorer: a number of its own makes another watch.
    return any(
        name.startswith(begins) and name.removeprefix(begins) not in _NUMBERS for name in names
    )
