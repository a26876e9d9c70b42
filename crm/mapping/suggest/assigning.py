"""Which column is which slot: one to one, by the best total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.mapping.suggest.headings import NAMES
from crm.mapping.suggest.judging import ENOUGH, judge
from crm.mapping.suggest.matching import heading_scores

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm.mapping.suggest.content import Column
    from crm.models import Entity

LEAST = 0.5
_WEIGHT_OF_CONTENT = 0.2
# A heading that says nothing: content of these kinds is plain enough, from such a share on.
_BY_CONTENT: Mapping[str, tuple[tuple[str, str, float], ...]] = {
    "customer": (("email", "email", 0.8), ("phone", "phone", 0.8), ("country", "country", 0.9)),
    "product": (("barcode", "ean", 0.8), ("vintage", "year", 0.9), ("bottles", "sized", 0.9)),
    "sale": (("customer_key.email", "email", 0.8),),
    "stock": (),
    "interaction": (("customer_key.email", "email", 0.8),),
}
_NOT_OURS = "-"
# Between two columns of one name the filled one, or the one that says something, is it.
_DULL = 0.06


def assign(entity: Entity, columns: Sequence[Column]) -> dict[str, Column]:
    """The column of each slot that has one."""
    from scipy.optimize import (  # type: ignore[import-untyped]  # noqa: PLC0415 - slow import
        linear_sum_assignment,
    )

    slots = [slot for slot in NAMES[entity] if slot != _NOT_OURS]
    if not columns:
        return {}
    scores = [[score(entity, slot, column) for slot in slots] for column in columns]
    rows, places = linear_sum_assignment(
        [[value if value >= LEAST else 0.0 for value in line] for line in scores], maximize=True
    )
    return {
        slots[place]: columns[row]
        for row, place in zip(rows, places, strict=True)
        if scores[row][place] >= LEAST
    }


def score(entity: Entity, slot: str, column: Column) -> float:
    """How likely the column is the slot; below :data:`LEAST` it is not."""
    named = heading_scores(entity, column.heading)
    verdict = judge(entity, slot, column)
    if verdict <= -1:
        return 0.0
    mine, other = named.get(slot, 0.0), named.get(_NOT_OURS, 0.0)
    if other > mine:
        return 0.0
    if mine:
        return mine + _WEIGHT_OF_CONTENT * verdict - _DULL * _dullness(column)
    if named:
        return 0.0
    least = next(
        (s for name, kind, s in _BY_CONTENT[entity] if name == slot and column.of(kind) >= s), 0
    )
    return LEAST + 0.05 if least and column.count else 0.0


def _dullness(column: Column) -> float:
    """0 of a column that tells rows apart, 1 of an empty one; of one value in all rows a half."""
    says_one = column.count > ENOUGH and len(column.values) == 1
    return max(1.0 - column.filled, 0.5 if says_one else 0.0)
