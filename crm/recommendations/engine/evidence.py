"""Why a product is proposed, as facts that can be counted again; :mod:`..reasons` makes words.

Each is a dict of JSON values with a ``code``:

- ``bought``: times (days), last (ISO day), every (days, or absent): median between two
- ``due``: since (ISO day): the usual interval after the last purchase is over
- ``together``: product (id), customers: so many bought that and this
- ``similar``: product (id) the customer bought, shared ([[kind, word], ...]): the rarest of both
- ``taste``: shared ([[kind, word]]), share (0-1): of the customer's purchases that have the word
- ``popular``: customers, days, segment (or absent): so many bought it lately
- ``rated``: rating: liked when it was proposed
- ``by_hand``: a person put it there

All counts come from the customer's purchases and from what was learnt (:mod:`.facts`,
popularity), so that a run and a single customer are told the same.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crm.recommendations.algorithms.base import REPEAT
from crm.recommendations.algorithms.popularity import RECENT_DAYS, Popularity
from crm.recommendations.engine import likeness, rhythm
from crm.recommendations.engine.facts import FEWEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from crm.recommendations.algorithms.base import Block
    from crm.recommendations.engine.facts import Facts
    from crm.recommendations.engine.learning import Learnt
    from crm.recommendations.engine.ranking import Ranked

Evidence = list[dict[str, Any]]

# Of each product at most so many facts are told.
MOST = 4
# What is told first, by algorithm; the others begin with who bought them together.
_ORDER = {
    "content": ("similar", "taste", "together", "popular"),
    "popularity": ("popular", "together", "similar", "taste"),
}
_USUAL = ("together", "similar", "taste", "popular")
_EPOCH = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class _Asked:
    """The places of all lists, one after the other."""

    block: Block
    products: NDArray[np.generic]
    # Row of the block and product of each place.
    row: NDArray[np.int64]
    product: NDArray[np.int64]

    def key(self, product: int) -> Any:  # noqa: ANN401 - an id, or what a file calls it
        """What JSON calls the product at this position."""
        return self.products[product].item()


def of(
    learnt: Learnt, block: Block, question: str, algorithm: str, ranked: Ranked
) -> list[list[Evidence]]:
    """For each customer of the block, for each of their ranked products, the strongest first."""
    row, place = np.nonzero(ranked.product >= 0)
    product = ranked.product[row, place].astype(np.int64)
    asked = _Asked(block, learnt.products, row, product)
    found: list[Evidence] = [[] for _ in row]
    kinds: dict[str, Iterator[tuple[int, dict[str, Any]]]] = {}
    if question == REPEAT:
        pairs = rhythm.pairs(block.purchases)
        kinds = {"bought": _bought(asked, pairs), "due": _due(asked, pairs)}
    else:
        facts = learnt.facts
        if facts is not None:
            liked = likeness.Liked.of(facts, block)
            kinds = {
                "together": _together(asked, facts),
                "similar": _similar(asked, facts, liked),
                "taste": _taste(asked, facts, liked),
            }
    kinds["popular"] = _popular(asked, learnt)
    order = ("bought", "due", "popular") if question == REPEAT else _ORDER.get(algorithm, _USUAL)
    for kind in order:
        for at, fact in kinds.get(kind, iter(())):
            if len(found[at]) < MOST:
                found[at].append({"code": kind, **fact})
    lists: list[list[Evidence]] = [[] for _ in range(len(ranked.product))]
    for at, evidence in zip(row.tolist(), found, strict=True):
        lists[at].append(evidence)
    return lists


def _bought(asked: _Asked, pairs: rhythm.Pairs) -> Iterator[tuple[int, dict[str, Any]]]:
    for at, pair in zip(*_pairs_of(asked, pairs), strict=True):
        fact: dict[str, Any] = {"times": int(pairs.times[pair]), "last": _iso(pairs.last[pair])}
        if pairs.every[pair]:
            fact["every"] = int(pairs.every[pair])
        yield at, fact


def _due(asked: _Asked, pairs: rhythm.Pairs) -> Iterator[tuple[int, dict[str, Any]]]:
    places, known = _pairs_of(asked, pairs)
    is_due = rhythm.due(pairs, asked.block.as_of)[known]
    since_when = (pairs.last + pairs.every)[known]
    for at, since in zip(places[is_due].tolist(), since_when[is_due].tolist(), strict=True):
        yield at, {"since": _iso(since)}


def _pairs_of(asked: _Asked, pairs: rhythm.Pairs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places whose product the customer bought, and the pair of each."""
    number = np.int64(max(len(asked.products), 1))
    known = pairs.customer * number + pairs.product
    wanted = asked.row * number + asked.product
    pair = np.searchsorted(known, wanted)
    pair[pair == len(known)] = 0
    places = np.flatnonzero(known[pair] == wanted) if len(known) else np.empty(0, np.int64)
    return places, pair[places]


