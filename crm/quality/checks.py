"""What single values and rows have to be; what needs other rows is in ``crm.quality.across``."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from crm.models import Entity
from crm.quality import scoring, single, together, unsold
from crm.quality.findings import Findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.mapping.compiled import Normalised


def check(entity: str, rows: Normalised, *, today: dt.date) -> None:
    """Append what is wrong to ``rows.problems``; empty the values whose problem is "high".

    Required missing, ranges, lengths, dates, negative quantities, totals. No queries. A required
    value that is wrong refuses its row: whatever was found becomes critical. Nothing is wrong with
    a line that is no sale.
    """
    found = Findings(entity, rows)
    single.check(found, today)
    together.check(found, today)
    single.required(found)
    unsold.excuse(rows)


def scores(entity: str, rows: Normalised, *, today: dt.date) -> list[int]:
    """The data score, 0-100, of each row (docs/crm-quality.md); no queries."""
    filled, asked = _filled(Entity(entity), rows)
    fresh = _fresh(Entity(entity), rows, today)
    costs: dict[int, dict[str, float]] = {}
    for problem in rows.problems:
        part = scoring.PARTS.get(problem.code, scoring.VALIDITY)
        taken = costs.setdefault(problem.index, {})
        taken[part] = taken.get(part, 0.0) + scoring.COSTS[problem.severity]
    known: dict[tuple[int, int, float | None], int] = {}
    found = []
    for index, facts in enumerate(zip(filled, asked, fresh, strict=True)):
        if index in costs:
            score = _score(facts, costs[index])
        elif facts in known:
            score = known[facts]
        else:
            score = known[facts] = _score(facts, {})
        found.append(score)
    return found


def _score(facts: tuple[int, int, float | None], costs: dict[str, float]) -> int:
    filled, asked, fresh = facts
    parts: dict[str, float | None] = {
        part: max(0.0, 1.0 - costs.get(part, 0.0)) for part in scoring.WEIGHTS
    }
    parts[scoring.COMPLETENESS] = filled / asked if asked else None
    parts[scoring.FRESHNESS] = fresh
    return scoring.weigh(parts)


def _filled(entity: Entity, rows: Normalised) -> tuple[list[int], list[int]]:
    """Of each row how many of the fields asked for are filled, and how many are asked for."""
    length = max(map(len, rows.values.values()), default=0)
    names = scoring.counted(entity)
    wine = scoring.ATTRIBUTES if entity == Entity.PRODUCT else ()
    plain = [name for name in names if name not in wine]
    filled = _count(rows, plain, length)
    if not wine:
        return filled, [len(plain)] * length
    attributes = [name for name in names if name in wine]
    extra = _count(rows, attributes, length)
    is_wine = _count(rows, scoring.WINE, length)
    asked = [len(plain) + len(attributes) if wine else len(plain) for wine in is_wine]
    return [
        first + more if wine else first
        for first, more, wine in zip(filled, extra, is_wine, strict=True)
    ], asked


def _count(rows: Normalised, names: Sequence[str], length: int) -> list[int]:
    columns = [
        list(map(bool, rows.values[name]))
        if _may_be_blank(rows.values[name])
        else [value is not None for value in rows.values[name]]
        for name in names
        if name in rows.values
    ]
    return list(map(sum, zip(*columns, strict=True))) if columns else [0] * length


def _may_be_blank(column: Sequence[Any]) -> bool:
    """Texts and lists can be there and empty; numbers and dates cannot."""
    return any(isinstance(value, str | list) for value in column[:1]) or isinstance(
        next((value for value in column if value is not None), ""), str | list
    )


def _fresh(entity: Entity, rows: Normalised, today: dt.date) -> Sequence[float | None]:
    length = max(map(len, rows.values.values()), default=0)
    column = rows.values.get(scoring.DATES[entity][0]) if entity in scoring.DATES else None
    if column is None:
        return [None] * length
    days = [value.date() if isinstance(value, dt.datetime) else value for value in column]
    known = {day: scoring.freshness(entity, day, today) for day in set(days)}
    return [known[day] for day in days]
