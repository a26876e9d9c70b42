"""The support desk in the admin."""

from __future__ import annotations

from support.admin import shop_orders  # noqa: F401 - registers its pages
