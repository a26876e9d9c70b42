"""Rules proposed for a table that nobody has mapped yet, by headings and by content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.mapping.suggest import reckoning
from crm.mapping.suggest.assigning import assign
from crm.mapping.suggest.composing import compose
from crm.mapping.suggest.content import look_at
from crm.models import Entity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.mapping.context import Context
    from crm.mapping.rules import Rule


def suggest(
    entity: str, columns: Sequence[str], rows: Sequence[Sequence[str]], context: Context
) -> list[Rule]:
    """Rules for the columns that are known by name or content; the rest stays unmapped.

    A column's heading proposes, its content may refuse: no column is mapped to a field that its
    values contradict. Steps come from the content (style of dates and figures, HTML, capitals).
    """
    cells = list(zip(*rows, strict=False)) if rows else [()] * len(columns)
    seen = [look_at(name, cells[place], context) for place, name in enumerate(columns)]
    kind = Entity(entity)
    slots = assign(kind, seen)
    if kind == Entity.SALE:
        slots = reckoning.agree(slots, seen, cells, context)
    return compose(kind, slots, context)
