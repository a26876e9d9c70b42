"""The order desk of an invented firm, to try the back office with.

People, firms and telephone numbers are made up; the e-mail domains end in
``.example`` and deliver nowhere.
"""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.messaging import importing
from backoffice.messaging.models import InboundMessage
from crm.models import Customer
from orders import history
from orders.models import Order

HERE = Path(__file__).parent


def load() -> str:
    """Earlier orders as a history, and messages for the worker to read; all or nothing.

    Leaves a database alone in which there is a customer, an order or a message. Returns a
    sentence that says what was done.
    """
    if any(model.objects.exists() for model in (Customer, Order, InboundMessage)):
        return _("Orders: the database is in use, no demo data loaded.")
    with transaction.atomic():
        past = history.load((HERE / "history.csv").read_bytes(), filename="history.csv")
        Customer.objects.update(notes=_("Demo data: this customer is invented."))
        messages = importing.import_paths([HERE / "messages"], desk="orders")
    return _("Orders: %(orders)d earlier orders and %(messages)d messages loaded as demo data.") % {
        "orders": past.created,
        "messages": messages.imported,
    }
