"""Products that nobody bought yet: they borrow from the product they are most like.

No purchase speaks for them, so neighbours and regression would never propose them. By this rule
half of what speaks for the most similar product that was sold speaks for them too, and who bought
that one is the first to be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crm.recommendations.algorithms.content import Content
from crm.recommendations.algorithms.neighbours import Neighbours, pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crm.recommendations.algorithms.base import Lessons

SHARE = 0.5
# The cosine of what is written about both, from which on they are alike.
LIKE = 0.5


def lend(neighbours: Neighbours, lessons: Lessons) -> Neighbours:
    """The same with what speaks for the unsold products."""
    from scipy.sparse import (  # type: ignore[import-untyped]  # noqa: PLC0415 - slow import
        coo_matrix,
    )

    number = len(neighbours)
    sold = np.bincount(lessons.purchases.product, minlength=number) > 0
    cold, model, likeness = _models(Content.fit(lessons), sold)
    if not len(cold):
        return neighbours
    own = neighbours.matrix()
    lent = own.tocsc()[:, model].multiply(SHARE * likeness[None, :]).tocoo()
    most = np.asarray(own.max(axis=0).todense()).ravel()[model]
    source = np.concatenate([lent.row, model])
    target = np.concatenate([cold[lent.col], cold])
    weight = np.concatenate([lent.data, SHARE * likeness * most])
    everything = (own + coo_matrix((weight, (source, target)), shape=own.shape)).tocsr()
    everything.sort_indices()
    return Neighbours(
        everything.indptr.astype(np.int64),
        everything.indices.astype(np.int32),
        everything.data.astype(np.float16),
    )


def _models(
    content: Content, sold: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Unsold products, the sold one each is most like, and how much."""
    cold, known = np.flatnonzero(~sold), np.flatnonzero(sold)
    if not len(cold) or not len(known):
        return cold[:0], cold[:0], np.empty(0, dtype=np.float32)
    table = content.weights.astype(np.float32)
    best = np.zeros(len(cold), dtype=np.int64)
    likeness = np.zeros(len(cold), dtype=np.float32)
    for piece in pieces(max(len(cold), len(known))):
        if piece.start >= len(cold):
            break
        cosines = np.round(table[cold[piece]] @ table[known].T, 4)
        best[piece] = cosines.argmax(axis=1)
        likeness[piece] = cosines.max(axis=1)
    alike = likeness >= LIKE
    return cold[alike], known[best[alike]], likeness[alike]
