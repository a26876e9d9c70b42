"""Purchases with a known structure, to see whether it is found, and to measure at any size.

Customers belong to segments that love their own part of the catalogue; each has a few staples,
bought again in a rhythm of their own; who bought the first of a planted pair takes the second the
next time. The same seed gives the same purchases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crm.recommendations.algorithms.base import Lessons
from crm.recommendations.engine.catalogue import Catalogue
from crm.recommendations.engine.purchases import from_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crm.recommendations.engine.purchases import Purchases


@dataclass(frozen=True, slots=True)
class Structure:
    """How much of everything; chances and shares are 0-1."""

    customers: int = 2_000
    products: int = 300
    segments: int = 5
    # Mean number of days on which a customer buys.
    baskets: float = 8.0
    # Products of a basket that are neither staples nor planted pairs.
    others: float = 1.5
    # How many products each customer buys again and again.
    staples: int = 3
    # That what is bought beside staples is of the customer's segment.
    loyalty: float = 0.8
    # Pairs (first, second) of products, and how likely the second follows the first.
    pairs: int = 10
    follows: float = 0.7
    first_day: int = 18_993  # 2022-01-01
    days: int = 1_000
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Generated:
    """The purchases and what was planted, by position of customer and product."""

    purchases: Purchases
    structure: Structure
    # Of each customer, and of each product.
    segment: NDArray[np.int32]
    family: NDArray[np.int32]
    # Customers x staples, and the usual days between two baskets of each customer.
    staples: NDArray[np.int32]
    every: NDArray[np.int32]
    # Pairs x 2: first, second.
    pairs: NDArray[np.int32]

    def lessons(self) -> Lessons:
        """To learn from on the day after the last purchase; families are the segments' parts."""
        products = self.purchases.products
        catalogue = Catalogue(
            names=[f"P{key}" for key in products],
            family=self.family,
            price=np.full(len(products), np.nan, dtype=np.float32),
            words={"family": [[f"family {number}"] for number in self.family]},
        )
        as_of = int(self.purchases.day.max()) + 1
        return Lessons(self.purchases, catalogue, as_of, seed=self.structure.seed)


def generate(structure: Structure) -> Generated:
    """Purchases of the structure, some ``customers * baskets * (others + 1.5)`` lines."""
    random = np.random.default_rng(structure.seed)
    segment = random.integers(structure.segments, size=structure.customers).astype(np.int32)
    family = (np.arange(structure.products) % structure.segments).astype(np.int32)
    pairs = _pairs(structure)
    staples = _liked(structure, random, np.repeat(segment, structure.staples))
    staples = staples.reshape(structure.customers, structure.staples)
    every = random.integers(14, 120, size=structure.customers).astype(np.int32)
    customer, day = _baskets(structure, random, every)
    lines = [
        _staple_lines(random, staples, customer, day),
        _other_lines(structure, random, segment, customer, day),
    ]
    lines.append(_following(structure, random, pairs, lines[1], (customer, day)))
    columns = (np.concatenate(column) for column in zip(*lines, strict=True))
    purchases = _once_a_day(structure, random, *columns)
    return Generated(purchases, structure, segment, family, staples, every, pairs)


def _pairs(structure: Structure) -> NDArray[np.int32]:
    """The last products, which nobody likes for themselves."""
    last = structure.products - np.arange(1, 2 * structure.pairs + 1, dtype=np.int32)
    return last.reshape(structure.pairs, 2)


