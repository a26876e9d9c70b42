"""Whether our customers still look like those the model learned from.

The population stability index (PSI) of a feature compares two distributions over the same bins:
the sum over them of (share now - share then) x ln(share now / share then). 0 is the same; from
0.1 on it is worth watching, from 0.25 on the model answers about others than it learned from.

Bins are the deciles of the rows learned from, their upper ends included: the many who have 0 of
something are a bin of their own. Half a customer is added to every bin on either side, so that an
empty one says "fewer than could be seen" rather than "infinitely few".
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scoring.engine.features import NAMES
from scoring.figures import living

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Reference = Mapping[str, Mapping[str, Any]]

BINS: Final = 10
WATCH_FROM: Final = 0.1
DRIFTS_FROM: Final = 0.25
_ADDED: Final = 0.5
# Of a reference that does not say how many rows it has.
_ROWS: Final = 10_000
# One of a hundred samples of the same customers is further away by chance.
_SURE: Final = 2.326


def reference(features: NDArray[np.float32]) -> dict[str, dict[str, Any]]:
    """What ``ScoringModel.reference`` keeps of the rows learned from (rows x the seven features).

    By feature: ``edges``, ascending, each the upper end of a bin, of which there is one more;
    ``shares`` of the rows by bin; ``rows``, how many there were. Empty where there are none.
    """
    if not len(features):
        return {}
    found = {}
    for name, column in zip(NAMES, features.T, strict=True):
        parts = np.arange(1, BINS) / BINS
        edges = np.unique(np.quantile(column, parts, method="inverted_cdf")).astype(np.float64)
        counts = _counts(edges, column)
        found[name] = {
            "edges": edges.tolist(),
            "shares": [round(share, 9) for share in (counts / len(column)).tolist()],
            "rows": len(column),
        }
    return found


class Tally:
    """Counts customers by bin, block after block; memory does not grow with them."""

    def __init__(self, learned: Reference) -> None:
        self._learned = learned
        self._edges = {
            name: np.asarray(learned[name]["edges"], dtype=np.float64)
            for name in NAMES
            if name in learned
        }
        self.counts = {
            name: np.zeros(len(edges) + 1, dtype=np.int64) for name, edges in self._edges.items()
        }
        self.customers = 0

    def add(self, features: NDArray[np.float32]) -> None:
        """Count these customers (rows x the seven features of ``engine.features.of_clients``)."""
        self.customers += len(features)
        for place, name in enumerate(NAMES):
            if name in self._edges:
                self.counts[name] += _counts(self._edges[name], features[:, place])

    def drift(self) -> dict[str, dict[str, Any]]:
        """What ``ScoreDay.drift`` keeps: each feature's ``psi``, and customers' ``shares`` by bin.

        Empty without customers or a reference.
        """
        if not self.customers:
            return {}
        return {name: self._of(name) for name in self.counts}

    def _of(self, name: str) -> dict[str, Any]:
        counts, learned = self.counts[name], self._learned[name]
        return {
            "psi": psi(learned["shares"], counts.tolist(), rows=rows_of(learned)),
            "shares": [round(share, 6) for share in (counts / self.customers).tolist()],
        }


def of(learned: Reference, day: dt.date) -> dict[str, dict[str, Any]]:
    """The drift of all scored customers at the end of ``day``, as ``ScoreDay.drift`` keeps it.

    ``learned`` is ``ScoringModel.reference``. Counted in blocks from the facts kept with the
    scores: to be called where a run has written them all.
    """
    tally = Tally(learned)
    if tally.counts:
        for block in living.blocks(day):
            tally.add(block)
    return tally.drift()


def psi(shares: Sequence[float], counts: Sequence[int], *, rows: int = _ROWS) -> float:
    """The index of ``counts`` now against ``shares`` of ``rows`` then, bin by bin; 0 or more."""
    total, bins = sum(counts), len(counts)
    index = 0.0
    for share, count in zip(shares, counts, strict=True):
        then = (share * rows + _ADDED) / (rows + bins * _ADDED)
        now = (count + _ADDED) / (total + bins * _ADDED)
        index += (now - then) * math.log(now / then)
    return round(index, 4)


def rows_of(learned: Mapping[str, Any]) -> int:
    """How many rows a feature's reference was made of."""
    return int(learned.get("rows", _ROWS))


def by_chance(*, customers: int, rows: int, bins: int) -> float:
    """What the index stays below in 99 of 100 samples of the same customers.

    It is about chi-squared with bins - 1 degrees of freedom, times 1/customers + 1/rows; its
    quantile by Wilson and Hilferty. With few customers only a great index says anything.
    """
    if bins <= 1 or customers <= 0 or rows <= 0:
        return math.inf
    free = bins - 1
    part = 2 / (9 * free)
    return free * (1 - part + _SURE * math.sqrt(part)) ** 3 * (1 / customers + 1 / rows)


def _counts(edges: NDArray[np.float64], column: NDArray[np.float32]) -> NDArray[np.int64]:
    places = np.searchsorted(edges, column, side="left")
    return np.bincount(places, minlength=len(edges) + 1)
