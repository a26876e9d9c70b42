"""Customers about whom something happened are noted, and scored again within a minute or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.models import LeadTouch

if TYPE_CHECKING:
    from collections.abc import Iterable


def touch(customer_ids: Iterable[int] | None) -> None:
    """Note these customers, in the caller's transaction; None: anybody may have changed."""
    ids = [None] if customer_ids is None else sorted(set(customer_ids))
    LeadTouch.objects.bulk_create(LeadTouch(customer_id=one) for one in ids)
