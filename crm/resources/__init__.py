"""What people take out and bring in as a sheet: one module per model."""

from __future__ import annotations

from crm.resources.customer import CustomerResource
from crm.resources.interaction import InteractionResource
from crm.resources.product import ProductResource
from crm.resources.sale import SaleResource
from crm.resources.stock import StockLevelResource

__all__ = [
    "CustomerResource",
    "InteractionResource",
    "ProductResource",
    "SaleResource",
    "StockLevelResource",
]
