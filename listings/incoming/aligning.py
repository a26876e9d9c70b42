"""Which row of a message is which watch of a new reading of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from listings import facts

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from listings.incoming.writing import Watch
    from listings.models import Listing

# Below it two are different watches.
_ENOUGH: Final = 4
_TOLD: Final = ("brand", "model", "price", "year", "type", "reference")


class _Look(NamedTuple):
    """What tells a watch from others, of a row or of a reading; what is unknown is empty."""

    text: str
    brand: str
    model: str
    price: object
    year: object
    type: str
    reference: str


def align(rows: Sequence[Listing], watches: Sequence[Watch]) -> dict[int, int]:
    """Index of a watch -> id of its row, one to one: the same words first, then the most alike.

    A corrected fact does not tell: the machine reads it as wrongly as before.
    """
    places = {row.pk: row.position for row in rows}
    known = {row.pk: _look(row.text, _facts_of(row)) for row in rows}
    read = dict(enumerate(_look(watch.text, watch.facts()) for watch in watches))
    ordered = sorted(known, key=lambda pk: (places[pk], pk))
    found: dict[int, int] = {}
    # In a list of one model each fits each: what is equal is paired before all are compared.
    for told in (_Look._fields[:1], _Look._fields[1:]):
        _pair_equal(found, {pk: known[pk] for pk in ordered}, read, told)
    used = set(found.values())
    left = [(pk, places[pk], known[pk]) for pk in ordered if pk not in used]
    ranked = sorted(
        (-points, abs(position - index), index, pk)
        for index, seen in read.items()
        if index not in found
        for pk, position, look in left
        if (points := _likeness(look, seen)) >= _ENOUGH
    )
    for _points, _distance, index, pk in ranked:
        if index not in found and pk not in used:
            found[index] = pk
            used.add(pk)
    return found


def _look(text: str, said: Mapping[str, Any]) -> _Look:
    values = {name: said[name] or "" for name in _TOLD}
    values["reference"] = facts.reference_key(values["reference"])
    return _Look(text=text, **values)


def _facts_of(row: Listing) -> dict[str, Any]:
    return {name: "" if name in row.edited_fields else getattr(row, name) for name in _TOLD}


def _pair_equal(
    found: dict[int, int],
    known: Mapping[int, _Look],
    read: Mapping[int, _Look],
    told: Sequence[str],
) -> None:
    """Pair those of which ``told`` is equal, in order where several are."""
    used = set(found.values())
    waiting: dict[Hashable, list[int]] = {}
    for pk in reversed([*known]):
        if pk not in used:
            waiting.setdefault(_of(known[pk], told), []).append(pk)
    for index, seen in read.items():
        pks = waiting.get(_of(seen, told))
        if pks and index not in found and _is_known(seen, told):
            found[index] = pks.pop()


def _of(look: _Look, told: Sequence[str]) -> tuple[object, ...]:
    return tuple(getattr(look, name) for name in told)


def _is_known(look: _Look, told: Sequence[str]) -> bool:
    """Whether equality says something: the words, or brand, reference and price of a watch."""
    if "text" in told:
        return bool(look.text)
    return bool(look.brand and look.reference and look.price)


def _likeness(row: _Look, seen: _Look) -> int:
    # Short, for it is asked for each pair.
    points = 0
    if row.reference and seen.reference:
        points += 8 if row.reference == seen.reference else -6
    if row.brand and seen.brand:
        points += 2 if row.brand == seen.brand else -6
    if points < -6:  # noqa: PLR2004 - the rest cannot make up for it
        return points
    if row.model and row.model == seen.model:
        points += 3
    if row.price and row.price == seen.price:
        points += 3
    if row.year and row.year == seen.year:
        points += 1
    if row.type and row.type == seen.type:
        points += 1
    # A watch whose words go on ("..., box and papers") or were cut is likely to be the same.
    if row.text and (row.text.startswith(seen.text) or seen.text.startswith(row.text)):
        points += 2
    return points
