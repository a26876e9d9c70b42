"""The order desk's rows: orders, what is asked about them, what was learned from them."""

from __future__ import annotations

from orders.models.alert import Alert, AlertMail, Severity, Subscription
from orders.models.change import ChangeRequest
from orders.models.erp import ErpExport, ErpExportedOrder, ErpLine, ErpProduct, Paper
from orders.models.history_upload import HistoryUpload
from orders.models.learning import FieldOutcome, LearnedFact, Lesson
from orders.models.order import STATUS_WORDS, Order, OrderCounter, OrderEvent, OrderLine

__all__ = [
    "STATUS_WORDS",
    "Alert",
    "AlertMail",
    "ChangeRequest",
    "ErpExport",
    "ErpExportedOrder",
    "ErpLine",
    "ErpProduct",
    "FieldOutcome",
    "HistoryUpload",
    "LearnedFact",
    "Lesson",
    "Order",
    "OrderCounter",
    "OrderEvent",
    "OrderLine",
    "Paper",
    "Severity",
    "Subscription",
]
