"""Scores of chosen customers, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from scoring.leads import house, writing
from scoring.live.figures import Chosen
from scoring.versions import keeping

if TYPE_CHECKING:
    from collections.abc import Iterable

# As many as one statement looks at; more are a run's business.
MOST: int = 5_000


def rescore(customer_ids: Iterable[int]) -> int:
    """Score these customers as of today and write what changed; how many scores changed.

    Set-based; rows locked in the order of their ids. Archived, merged and unknown ones lose their
    score. Safe to repeat: a second call writes nothing.

    Raises:
        NoModel: there is none to score by.

    """
    ids = sorted(set(customer_ids))
    if not ids:
        return 0
    scoring = writing.Scoring(timezone.localdate(), keeping.in_use(), house.known())
    changed = 0
    for start in range(0, len(ids), MOST):
        with transaction.atomic():
            some = tuple(ids[start : start + MOST])
            changed += writing.write(Chosen(ids=some), scoring).scores
    return changed
