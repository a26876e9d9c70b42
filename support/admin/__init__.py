"""The support desk in the admin."""

from __future__ import annotations

from support.admin import shop_orders, ticket  # noqa: F401 - register their pages
