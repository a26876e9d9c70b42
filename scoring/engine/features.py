"""What a model looks at: seven features of a client, each with its unit.

They are made by plain divisions, so that one client and a batch of them give the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.errors import DomainError
from scoring.engine.clients import AGE, CONTACTS, OPENED, RECENCY, SENT, SPENT, VISITS, column_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrOrPromise
    from numpy.typing import NDArray

# The part of an RFM score a client has half of: after a month, five contacts, this money.
HALF_DAYS: Final = 30.0
HALF_CONTACTS: Final = 5.0
HALF_SPENT: Final = 500.0


@dataclass(frozen=True, slots=True)
class Feature:
    """``unit`` is what its values count."""

    name: str
    label: _StrOrPromise
    unit: _StrOrPromise


FEATURES: Final = (
    Feature("recency", gettext_lazy("Recency"), gettext_lazy("days since the last contact")),
    Feature("frequency", gettext_lazy("Frequency"), gettext_lazy("contacts so far")),
    Feature("monetary", gettext_lazy("Monetary"), gettext_lazy("money spent so far")),
    Feature(
        "email_open_rate",
        gettext_lazy("E-mail open rate"),
        gettext_lazy("share of the e-mails opened, 0-1; 0 where none was sent"),
    ),
    Feature("website_visits", gettext_lazy("Website visits"), gettext_lazy("visits so far")),
    Feature("tenure", gettext_lazy("Tenure"), gettext_lazy("days since the first contact")),
    Feature(
        "rfm",
        gettext_lazy("RFM score"),
        gettext_lazy("0-100 points from recency, frequency and monetary alike"),
    ),
)
NAMES: Final = tuple(feature.name for feature in FEATURES)


def of_clients(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the features of checked clients (rows of :func:`scoring.engine.clients.read`).

    Single precision, as trees compare: a value is the same wherever it is looked at.
    """
    recency, contacts, spent = rows[:, RECENCY], rows[:, CONTACTS], rows[:, SPENT]
    sent = rows[:, SENT]
    features = np.empty((len(rows), len(FEATURES)), dtype=np.float32)
    features[:, 0] = recency
    features[:, 1] = contacts
    features[:, 2] = spent
    features[:, 3] = rows[:, OPENED] / np.maximum(sent, 1.0)
    features[:, 4] = rows[:, VISITS]
    features[:, 5] = rows[:, AGE]
    features[:, 6] = (
        HALF_DAYS / (HALF_DAYS + recency)
        + contacts / (HALF_CONTACTS + contacts)
        + spent / (HALF_SPENT + spent)
    ) * (100.0 / 3.0)
    return features


def of_one(client: Sequence[float]) -> NDArray[np.float32]:
    """Return the features of one checked client, as :func:`of_clients`, sooner."""
    recency, contacts, spent, sent, opened, visits, age = client
    rfm = (
        HALF_DAYS / (HALF_DAYS + recency)
        + contacts / (HALF_CONTACTS + contacts)
        + spent / (HALF_SPENT + spent)
    ) * (100.0 / 3.0)
    rate = opened / max(sent, 1.0)
    return np.array((recency, contacts, spent, rate, visits, age, rfm), dtype=np.float32)


def matrix(table: Any) -> NDArray[np.float32]:  # noqa: ANN401 - anything with columns
    """Return features made before as rows: from columns by name, or from a table of seven.

    Raises:
        DomainError: these are not the seven features, or a value is negative or not finite.

    """
    if isinstance(table, np.ndarray) and table.dtype.names is None:
        values = np.atleast_2d(table)
    else:
        known = column_names(table)
        missing = [name for name in NAMES if name not in known]
        if missing:
            raise DomainError(
                _("These features are missing: %(names)s. Make them by create_features.")
                % {"names": ", ".join(missing)},
                code="missing_column",
                field=missing[0],
            )
        values = np.column_stack([np.asarray(table[name]) for name in NAMES])
    if values.ndim != 2 or values.shape[1] != len(NAMES) or values.dtype.kind not in "iuf":  # noqa: PLR2004 - rows and columns
        raise DomainError(
            _("Give the seven features as numbers, in the order of create_features."),
            code="shape",
        )
    features = values.astype(np.float32)
    if not (np.isfinite(features) & (features >= 0)).all():
        raise DomainError(
            _("A feature is negative or not a finite number: make them by create_features."),
            code="not_finite",
        )
    return features
