"""The merge of each entity: its plan, and the statements that carry it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.models import Entity
from crm.sync.merging import customers, interactions, products, sales, stock
from crm.sync.merging import rows as rows_of_ours

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.backends.utils import CursorWrapper

    from crm.sync.merging.plans import Plan
    from crm.sync.preparing.prepared import Prepared
    from crm.sync.preparing.work import Work


def plan(work: Work, rows: Prepared, references: Mapping[str, Mapping[int, int]]) -> Plan:
    """What the batch brings; ``references`` are our ids by field and row."""
    match work.entity:
        case Entity.CUSTOMER:
            return customers.plan(work, rows)
        case Entity.PRODUCT:
            return products.plan(work, rows)
        case Entity.SALE:
            return sales.plan(work, rows, references)
        case Entity.STOCK:
            return stock.plan(work, rows, references)
        case Entity.INTERACTION:
            return interactions.plan(work, rows, references)


def add(cursor: CursorWrapper, work: Work, made: Plan) -> None:
    """Write the staged rows that are new."""
    if work.entity == Entity.CUSTOMER:
        customers.add(cursor, work, made)
    else:
        rows_of_ours.insert(cursor, work.entity, made)


def change(cursor: CursorWrapper, work: Work, made: Plan) -> None:
    """Write the staged rows that stand for rows of ours, where they differ."""
    if work.entity == Entity.CUSTOMER:
        customers.change(cursor, work, made)
    else:
        rows_of_ours.change(cursor, work.entity, made)
