"""What is expected of somebody who never bought: the median of what our customers usually spend.

A run of everybody finds it out; until the next one it is the same for all, so that it does not
move with every sale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from backoffice.core.kept import Kept
from scoring.live import figures
from scoring.models import ScoringRun

if TYPE_CHECKING:
    from decimal import Decimal


def known() -> Decimal:
    """That of the last run; before there is one, or where nothing was sold then, that of now."""
    found = (
        ScoringRun.objects.filter(house_purchase__gt=0)
        .order_by("-pk")
        .values_list("house_purchase", flat=True)
        .first()
    )
    if found is not None:
        return found
    return _of_today()


# All sales are looked at.
_of_today: Kept[Decimal] = Kept(lambda: figures.house_purchase(timezone.localdate()))