def _liked(
    structure: Structure, random: np.random.Generator, segment: NDArray[np.int32]
) -> NDArray[np.int32]:
    """One product for each entry: of its segment's part mostly, popular ones more often."""
    # Those of the planted pairs are bought in their pattern only.
    of_part = max(1, (structure.products - 2 * structure.pairs) // structure.segments)
    place = (random.random(len(segment)) ** 2 * of_part).astype(np.int32)
    stays = random.random(len(segment)) < structure.loyalty
    elsewhere = random.integers(structure.segments, size=len(segment))
    return (place * structure.segments + np.where(stays, segment, elsewhere)).astype(np.int32)


def _baskets(
    structure: Structure, random: np.random.Generator, every: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Customer and day of each basket, in order; a rhythm varies by a tenth or so."""
    number = 1 + random.poisson(max(structure.baskets - 1, 0), size=structure.customers)
    customer = np.repeat(np.arange(structure.customers, dtype=np.int32), number)
    gaps = np.maximum(1, np.rint(random.normal(1, 0.1, len(customer)) * every[customer]))
    first = np.cumsum(number) - number
    gaps[first] = 0
    passed = np.cumsum(gaps)
    passed -= np.repeat(passed[first], number)
    spare = structure.days - np.maximum.reduceat(passed, first)
    start = random.random(structure.customers) * np.maximum(spare, 1)
    day = structure.first_day + start[customer].astype(np.int32) + passed.astype(np.int32)
    kept = day < structure.first_day + structure.days
    return customer[kept], day[kept].astype(np.int32)


Lines = tuple["NDArray[np.int32]", "NDArray[np.int32]", "NDArray[np.int32]"]


def _staple_lines(
    random: np.random.Generator,
    staples: NDArray[np.int32],
    customer: NDArray[np.int32],
    day: NDArray[np.int32],
) -> Lines:
    """Each basket has each of the customer's staples every other time."""
    taken = random.random((len(customer), staples.shape[1])) < 0.5  # noqa: PLR2004 - every other
    basket, which = np.nonzero(taken)
    return customer[basket], staples[customer[basket], which], day[basket]


def _other_lines(
    structure: Structure,
    random: np.random.Generator,
    segment: NDArray[np.int32],
    customer: NDArray[np.int32],
    day: NDArray[np.int32],
) -> Lines:
    """What else is bought; now and then it is the first of a planted pair."""
    basket = np.repeat(np.arange(len(customer)), random.poisson(structure.others, len(customer)))
    product = _liked(structure, random, segment[customer[basket]])
    firsts = _pairs(structure)[:, 0]
    if len(firsts):
        is_first = random.random(len(basket)) < 0.1  # noqa: PLR2004 - now and then
        product[is_first] = random.choice(firsts, int(is_first.sum()))
    return customer[basket], product, day[basket]


def _following(
    structure: Structure,
    random: np.random.Generator,
    pairs: NDArray[np.int32],
    lines: Lines,
    baskets: tuple[NDArray[np.int32], NDArray[np.int32]],
) -> Lines:
    """In the basket behind that of the first of a pair, the second."""
    customer, day = baskets
    second = np.full(structure.products, -1, dtype=np.int32)
    second[pairs[:, 0]] = pairs[:, 1]
    who, product, when = lines
    follows = (second[product] >= 0) & (random.random(len(product)) < structure.follows)
    who, product, when = who[follows], product[follows], when[follows]
    span = structure.first_day + structure.days + 1
    keys = customer.astype(np.int64) * span + day
    following = np.searchsorted(keys, who.astype(np.int64) * span + when, side="right")
    there = following < len(customer)
    there[there] = customer[following[there]] == who[there]
    return who[there], second[product[there]], day[following[there]]


def _once_a_day(
    structure: Structure,
    random: np.random.Generator,
    customer: NDArray[np.int32],
    product: NDArray[np.int32],
    day: NDArray[np.int32],
) -> Purchases:
    span = structure.first_day + structure.days + 1
    keys = (customer.astype(np.int64) * structure.products + product) * span + day
    kept = np.unique(keys, return_index=True)[1]
    return from_columns(
        customer[kept],
        product[kept],
        day[kept],
        random.integers(1, 7, len(kept)).astype(np.float32),
        all_customers=np.arange(structure.customers, dtype=np.int32),
        all_products=np.arange(structure.products, dtype=np.int32),
    )
