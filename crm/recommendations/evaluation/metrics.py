"""Figures per customer measured; means of them are what is told. Shares are 0-1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from crm.recommendations.algorithms.base import Lessons
    from crm.recommendations.engine.purchases import Purchases
    from crm.recommendations.evaluation.lists import Lists

ACCURACY = ("ndcg", "recall", "hit_rate", "precision")
BEYOND = ("diversity", "novelty")
# Lists whose pairs of products are compared: enough for a mean.
_COMPARED_LISTS = 1_000
# Of the products at least so many have a family, or families say nothing of a list.
_KNOWN_FAMILIES = 0.5


def accuracy(lists: Lists, sizes: NDArray[np.int64]) -> Mapping[str, NDArray[np.float64]]:
    """Of customers who bought ``sizes`` (1 or more) products that the question is about."""
    k = lists.hit.shape[1]
    hits = lists.hit.sum(axis=1)
    worth = 1 / np.log2(np.arange(2, k + 2))
    best = np.concatenate([[0.0], np.cumsum(worth)])[np.minimum(sizes, k)]
    return {
        "ndcg": (lists.hit @ worth) / best,
        "recall": hits / sizes,
        "hit_rate": (hits > 0).astype(np.float64),
        "precision": hits / k,
    }


def coverage(lists: Lists, products: int) -> float:
    """The share of all products that was proposed to anybody measured."""
    proposed = np.unique(lists.product[lists.product >= 0])
    return len(proposed) / max(1, products)


def novelty(lists: Lists, purchases: Purchases) -> NDArray[np.float64]:
    """Mean surprise of a list's products in bits: -log2 of the share of customers who have it.

    A product that nobody has counts as if one had it; NaN for an empty list.
    """
    pairs = _buyers(purchases)
    owners = np.maximum(np.asarray(pairs.sum(axis=0)).ravel(), 1)
    customers = max(1, int((np.diff(purchases.starts) > 0).sum()))
    surprise = -np.log2(np.minimum(owners / customers, 1.0))
    is_there = lists.product >= 0
    total = np.where(is_there, surprise[lists.product], 0.0).sum(axis=1)
    return _mean(total, is_there.sum(axis=1))


def diversity(lists: Lists, lessons: Lessons) -> NDArray[np.float64]:
    """How unlike each other a list's products are, 0-1, on the mean of its pairs.

    Where families are known: whether the two are of different ones (an unknown family is one).
    Else 1 - the cosine of who bought them. NaN for lists of one, and for those not looked at.
    """
    found = np.full(len(lists.product), np.nan)
    chosen = np.flatnonzero((lists.product >= 0).sum(axis=1) > 1)
    if len(chosen) > _COMPARED_LISTS:
        generator = np.random.default_rng(lessons.seed)
        chosen = np.sort(generator.choice(chosen, _COMPARED_LISTS, replace=False))
    if not len(chosen):
        return found
    product = lists.product[chosen]
    first, second = np.triu_indices(product.shape[1], k=1)
    one, other = product[:, first], product[:, second]
    is_pair = (one >= 0) & (other >= 0)
    unlike = _unlike(np.maximum(one, 0), np.maximum(other, 0), lessons)
    found[chosen] = _mean(np.where(is_pair, unlike, 0.0).sum(axis=1), is_pair.sum(axis=1))
    return found


def has_families(lessons: Lessons) -> bool:
    """Whether diversity is counted by families."""
    family = lessons.catalogue.family
    return len(family) > 0 and float((family >= 0).mean()) >= _KNOWN_FAMILIES


def _unlike(
    one: NDArray[np.int32], other: NDArray[np.int32], lessons: Lessons
) -> NDArray[np.float64]:
    if has_families(lessons):
        family = lessons.catalogue.family
        differs: NDArray[np.float64] = (family[one] != family[other]).astype(np.float64)
        return differs
    here, place = np.unique(np.concatenate([one.ravel(), other.ravel()]), return_inverse=True)
    bought = _buyers(lessons.purchases)[:, here]
    together = (bought.T @ bought).tocsr()
    owners = np.maximum(together.diagonal(), 1.0)
    left, right = place[: one.size], place[one.size :]
    cosine = np.asarray(together[left, right]).ravel() / np.sqrt(owners[left] * owners[right])
    unlike: NDArray[np.float64] = 1.0 - cosine.reshape(one.shape)
    return unlike


def _buyers(purchases: Purchases) -> sparse.csc_array:
    """Customers x products: 1 where ever bought."""
    shape = (len(purchases.customers), len(purchases.products))
    ones = np.ones(len(purchases), dtype=np.float32)
    pairs = sparse.csc_array((ones, (purchases.customer, purchases.product)), shape=shape)
    pairs.sum_duplicates()
    pairs.data[:] = 1.0
    return pairs


def _mean(total: NDArray[np.float64], number: NDArray[np.int64]) -> NDArray[np.float64]:
    mean: NDArray[np.float64] = np.where(number > 0, total / np.maximum(number, 1), np.nan)
    return mean