def _together(asked: _Asked, facts: Facts) -> Iterator[tuple[int, dict[str, Any]]]:
    """Of the products the customer bought the one that most speaks for this."""
    bought = np.zeros((len(asked.block.purchases.customers), len(asked.products)), dtype=np.bool_)
    bought[asked.block.purchases.customer, asked.block.purchases.product] = True
    sizes = facts.starts[asked.product + 1] - facts.starts[asked.product]
    place = np.repeat(np.arange(len(asked.product)), sizes)
    first = np.cumsum(sizes) - sizes
    at = facts.starts[asked.product][place] + np.arange(len(place)) - first[place]
    kept = np.flatnonzero(bought[asked.row[place], facts.companion[at]])
    # Strongest first: the first of each place.
    places, where = np.unique(place[kept], return_index=True)
    at = at[kept[where]]
    for one, product, customers in zip(
        places.tolist(), facts.companion[at].tolist(), facts.customers[at].tolist(), strict=True
    ):
        yield one, {"product": asked.key(product), "customers": customers}


def _similar(
    asked: _Asked, facts: Facts, liked: likeness.Liked
) -> Iterator[tuple[int, dict[str, Any]]]:
    places, products = liked.most_like(facts, asked.row, asked.product)
    shared = facts.shared(asked.product[places].tolist(), products.tolist())
    for at, product, words in zip(places.tolist(), products.tolist(), shared, strict=True):
        yield at, {"product": asked.key(product), "shared": words}


def _taste(
    asked: _Asked, facts: Facts, liked: likeness.Liked
) -> Iterator[tuple[int, dict[str, Any]]]:
    for at, word, share in zip(*liked.tastes(facts, asked.row, asked.product), strict=True):
        shared = [facts.words[word].tolist()]
        yield int(at), {"shared": shared, "share": round(float(share), 3)}


def _popular(asked: _Asked, learnt: Learnt) -> Iterator[tuple[int, dict[str, Any]]]:
    """In the customer's segment, where enough of it bought the product; else among all."""
    popularity = learnt.algorithms.get("popularity")
    if not isinstance(popularity, Popularity):
        return
    recent = popularity.recent
    everybody = len(recent) - 1
    segment = asked.block.segment
    mine = np.full(len(asked.row), everybody) if segment is None else segment[asked.row]
    mine = np.where((mine < 0) | (mine > everybody), everybody, mine)
    mine = np.where(recent[mine, asked.product] >= FEWEST, mine, everybody)
    customers = recent[mine, asked.product]
    names = _segments() if (mine < everybody).any() else ()
    for at in np.flatnonzero(customers >= FEWEST).tolist():
        fact: dict[str, Any] = {"customers": int(customers[at]), "days": RECENT_DAYS}
        if mine[at] < everybody:
            fact["segment"] = names[mine[at]]
        yield at, fact


def _segments() -> tuple[str, ...]:
    """Only the database knows segments."""
    from crm.recommendations.making.data import SEGMENTS  # noqa: PLC0415 - the rest needs no models

    return SEGMENTS


def _iso(day: int | np.integer) -> str:
    return dt.date.fromordinal(int(day) + _EPOCH).isoformat()
