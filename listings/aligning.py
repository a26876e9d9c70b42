"""Which row of a message is which watch of a new reading of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from listings import facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listings.models import Listing
    from listings.writing import Watch

# Below it two are different watches.
_ENOUGH: Final = 4
_POINTS: Final = {"brand": 2, "model": 3, "price": 3, "year": 1, "type": 1}


def align(rows: Sequence[Listing], watches: Sequence[Watch]) -> dict[int, int]:
    """Index of a watch -> id of its row, one to one, the most alike first.

    A corrected fact does not tell: the machine reads it as wrongly as before.
    """
    found: dict[int, int] = {}
    ranked = sorted(
        (
            (-points, abs(row.position - index), index, row.pk)
            for index, watch in enumerate(watches)
            for row in rows
            if (points := _likeness(row, watch)) >= _ENOUGH
        ),
    )
    used: set[int] = set()
    for _points, _distance, index, pk in ranked:
        if index not in found and pk not in used:
            found[index] = pk
            used.add(pk)
    return found


def _likeness(row: Listing, watch: Watch) -> int:
    said = watch.facts()
    same_text = row.text == watch.text
    points = 6 if same_text else 0
    told = [name for name in _POINTS if name not in row.edited_fields]
    for name in told:
        if said[name] not in {None, ""} and said[name] == getattr(row, name):
            points += _POINTS[name]
    if "reference" not in row.edited_fields and row.reference and said["reference"]:
        is_same = facts.reference_key(row.reference) == facts.reference_key(said["reference"])
        points += 8 if is_same else -6
    if "brand" in told and row.brand and said["brand"] and row.brand != said["brand"]:
        points -= 6
    return points
