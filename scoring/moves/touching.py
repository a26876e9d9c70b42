"""Customers about whom something happened are noted, and scored again within a minute or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def touch(customer_ids: Iterable[int] | None) -> None:
    """Note these customers, in the caller's transaction; None: anybody may have changed."""
    raise NotImplementedError


def catch_up() -> int:
    """Score who was noted; the number of customers. Notes go with the scores, or stay.

    "Anybody" asks for a run over what changed.
    """
    raise NotImplementedError
