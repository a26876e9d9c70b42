"""Columns that give the outcome away.

They were filled in after it, so a model that looks at them is brilliant in the test and blind
in the office.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from django.utils.translation import gettext as _

from scoring.engine import clients, features
from scoring.training import figures
from scoring.training.dataset import folds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from scoring.training.dataset import Dataset

# No single figure known beforehand ranks real buyers as well as this.
SUSPICIOUS: Final = 0.95
_BINS: Final = 20
# Values that occur so rarely say little by themselves.
_PRIOR: Final = 5.0


def warnings(data: Dataset) -> Iterator[str]:
    """Yield a sentence for every column that tells the outcome nearly by itself."""
    columns: dict[str, NDArray[Any]] = {
        **{name: data.clients[:, place] for place, name in enumerate(clients.NAMES)},
        **{name: data.features[:, place] for place, name in enumerate(features.NAMES)},
    }
    seen: set[bytes] = set()
    for name, values in columns.items():
        known = values.astype(np.float32).tobytes()
        strength = telling(values, data)
        if strength >= SUSPICIOUS and known not in seen:
            yield _(
                "The column %(name)s nearly tells by itself who bought (AUC %(auc)s). Make sure"
                " that it holds what was known before the outcome, not after."
            ) % {"name": name, "auc": f"{strength:.3f}"}
        seen.add(known)


def telling(values: NDArray[Any], data: Dataset) -> float:
    """Return the AUC of one column alone, whatever the shape of what it says."""
    cuts = np.unique(np.quantile(values, np.linspace(0, 1, _BINS + 1)[1:-1]))
    # A value that many share, such as 0, is a bin of its own.
    places = np.searchsorted(cuts, values) + np.searchsorted(cuts, values, side="right")
    fold = folds(data, 2)
    share = np.empty(len(values))
    for number in (0, 1):
        known, asked = fold != number, fold == number
        counts = np.bincount(places[known], minlength=places.max() + 1)
        buyers = np.bincount(places[known], data.bought[known], minlength=places.max() + 1)
        rates = (buyers + _PRIOR * data.base_rate) / (counts + _PRIOR)
        share[asked] = rates[places[asked]]
    return max(figures.auc(share, data.bought), figures.auc(-share, data.bought))
