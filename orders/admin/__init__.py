"""The order desk's pages."""

from __future__ import annotations

from orders.admin import figures as _figures  # noqa: F401 - its pages register themselves
from orders.admin import history_import as _history_import  # noqa: F401 - as above
from orders.admin.alerts import AlertAdmin
from orders.admin.changes import ChangeRequestAdmin
from orders.admin.erp import ErpExportAdmin, ErpProductAdmin
from orders.admin.learned import LearnedFactAdmin
from orders.admin.order import OrderAdmin
from orders.admin.subscriptions import SubscriptionAdmin

__all__ = [
    "AlertAdmin",
    "ChangeRequestAdmin",
    "ErpExportAdmin",
    "ErpProductAdmin",
    "LearnedFactAdmin",
    "OrderAdmin",
    "SubscriptionAdmin",
]
