"""The features of our living customers, from the facts kept with their scores."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np
from django.db import connection

from scoring.engine import features
from scoring.engine.clients import FIELDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from numpy.typing import NDArray

BLOCK: Final = 100_000
_LIMITS: Final = np.array([field.limit for field in FIELDS], dtype=np.float64)
# In the order of scoring.engine.clients.FIELDS. Facts that are younger than the day are of it.
_STATEMENT: Final = """
SELECT customer_id, GREATEST({day} - COALESCE(last_contact_on, known_since), 0), total_contacts,
    GREATEST(total_spent, 0), emails_sent, emails_opened, website_visits,
    GREATEST({day} - known_since, 0)
FROM scoring_leadscore
WHERE customer_id > {last}
ORDER BY customer_id
LIMIT {size}
"""


def blocks(day: dt.date, *, size: int = BLOCK) -> Iterator[NDArray[np.float32]]:
    """Yield the features of all scored customers at the end of ``day``, one statement a block."""
    last = 0
    while True:
        # COPY takes no parameters; these are numbers and a day.
        words = {"day": f"DATE '{day:%Y-%m-%d}'", "last": f"{last:d}", "size": f"{size:d}"}
        statement = f"COPY ({_STATEMENT.format(**words)}) TO STDOUT"
        with connection.cursor() as cursor, cursor.copy(statement) as copying:
            text = b"".join(bytes(part) for part in copying)
        if not text:
            return
        table = np.loadtxt(io.BytesIO(text), delimiter="\t", ndmin=2)
        yield features.of_clients(np.minimum(table[:, 1:], _LIMITS))
        if len(table) < size:
            return
        last = int(table[-1, 0])
