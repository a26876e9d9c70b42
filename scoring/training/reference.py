"""What the clients a model learned from looked like, to tell later when others come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scoring.engine.features import NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

BINS: Final = 10
# Digits of an edge or a share: float32 has no more.
_DIGITS: Final = 9


def of(
    features: NDArray[np.float32], moments: NDArray[np.int64] | None = None
) -> dict[str, dict[str, list[float]]]:
    """Return each feature's deciles and the share of the clients in each bin between them.

    ``edges`` are upper ends: a bin holds what is above the edge before it and at most its own;
    the last bin, one more than there are edges, what is above all of them. A value that many
    share is one edge, so there may be fewer than ten bins. ``latest`` are the shares of those
    who were looked at last, where ``moments`` tells (days by number).
    """
    found = {}
    last = None if moments is None else _last(moments)
    for place, name in enumerate(NAMES):
        values = features[:, place]
        # Nearest ranks: an edge is a value that occurs, so that "at most" counts it.
        at = np.quantile(values, np.arange(1, BINS) / BINS, method="inverted_cdf")
        edges = [float(edge) for edge in np.unique(at)]
        found[name] = {"edges": edges, "shares": _shares(values, edges)}
        if last is not None:
            found[name]["latest"] = _shares(values[last], edges)
    return found


def _last(moments: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The clients of the latest day; of the latest days, where that one has less than a fifth."""
    fifth = np.sort(moments)[len(moments) * 4 // 5 :]
    last: NDArray[np.bool_] = moments >= fifth.min(initial=moments.max(initial=0))
    return last


def _shares(values: NDArray[np.float32], edges: list[float]) -> list[float]:
    counts = _counted(values, edges)
    return [round(float(share), _DIGITS) for share in counts / max(len(values), 1)]


def counts(
    features: NDArray[np.float32], reference: Mapping[str, Mapping[str, Any]]
) -> dict[str, NDArray[np.int64]]:
    """Return how many of these clients fall into each bin of a reference, by feature."""
    return {
        name: _counted(features[:, NAMES.index(name)], bins["edges"])
        for name, bins in reference.items()
    }


def _counted(values: NDArray[np.float32], edges: list[float]) -> NDArray[np.int64]:
    places = np.searchsorted(np.asarray(edges, dtype=np.float64), values.astype(np.float64))
    return np.bincount(places, minlength=len(edges) + 1)
