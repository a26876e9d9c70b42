"""From scores to a short list: business rules, diversity, ties. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GROUPS = 256


@dataclass(frozen=True, slots=True)
class Ranked:
    """Customers x k; position -1 and score NaN behind the end of a shorter list."""

    product: NDArray[np.int32]
    score: NDArray[np.float32]


def rank(
    scores: NDArray[np.float32],
    k: int,
    *,
    allowed: NDArray[np.bool_] | None = None,
    family: NDArray[np.int32] | None = None,
    families: int = 1,
) -> Ranked:
    """The best ``k`` of each row; equal scores by position, so that the same input ranks the same.

    ``allowed``: products (one row for all), or customers x products. With ``families`` of 2 or
    more a list has so many, where the customer's scored products have: the last places go to the
    best of the missing families (an unknown family, -1, is one).
    """
    if allowed is not None:
        scores = np.where(allowed, scores, np.float32(-np.inf))
    ranked = _best(scores, k)
    if family is not None and len(family):
        for wanted in range(2, min(families, k) + 1):
            _add_family(ranked, scores, family, wanted)
    return ranked


def _best(scores: NDArray[np.float32], k: int) -> Ranked:
    rows, number = scores.shape
    product = np.full((rows, k), -1, dtype=np.int32)
    score = np.full((rows, k), np.nan, dtype=np.float32)
    if not rows or not number:
        return Ranked(product, score)
    row, column = cells((scores >= reached(scores, k)[:, None]) & (scores > -np.inf))
    value = scores[row, column]
    order = np.lexsort((column, -value, row))
    row, column, value = row[order], column[order], value[order]
    place = np.arange(len(row)) - np.searchsorted(row, np.arange(rows))[row]
    top = place < k
    product[row[top], place[top]] = column[top]
    score[row[top], place[top]] = value[top]
    return Ranked(product, score)


def cells(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of a table's true cells; of few ones five times as fast as nonzero."""
    row, column = np.divmod(np.flatnonzero(mask), max(mask.shape[1], 1))
    return row, column


def reached(scores: NDArray[np.float32], k: int) -> NDArray[np.float32]:
    """What the k best of each row reach at least, whatever the order of equals.

    The columns are dealt to groups: if k groups have a score as high as this, so have k columns.
    Many times faster than a partition of whole rows, most of which say nothing (-inf).
    """
    number = scores.shape[1]
    groups = min(max(GROUPS, 4 * k), number)
    highest = scores[:, :groups].copy()
    for start in range(groups, number, groups):
        piece = scores[:, start : start + groups]
        part = highest[:, : piece.shape[1]]
        np.maximum(part, piece, out=part)
    if groups <= k:
        return np.full(len(scores), -np.inf, dtype=np.float32)
    return np.partition(highest, groups - k, axis=1)[:, groups - k]


def _add_family(
    ranked: Ranked, scores: NDArray[np.float32], family: NDArray[np.int32], wanted: int
) -> None:
    """Give rows with fewer families than wanted the best product of another, at the end."""
    k = ranked.product.shape[1]
    listed = ranked.product >= 0
    kind = np.where(listed, family[ranked.product], np.iinfo(np.int32).min)
    seen = (kind[:, :, None] == kind[:, None, :]) & np.tri(k, k=-1, dtype=bool)
    again = seen.any(axis=2) & listed
    poor = np.flatnonzero(((listed & ~again).sum(axis=1) < wanted) & again.any(axis=1))
    if not len(poor):
        return
    others = scores[poor].copy()
    for place in range(k):
        first = np.flatnonzero((listed & ~again)[poor, place])
        if len(first):
            others[first] = np.where(
                family == kind[poor[first], place, None], np.float32(-np.inf), others[first]
            )
    best = others.argmax(axis=1)
    value = others[np.arange(len(poor)), best]
    found = np.isfinite(value)
    poor, best, value = poor[found], best[found], value[found]
    # The last one whose family is there more than once makes room.
    victim = k - 1 - again[poor, ::-1].argmax(axis=1)
    places = np.arange(k - 1)
    moved = places + (places >= victim[:, None])
    for table, last in ((ranked.product, best), (ranked.score, value)):
        table[poor, : k - 1] = np.take_along_axis(table[poor], moved, axis=1)
        table[poor, k - 1] = last
