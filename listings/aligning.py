"""Which row of a message is which watch of a new reading of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from listings import facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listings.models import Listing
    from listings.writing import Watch

# Below it two are different watches.
_ENOUGH: Final = 4
_POINTS: Final = {"brand": 2, "model": 3, "price": 3, "year": 1, "type": 1}


def align(rows: Sequence[Listing], watches: Sequence[Watch]) -> dict[int, int]:
    """Index of a watch -> id of its row, one to one: the same words first, then the most alike.

    A corrected fact does not tell: the machine reads it as wrongly as before.
    """
    found = _by_words(rows, watches)
    used = set(found.values())
    left = [row for row in rows if row.pk not in used]
    ranked = sorted(
        (-points, abs(row.position - index), index, row.pk)
        for index, watch in enumerate(watches)
        if index not in found and left
        for said in (watch.facts(),)
        for row in left
        if (points := _likeness(row, watch.text, said)) >= _ENOUGH
    )
    for _points, _distance, index, pk in ranked:
        if index not in found and pk not in used:
            found[index] = pk
            used.add(pk)
    return found


def _by_words(rows: Sequence[Listing], watches: Sequence[Watch]) -> dict[int, int]:
    """What is said in the very words of a row, in order where some say the same."""
    waiting: dict[str, list[int]] = {}
    for row in sorted(rows, key=lambda row: row.position, reverse=True):
        if row.text:
            waiting.setdefault(row.text, []).append(row.pk)
    return {
        index: places.pop()
        for index, watch in enumerate(watches)
        if (places := waiting.get(watch.text))
    }


def _likeness(row: Listing, text: str, said: Mapping[str, Any]) -> int:
    # A watch whose words go on ("..., box and papers") or were cut is likely to be the same.
    goes_on = bool(row.text) and (row.text.startswith(text) or text.startswith(row.text))
    points = 2 if goes_on else 0
    told = [name for name in _POINTS if name not in row.edited_fields]
    for name in told:
        if said[name] not in {None, ""} and said[name] == getattr(row, name):
            points += _POINTS[name]
    if "reference" not in row.edited_fields and row.reference and said["reference"]:
        is_same = row.reference_key == facts.reference_key(said["reference"])
        points += 8 if is_same else -6
    if "brand" in told and row.brand and said["brand"] and row.brand != said["brand"]:
        points -= 6
    return points
