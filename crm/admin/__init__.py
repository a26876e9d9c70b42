"""The customers' pages."""

from __future__ import annotations

from crm.admin.customer import CustomerAdmin
from crm.admin.product import ProductAdmin
from crm.admin.sale import SaleAdmin

__all__ = ["CustomerAdmin", "ProductAdmin", "SaleAdmin"]
