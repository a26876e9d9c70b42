"""The merge of each entity: its plan, and the statements that carry it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.models import Entity
from crm.sync.merging import customers, interactions, products, sales, stock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.backends.utils import CursorWrapper

    from crm.sync.merging.plans import Plan
    from crm.sync.prepared import Prepared
    from crm.sync.work import Work


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


WRITE: Mapping[Entity, Callable[[CursorWrapper, Work, Plan], None]] = {
    Entity.CUSTOMER: customers.write,
    Entity.PRODUCT: products.write,
    Entity.SALE: sales.write,
    Entity.STOCK: stock.write,
    Entity.INTERACTION: interactions.write,
}
