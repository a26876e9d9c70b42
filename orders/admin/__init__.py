"""The order desk's pages."""

from __future__ import annotations

from orders.admin.order import OrderAdmin

__all__ = ["OrderAdmin"]
