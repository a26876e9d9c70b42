"""Whether an offer fits what is wanted, how well (0-100), and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from listings.matching import conditions, identity, prices, reserved

if TYPE_CHECKING:
    from listings.matching.sides import Side

# An advertisement is taken to be over when the other one comes this much later.
LIVES_DAYS = 180
LEAST = 35  # points below which nobody's time is spent on it
_SIZES_APART = 2  # mm, from which two watches of a family are not the same one
_YEARS_NEAR = 3
_FRESH = ((7, 5), (30, 3), (90, 1))  # days between the two, points


@dataclass(frozen=True, slots=True)
class Reason:
    """Points given for one thing; ``facts`` are what its sentence is made of (JSON)."""

    code: str
    points: int
    facts: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "points": self.points, **self.facts}


@dataclass(frozen=True, slots=True)
class Fit:
    """An offer that may be what is wanted."""

    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why it is not; ``code`` as in :mod:`listings.matching.reasons`."""

    code: str
    facts: dict[str, Any]

    @property
    def is_final(self) -> bool:
        """Whether a side is out of reach, so that talks under way end too."""
        return self.code in {"wanted_gone", "sale_gone", "same_person"}


def judge(wanted: Side, offer: Side) -> Fit | Misfit:
    """Compare the two. Whether they are on the market is looked at too, and by whom they are."""
    if misfit := _standing(wanted, offer):
        return misfit
    reasons: list[Reason] = []
    for look in (_identity, _price, _condition, _year, _size, _set, _age):
        found = look(wanted, offer)
        if isinstance(found, Misfit):
            return found
        reasons.append(found)
    total = sum(reason.points for reason in reasons)
    if total < LEAST:
        return Misfit("weak", {"score": total})
    return Fit(min(100, total), tuple(reason for reason in reasons if reason.code))


def _standing(wanted: Side, offer: Side) -> Misfit | None:
    if not (wanted.is_wanted and offer.is_offer):
        return Misfit("type", {})
    if not wanted.is_on_market:
        return Misfit("wanted_gone", {})
    if not offer.is_on_market or reserved.is_marked(offer.text):
        return Misfit("reserved" if offer.is_on_market else "sale_gone", {})
    if wanted.is_of_same_person(offer):
        return Misfit("same_person", {})
    if _days_apart(wanted, offer) > LIVES_DAYS:
        return Misfit("long_ago", {"days": _days_apart(wanted, offer)})
    return None


def _days_apart(wanted: Side, offer: Side) -> int:
    return abs(wanted.offered_at - offer.offered_at).days


def _identity(wanted: Side, offer: Side) -> Reason | Misfit:
    same = identity.compare(wanted, offer)
    if same is None:
        return Misfit("other_watch", {})
    if same.code == identity.BRAND and prices.budget_kept(wanted, offer) is None:
        # "Any Rolex" is a search only with a budget that an offer keeps.
        return Misfit("vague", {})
    return Reason(same.code, same.points, same.facts)


def _price(wanted: Side, offer: Side) -> Reason | Misfit:
    compared = prices.compare(wanted, offer)
    if compared is None:
        return Misfit("too_dear", prices.facts(wanted, offer))
    return Reason(compared.code, compared.points, compared.facts)


def _condition(wanted: Side, offer: Side) -> Reason | Misfit:
    points = conditions.points(wanted, offer)
    facts = {"wanted": wanted.condition, "offered": offer.condition}
    if points is None:
        return Misfit("condition_below" if offer.condition else "condition_not_new", facts)
    code = "condition" if wanted.condition and offer.condition else "condition_unknown"
    return Reason(code if wanted.condition else "", points, facts)


def _year(wanted: Side, offer: Side) -> Reason:
    facts = {"wanted": wanted.year, "offered": offer.year}
    if wanted.year is None:
        return Reason("", 3, {})
    if offer.year is None:
        return Reason("year_unknown", 1, facts)
    if wanted.year == offer.year:
        return Reason("year", 5, facts)
    if offer.year > wanted.year:
        return Reason("year_newer", 4, facts)
    near = wanted.year - offer.year <= _YEARS_NEAR
    return Reason("year_older", 1 if near else -8, facts)


def _size(wanted: Side, offer: Side) -> Reason | Misfit:
    if wanted.size_mm is None or offer.size_mm is None:
        return Reason("", 2, {})
    facts = {"wanted": f"{wanted.size_mm:f}", "offered": f"{offer.size_mm:f}"}
    if abs(wanted.size_mm - offer.size_mm) >= _SIZES_APART:
        return Misfit("size_apart", facts)
    return Reason("size", 3, facts)


def _set(wanted: Side, offer: Side) -> Reason:
    asked = [name for name in ("box", "papers") if getattr(wanted, name)]
    if not asked:
        return Reason("", 3, {})
    said = [getattr(offer, name) for name in asked]
    facts = {"asked": asked, "missing": [n for n in asked if getattr(offer, n) is False]}
    if facts["missing"]:
        return Reason("set_missing", -10, facts)
    return Reason("set", 5, facts) if all(said) else Reason("set_unknown", 1, facts)


def _age(wanted: Side, offer: Side) -> Reason:
    apart = _days_apart(wanted, offer)
    points = next((points for days, points in _FRESH if apart <= days), 0)
    return Reason("days", points, {"days": apart})
