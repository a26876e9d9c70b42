"""The algorithms by name; each learns from purchases and scores customers' products."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm.recommendations.algorithms.base import Algorithm, Blend

# Name: module and class, in the order in which they are fitted and shown; blends come last.
_PLACES = {
    "popularity": ("popularity", "Popularity"),
    "content": ("content", "Content"),
    "collaborative": ("item_based", "ItemBased"),
    "ease": ("ease", "Ease"),
    "own_frequency": ("own_frequency", "OwnFrequency"),
    "hybrid": ("hybrid", "Hybrid"),
}
_LABELS = {
    "popularity": _("popularity"),
    "content": _("likeness of products"),
    "collaborative": _("customers who bought the same"),
    "ease": _("products bought together (EASE)"),
    "own_frequency": _("buys again"),
    "hybrid": _("blend of all"),
}


class _Registry(Mapping[str, "type[Algorithm | Blend]"]):
    """Imports an algorithm when it is asked for: pages name them without loading numpy."""

    def __getitem__(self, name: str) -> type[Algorithm | Blend]:
        module, cls = _PLACES[name]
        found: type[Algorithm | Blend] = getattr(import_module(f"{__name__}.{module}"), cls)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


ALGORITHMS: Mapping[str, type[Algorithm | Blend]] = _Registry()


def label(name: str) -> str:
    """What people call it; the name itself of one that is gone."""
    return str(_LABELS.get(name, name))
