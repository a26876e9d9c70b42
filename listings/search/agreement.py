"""How well a listing agrees with what a search asks for.

Every wish that is met adds its weight, by degrees where a listing is silent or only near. What
channels found best decides between those that agree alike.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backoffice.core.text import words as words_of
from listings.search import known_keys, synonyms
from listings.search.wishes import short_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from listings.search.wishes import Watch, Wishes

# Whole wishes, and the parts that a watch is made of.
_WATCH, _TYPE, _LEANING, _PRICE, _YEAR, _CONDITION = 10.0, 5.0, 1.0, 4.0, 3.0, 2.0
_SET, _SIZE, _MOVEMENT, _WORDS, _STYLE, _NEARNESS = 1.0, 1.5, 1.0, 2.5, 3.0, 1.0
_BRAND, _MODEL, _REFERENCE, _NICKNAME = 4.0, 4.0, 6.0, 5.0
# Offers are looked for more often than buyers.
_UNSAID_TYPE = {"sale": 0.3, "trade": 0.2, "wanted": 0.1}
_EXACT = 3.0
_SAID = 0.8  # in so many words, though it was not recognised
_WITHIN = 0.9  # a Planet Ocean for a Seamaster
_SILENT = 0.3  # a listing that does not say
_SHORTEST_KEY = 4
# What is wanted, what there is. "Occasion" and "pre-owned" are whatever is not new.
_NEAR_GRADES = {
    ("new", "excellent"): 0.5,
    ("new", "good"): 0.2,
    ("excellent", "new"): 0.5,
    ("excellent", "good"): 0.5,
    ("excellent", "used"): 0.2,
    ("good", "excellent"): 0.5,
    ("good", "new"): 0.2,
    ("good", "used"): 0.5,
    ("used", "excellent"): 0.9,
    ("used", "good"): 0.9,
    ("used", "vintage"): 0.9,
}
_VINTAGE_BEFORE = 1990


@dataclass(frozen=True, slots=True)
class Row:
    """The facts of a candidate; ``words`` are folded."""

    pk: int
    type: str
    brand: str
    model: str
    key: str
    price_eur: Decimal | None
    year: int | None
    condition: str
    size_mm: Decimal | None
    movement: str
    box: bool | None
    papers: bool | None
    offered_at: dt.datetime
    words: frozenset[str]


def ranked(
    wishes: Wishes, rows: Sequence[Row], nearness: Mapping[int, float]
) -> list[tuple[int, float]]:
    """Ids and scores, the best first; of equals the newest. ``nearness`` is 0-1 by id.

    What breaks a bound of price comes after all that keeps it.
    """
    near = {watch.key: known_keys.near(watch.key) for watch in wishes.watches if watch.reference}
    weigh = _Words(wishes.words, rows)
    scored = [
        (
            not _breaks_a_bound(wishes, row),
            _score(wishes, row, near) + weigh(row) + _NEARNESS * nearness.get(row.pk, 0.0),
            row.offered_at,
            row.pk,
        )
        for row in rows
    ]
    return [(pk, score) for _keeps, score, _at, pk in sorted(scored, reverse=True)]


def _breaks_a_bound(wishes: Wishes, row: Row) -> bool:
    """Whether its price is beyond what was said: then all that keeps to it comes before."""
    is_said = bool(wishes.price_from or wishes.price_to)
    return row.price_eur is not None and not _priced(wishes, row) and is_said


def _score(wishes: Wishes, row: Row, near: Mapping[str, frozenset[str]]) -> float:
    score = 0.0
    if wishes.watches:
        score += _WATCH * max(
            _watch(one, row, near.get(one.key, frozenset())) for one in wishes.watches
        )
    score += _STYLE * ((row.brand, row.model) in wishes.style)
    score += _type(wishes, row)
    score += _PRICE * _priced(wishes, row)
    score += _YEAR * _within(row.year, wishes.year_from, wishes.year_to)
    score += _CONDITION * _condition(wishes.condition, row)
    score += _SET * (_same(wishes.box, row.box) + _same(wishes.papers, row.papers))
    score += _MOVEMENT * _same(wishes.movement or None, row.movement or None)
    return score + _SIZE * _same(wishes.size_mm, row.size_mm)


def _type(wishes: Wishes, row: Row) -> float:
    if not wishes.intent.type:
        # Who names a price or a state looks for offers.
        is_exact = wishes.price_to or wishes.price_from or wishes.condition or wishes.box
        return _UNSAID_TYPE.get(row.type, 0.0) * (_EXACT if is_exact else 1.0)
    weight = _TYPE if wishes.intent.is_sure else _LEANING
    return weight * (row.type == wishes.intent.type)


def _watch(watch: Watch, row: Row, near: frozenset[str]) -> float:
    """0-1: the share of what is said of the watch that the listing has."""
    parts: list[tuple[float, float]] = []
    if watch.brand:
        parts.append((_BRAND, _brand(watch, row)))
    if watch.model:
        parts.append((_MODEL, _model(watch, row)))
    if watch.reference:
        parts.append((_REFERENCE, _reference(watch.key, row, near)))
    if watch.nickname:
        parts.append((_NICKNAME, _nickname(watch, row)))
    return sum(weight * degree for weight, degree in parts) / sum(weight for weight, _d in parts)


def _brand(watch: Watch, row: Row) -> float:
    if row.brand or not watch.model:
        return float(row.brand == watch.brand)
    # Where nothing was recognised, the words are all there is.
    return _SAID if _says(row, watch.model) else 0.0


def _says(row: Row, name: str) -> bool:
    return all(word in row.words for word in words_of(name))


def _model(watch: Watch, row: Row) -> float:
    if row.model == watch.model:
        return 1.0
    if not row.model:
        return _SAID if _says(row, watch.model) else _SILENT
    if row.model in watch.within:
        return _WITHIN
    # "GMT-Master" and "GMT-Master II" are called by one name.
    return 0.5 if row.model.startswith(watch.model) or watch.model.startswith(row.model) else 0.0


def _reference(key: str, row: Row, near: frozenset[str]) -> float:
    own = short_key(row.key)
    if own == key or key in row.words:
        return 1.0
    if not own:
        return _SILENT
    if own.startswith(key) and len(key) >= _SHORTEST_KEY:
        return 0.95
    if key.startswith(own) and len(own) >= _SHORTEST_KEY:
        return 0.7
    return 0.6 if row.key in near else 0.0


def _nickname(watch: Watch, row: Row) -> float:
    if all(word in row.words for word in watch.nickname.split()):
        return 1.0
    own = short_key(row.key)
    if own and any(own == key or own.startswith(key) for key in watch.keys):
        return 0.9
    # "126610" without its letters may be the one.
    if own and any(key.startswith(own) for key in watch.keys):
        return 0.5
    return 0.0 if own else _SILENT


def _priced(wishes: Wishes, row: Row) -> float:
    if any(row.price_eur == getattr(wishes, name) for name in wishes.left_out):
        return 0.0
    return _within(row.price_eur, wishes.price_from, wishes.price_to)


def _within(
    value: Decimal | int | None, low: Decimal | int | None, high: Decimal | int | None
) -> float:
    if low is None and high is None:
        return 0.0
    if value is None:
        return _SILENT
    return float((low is None or value >= low) and (high is None or value <= high))


def _condition(wanted: str, row: Row) -> float:
    if not wanted or row.condition == wanted:
        return float(bool(wanted))
    if wanted == "vintage":
        return 0.8 if row.year and row.year < _VINTAGE_BEFORE else 0.0
    return _NEAR_GRADES.get((wanted, row.condition), 0.0) if row.condition else _SILENT


def _same(wanted: object, has: object) -> float:
    if wanted is None:
        return 0.0
    return _SILENT if has is None else float(wanted == has)


class _Words:
    """How much of the words of a search a listing has; rare ones among the rows count more."""

    def __init__(self, words: Iterable[str], rows: Sequence[Row]) -> None:
        self._beginnings = {word: synonyms.beginnings(word) for word in words}
        self._found = {
            row.pk: frozenset(word for word in self._beginnings if self._has(row, word))
            for row in rows
        }
        counts = Counter(word for found in self._found.values() for word in found)
        self._weights = {
            word: math.log(1 + (len(rows) + 1) / (1 + counts[word])) for word in self._beginnings
        }
        self._all = sum(self._weights.values()) or 1.0

    def __call__(self, row: Row) -> float:
        return _WORDS * sum(self._weights[word] for word in self._found[row.pk]) / self._all

    def _has(self, row: Row, word: str) -> bool:
        if word in row.words:
            return True
        return any(own.startswith(self._beginnings[word]) for own in row.words)
