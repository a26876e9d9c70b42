"""Whether our customers still look like those the model learned from.

The population stability index (PSI) of a feature compares two distributions over the same bins:
the sum over them of (share now - share then) x ln(share now / share then). 0 is the same; from
0.1 on it is worth watching, from 0.25 on the model answers about others than it learned from.

Customers are compared with all rows learned from, and with those of the latest day learned from;
the index is the lesser of the two. What grows with the years (contacts, money) lies beyond earlier
days whoever the customers are, and what comes and goes with the seasons beyond the latest one: only
what is like neither is new to the model. Tenure grows by a day each day, and no training makes
up for the horizon it has to wait for: it is shown, and raises no alarm.

Bins are those of ``scoring.training.reference``: deciles of the rows learned from. So that an empty
bin says "fewer than could be seen" rather than "infinitely few", half a row is added to each bin of
the reference; and to the customers, as many who lie like those learned from.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scoring.figures import living
from scoring.training import reference

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Reference = Mapping[str, Mapping[str, Any]]

WATCH_FROM: Final = 0.1
DRIFTS_FROM: Final = 0.25
# The feature that is another one each day with the very same customers.
GROWS: Final = "tenure"
_ADDED: Final = 0.5
# The shares of a reference are taken for those of so many rows.
ROWS: Final = 10_000
# One of a hundred samples of the same customers is further away by chance.
_SURE: Final = 2.326


class Tally:
    """Counts customers by bin, block after block; memory does not grow with them."""

    def __init__(self, learned: Reference) -> None:
        self._learned = learned
        self.counts = {
            name: np.zeros(len(one["shares"]), dtype=np.int64) for name, one in learned.items()
        }
        self.customers = 0

    def add(self, features: NDArray[np.float32]) -> None:
        """Count these customers (rows x the seven features of ``engine.features.of_clients``)."""
        self.customers += len(features)
        for name, counts in reference.counts(features, self._learned).items():
            self.counts[name] += counts

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
            "psi": psi(nearest(learned, counts.tolist()), counts.tolist()),
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


def nearest(learned: Mapping[str, Any], counts: Sequence[float]) -> Sequence[float]:
    """The shares of one feature's reference that ``counts`` are more alike: of all, or of last."""
    known: list[Sequence[float]] = [learned["shares"], learned.get("latest", learned["shares"])]
    return min(known, key=lambda shares: psi(shares, counts))


def psi(shares: Sequence[float], counts: Sequence[float]) -> float:
    """The index of ``counts`` now against ``shares`` then, bin by bin; 0 or more."""
    total, bins = sum(counts), len(counts)
    index = 0.0
    for share, count in zip(shares, counts, strict=True):
        then = (share * ROWS + _ADDED) / (ROWS + bins * _ADDED)
        now = (count + bins * _ADDED * then) / (total + bins * _ADDED)
        index += (now - then) * math.log(now / then)
    return round(index, 4)


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
