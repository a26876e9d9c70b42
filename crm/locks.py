"""Customers locked, for whoever writes what is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.models import Customer

if TYPE_CHECKING:
    from collections.abc import Collection


def hold_customers(customer_ids: Collection[int]) -> None:
    """Before anything of theirs is locked or written: a merge or another writer waits, or has been.

    In the order of their ids, all in one call, until the transaction ends.
    """
    rows = Customer.objects.select_for_update(no_key=True).filter(pk__in=customer_ids)
    # Evaluated for its locks.
    list(rows.order_by("pk").values_list("pk", flat=True))
