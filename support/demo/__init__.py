"""The support desk of an invented shop, to try the back office with.

People, orders and telephone numbers are made up; the e-mail domains end in ``.example`` and
deliver nowhere. Every date is told from today, so that nothing of it is ever stale.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.core.spreadsheets.formats import Csv
from backoffice.messaging.models import InboundMessage
from crm.models import Customer
from support.demo.desk import Desk
from support.models import ShopOrder, Ticket
from support.order_lookup import shop_orders
from support.sheets.resources import ShopOrderResource

DATA = Path(__file__).parent.parent / "data" / "demo"
# The day on which the shop's file was made: it becomes today.
FILE_DAY = dt.date(2026, 4, 24)
DATES = ("ordered_on", "delivery_date")


def load() -> str:
    """The shop's orders, and tickets in every state, through the doors that real ones take.

    Leaves a database alone in which anything is real. Returns a sentence that says what was
    done.
    """
    if _is_in_use():
        return _("Support: the database is in use, no demo data loaded.")
    orders = _load_orders()
    desk = Desk(timezone.now())
    for thread in threads():
        desk.play(thread)
    Customer.objects.filter(notes="").update(notes=_("Demo data: this customer is invented."))
    return _("Support: %(orders)d shop orders and %(tickets)d tickets loaded as demo data.") % {
        "orders": orders,
        "tickets": Ticket.objects.count(),
    }


def threads() -> list[dict[str, Any]]:
    """What customers write and staff do: see :class:`support.demo.desk.Desk`."""
    found: list[dict[str, Any]] = json.loads((DATA / "threads.json").read_text(encoding="utf-8"))
    return found


def _is_in_use() -> bool:
    """Whether there is a ticket, an order of the shop, or anything that no demo has loaded."""
    if Ticket.objects.exists() or ShopOrder.objects.exists():
        return True
    marks = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            marks.add(_("Demo data: this customer is invented."))
    if Customer.objects.exclude(notes__in=marks).exists():
        return True
    return InboundMessage.objects.exists() and not Customer.objects.exists()


def _load_orders() -> int:
    header, *rows = Csv().read((DATA / "orders.csv").read_bytes())
    columns = {field.column_name: field for field in ShopOrderResource().fields.values()}
    shift = timezone.localdate() - FILE_DAY
    orders = []
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        order = {columns[name].attribute: columns[name].clean(cells) for name in header}
        for name in DATES:
            order[name] = order[name] + shift if order[name] else None
        orders.append(order)
    return shop_orders.upsert(orders).created
