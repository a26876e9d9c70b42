"""The references that listings have: looked up by how they begin, or nearly are."""

from __future__ import annotations

from rapidfuzz import process
from rapidfuzz.distance import OSA

from backoffice.core.kept import KeptBy
from listings.models import Listing
from listings.reading import catalogue

_SECONDS = 60
_SHORTEST = 5  # of four figures every second one is a neighbour
LAST = "~"  # sorts after every letter and figure


def beginning_with(key: str) -> bool:
    """Whether any listing has a reference whose key begins so."""
    found = Listing.objects.filter(reference_key__gte=key, reference_key__lt=key + LAST)
    return found.exists()


def near(key: str) -> frozenset[str]:
    """Keys one slip away from a reference that neither a listing nor the catalogue has.

    "126160ln" is 126610LN with two figures changed about; 16610LN is another watch than 116610LN.
    """
    if len(key) < _SHORTEST or beginning_with(key):
        return frozenset()
    if any(sense.known for sense in catalogue.current().senses(key)):
        return frozenset()
    found = process.extract(key, _all(""), scorer=OSA.distance, score_cutoff=1, limit=5)
    return frozenset(name for name, _distance, _place in found)


def _read(_all_of_them: str) -> tuple[str, ...]:
    keys = Listing.objects.exclude(reference_key="").values_list("reference_key", flat=True)
    return tuple(keys.order_by().distinct())


_all = KeptBy(_read, seconds=_SECONDS)
