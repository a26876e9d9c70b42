"""What single values and rows have to be; what needs other rows is in ``crm.quality.across``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from crm.mapping.compiled import Normalised


def check(entity: str, rows: Normalised, *, today: dt.date) -> None:
    """Append what is wrong to ``rows.problems``; empty the values whose problem is "high".

    Required missing, ranges, lengths, dates, negative quantities, totals. No queries.
    """
    raise NotImplementedError


def scores(entity: str, rows: Normalised, *, today: dt.date) -> list[int]:
    """The data score, 0-100, of each row (docs/crm-quality.md); no queries."""
    raise NotImplementedError
