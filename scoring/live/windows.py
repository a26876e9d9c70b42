"""Training rows from our own history: figures at past days, and who bought in the days after."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np
from django.db.models import Func, Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import Customer, Sale
from scoring.live import figures
from scoring.training import history
from scoring.training.dataset import (
    MINIMUM_LEARNED,
    MINIMUM_TESTED,
    TEMPORAL,
    Dataset,
    Split,
    by_lot,
    is_enough,
    require_outcomes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

# Read by one statement where customers are chosen one by one.
_SOME: Final = 5_000
_NOBODY: Final = Dataset(np.empty((0, 7)), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def window(day: dt.date, horizon: int, *, ids: Sequence[int] | None = None) -> Dataset:
    """The customers known at the end of ``day``, and whether each bought in the days after it.

    Those of ``ids`` only, where given.
    """
    parts = [_NOBODY]
    for block in figures.blocks(day, living=False) if ids is None else _of(ids, day):
        bought = np.isin(block.ids, _buyers(block, day, horizon, ids)).astype(np.int64)
        moments = np.full(len(block.ids), day.toordinal())
        parts.append(Dataset(block.rows, bought, moments))
    return history.together(parts)


def chosen_by_lot() -> list[int] | None:
    """The customers looked at where there are more than history.MOST: the same each time."""
    people = Customer.objects.filter(merged_into=None)
    if people.count() <= history.MOST:
        return None
    spread = people.annotate(lot=Func("pk", function="hashint8")).order_by("lot", "pk")
    return sorted(spread.values_list("pk", flat=True)[: history.MOST])


def latest_day(horizon: int) -> dt.date:
    """The latest day of which it is known who bought in so many days after it.

    Raises:
        DomainError: there are no sales.

    """
    last = min(_spanned()[1], timezone.localdate())
    return last - dt.timedelta(days=horizon)


def split(day: dt.date, horizon: int) -> Split:
    """Rows of earlier days to learn from, and those of ``day`` as the test.

    Raises:
        DomainError: there are no sales, they end before the horizon does, or too few bought.

    """
    history.require_horizon(horizon)
    first, last = _spanned()
    history.require_future(last.toordinal(), day.toordinal(), horizon)
    ids = chosen_by_lot()
    test = window(day, horizon, ids=ids)
    require_outcomes(test, MINIMUM_TESTED)
    days = [day - dt.timedelta(days=number * horizon) for number in range(1, history.WINDOWS + 1)]
    begin = first + dt.timedelta(days=horizon)
    earlier = [window(one, horizon, ids=ids) for one in reversed(days) if one >= begin]
    learn = history.together(earlier) if earlier else None
    if learn is None or not is_enough(learn, MINIMUM_LEARNED):
        return by_lot(test)
    return Split(TEMPORAL, learn, test)


def _spanned() -> tuple[dt.date, dt.date]:
    """The days of the first and the last purchase."""
    spanned = Sale.objects.filter(quantity__gt=0).aggregate(
        first=Min("sold_on"), last=Max("sold_on")
    )
    if spanned["first"] is None:
        raise DomainError(
            _("There are no sales to learn from yet: import them first."), code="no_history"
        )
    return spanned["first"], spanned["last"]


def _of(ids: Sequence[int], day: dt.date) -> Iterator[figures.Block]:
    for start in range(0, len(ids), _SOME):
        some = figures.Chosen(ids=tuple(ids[start : start + _SOME]))
        found = figures.rows_of(figures.facts(some, day, living=False), day)
        if len(found.ids):
            yield found


def _buyers(
    block: figures.Block, day: dt.date, horizon: int, ids: Sequence[int] | None
) -> NDArray[np.int64]:
    rows = Sale.objects.filter(
        sold_on__gt=day, sold_on__lte=day + dt.timedelta(days=horizon), quantity__gt=0
    )
    if ids is None:
        rows = rows.filter(customer_id__gte=block.ids[0], customer_id__lte=block.ids[-1])
    else:
        rows = rows.filter(customer_id__in=block.ids.tolist())
    return np.array(
        [*rows.order_by().values_list("customer_id", flat=True).distinct()], dtype=np.int64
    )
