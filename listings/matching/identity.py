"""Whether two listings speak of the same watch, as far as both say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from listings.matching import nicknames, references

if TYPE_CHECKING:
    from listings.matching.references import Reference
    from listings.matching.sides import Side

BRAND = "brand"


@dataclass(frozen=True, slots=True)
class Same:
    """How closely they agree; points 0-50."""

    code: str
    points: int
    facts: dict[str, Any]


def compare(wanted: Side, offer: Side) -> Same | None:
    """What the two agree on, or None where they speak of different watches.

    The brand must be known and equal; model and reference where both know them. A search without
    a reference takes any of its model, and one for a version with a nickname only what says so.
    """
    asked, given = wanted.references(), offer.references()
    if given and {one.key for one in given} <= wanted.refused():
        return None
    if asked and given:
        return _by_reference(wanted, offer, asked, given)
    if not wanted.brand or wanted.folded_brand != offer.folded_brand:
        return None
    return _without_reference(wanted, offer, asked) if asked else _by_model(wanted, offer)


def _by_model(wanted: Side, offer: Side) -> Same | None:
    if not wanted.model:
        return Same(BRAND, 20, {"brand": offer.brand})
    if wanted.folded_model != offer.folded_model:
        return None
    return Same("model", 40, {"model": offer.model})


def _by_reference(
    wanted: Side, offer: Side, asked: tuple[Reference, ...], given: tuple[Reference, ...]
) -> Same | None:
    if wanted.brand and offer.brand and wanted.folded_brand != offer.folded_brand:
        return None
    facts = {"reference": offer.reference or wanted.reference}
    pairs = [(own, other) for own in asked for other in given]
    if any(references.is_same(own, other) for own, other in pairs):
        exact = bool(wanted.reference and offer.reference)
        return Same("reference" if exact else "nickname", 50 if exact else 46, facts)
    if any(references.shortens(own, other) for own, other in pairs):
        return Same("reference_any", 44, facts)
    if any(references.shortens(other, own) for own, other in pairs):
        return Same("reference_open", 36, facts)
    return None


def _without_reference(wanted: Side, offer: Side, asked: tuple[Reference, ...]) -> Same | None:
    """A reference is wanted, the offer names none: likely only within one model."""
    if not wanted.model or wanted.folded_model != offer.folded_model:
        return None
    if not wanted.reference or all(nicknames.is_special(wanted.brand, one) for one in asked):
        return None
    return Same("reference_unknown", 28, {"model": offer.model, "reference": wanted.reference})
