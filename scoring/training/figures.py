"""How good chances are, measured on clients nobody learned from, with bootstrap intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    Weights = NDArray[np.float64]

TOP_SHARE: Final = 0.1
BINS: Final = 10
_DRAWS: Final = 500
# With so many rows each draw costs time, and intervals are narrow anyway.
_MANY_ROWS: Final = 8_000
_FEWER_DRAWS: Final = 100
_SEED: Final = 2026
_INTERVAL: Final = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Clients of like chances: how many, what was foretold on average, what came."""

    clients: int
    foretold: float
    came: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What chances are worth.

    ``measures`` has auc, pr_auc, brier, log_loss and lift_at_10 (how many times the average rate
    the best tenth of the clients buys). ``error`` is the mean gap of the calibration table.
    """

    clients: int
    base_rate: float
    measures: Mapping[str, Figure]
    calibration: tuple[Bin, ...]
    error: float

    def as_json(self) -> dict[str, Any]:
        """Return the figures for programs."""
        return {
            "clients": self.clients,
            "base_rate": _short(self.base_rate),
            **{name: _short(one.value) for name, one in self.measures.items()},
            "intervals": {
                name: [_short(one.low), _short(one.high)] for name, one in self.measures.items()
            },
            "calibration_error": _short(self.error),
            "calibration": [
                {"clients": one.clients, "foretold": _short(one.foretold), "came": _short(one.came)}
                for one in self.calibration
            ],
        }


def measure(chances: NDArray[np.float64], bought: NDArray[np.int64]) -> Figures:
    """Measure chances against what came."""
    ranked = _Ranked(chances, bought)
    values = ranked.measures(np.ones(len(bought)))
    drawn = [ranked.measures(weights) for weights in _draws(bought)]
    table = calibration(chances, bought)
    return Figures(
        clients=len(bought),
        base_rate=float(bought.mean()),
        measures={
            name: Figure(value, *_interval([one[name] for one in drawn]))
            for name, value in values.items()
        },
        calibration=table,
        error=sum(one.clients * abs(one.foretold - one.came) for one in table) / len(bought),
    )


def auc(chances: NDArray[Any], bought: NDArray[np.int64]) -> float:
    """Return the share of pairs of a buyer and another that are ranked right, ties half."""
    return _Ranked(chances, bought).measures(np.ones(len(bought)))["auc"]


def gain(
    new: NDArray[np.float64], old: NDArray[np.float64], bought: NDArray[np.int64]
) -> Mapping[str, Figure]:
    """Return by how much each measure of ``new`` exceeds that of ``old``, on the same clients."""
    ranked_new, ranked_old = _Ranked(new, bought), _Ranked(old, bought)

    def differences(weights: Weights) -> dict[str, float]:
        was = ranked_old.measures(weights)
        return {name: now - was[name] for name, now in ranked_new.measures(weights).items()}

    values = differences(np.ones(len(bought)))
    drawn = [differences(weights) for weights in _draws(bought)]
    return {
        name: Figure(value, *_interval([one[name] for one in drawn]))
        for name, value in values.items()
    }


def calibration(chances: NDArray[np.float64], bought: NDArray[np.int64]) -> tuple[Bin, ...]:
    """Return bins of equally many clients, from the smallest chances to the greatest."""
    order = np.argsort(chances, kind="stable")
    return tuple(
        Bin(len(rows), float(chances[rows].mean()), float(bought[rows].mean()))
        for rows in np.array_split(order, BINS)
        if len(rows)
    )


class _Ranked:
    """Chances sorted once; every draw of the bootstrap then only counts."""

    def __init__(self, chances: NDArray[Any], bought: NDArray[np.int64]) -> None:
        values = np.asarray(chances, dtype=np.float64)
        distinct, self._place = np.unique(values, return_inverse=True)
        self._size = len(distinct)
        self._bought = bought.astype(np.float64)
        self._squares = (values - bought) ** 2
        sure = np.clip(values, 1e-12, 1 - 1e-12)
        self._losses = -np.log(np.where(bought == 1, sure, 1 - sure))

    def measures(self, weights: Weights) -> dict[str, float]:
        buyers = np.bincount(self._place, weights * self._bought, self._size)
        others = np.bincount(self._place, weights * (1 - self._bought), self._size)
        total, rest = buyers.sum(), others.sum()
        below = np.cumsum(others) - others
        # From the greatest chance on.
        found = np.cumsum(buyers[::-1])
        asked = found + np.cumsum(others[::-1])
        precision = np.divide(found, asked, out=np.zeros_like(found), where=asked > 0)
        top = TOP_SHARE * (total + rest)
        # Not by "@": its threads wait for each other where other work has the processors.
        weight = weights.sum()
        hits = np.interp(top, np.append(0.0, asked), np.append(0.0, found))
        return {
            "auc": float((buyers * (below + others / 2)).sum() / (total * rest)),
            "pr_auc": float((buyers[::-1] * precision).sum() / total),
            "brier": float((weights * self._squares).sum() / weight),
            "log_loss": float((weights * self._losses).sum() / weight),
            "lift_at_10": float(hits / total / TOP_SHARE),
        }


def _draws(bought: NDArray[np.int64]) -> Iterator[Weights]:
    """Yield how often each client is drawn, with replacement among buyers and among others."""
    generator = np.random.default_rng(_SEED)
    groups = [np.flatnonzero(bought == outcome) for outcome in (0, 1)]
    for _number in range(_DRAWS if len(bought) <= _MANY_ROWS else _FEWER_DRAWS):
        weights = np.zeros(len(bought))
        for rows in groups:
            drawn = generator.integers(0, len(rows), len(rows))
            weights[rows] = np.bincount(drawn, minlength=len(rows))
        yield weights


def _interval(values: list[float]) -> tuple[float, float]:
    low, high = np.percentile(values, _INTERVAL).tolist()
    return low, high


def _short(number: float) -> float:
    return round(number, 4)
