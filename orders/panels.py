"""What the order desk shows on a customer's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from backoffice.core import tiles
from crm.panels import Panel
from orders.models import Order

if TYPE_CHECKING:
    from crm.models import Customer

SHOWN = 8


def recent_orders(customer: Customer) -> Panel | None:
    """The customer's last orders; two queries."""
    orders = Order.objects.filter(customer=customer).prefetch_related("lines")
    rows = [_row(order) for order in orders.order_by("-created_at", "-pk")[:SHOWN]]
    if not rows:
        return None
    return Panel(
        title=_("Orders"),
        headers=[_("Number"), _("Date"), _("Status"), _("Lines"), _("Total")],
        rows=rows,
        link=tiles.list_link("orders.order", f"?customer__id__exact={customer.pk}"),
        link_text=_("All orders of this customer"),
    )


def _row(order: Order) -> list[object]:
    page = reverse("admin:orders_order_change", args=[order.pk])
    lines = [f"{_quantity(line.quantity)} {line.description}" for line in order.lines.all()]
    return [
        format_html('<a href="{}">{}</a>', page, order.number),
        date_format(timezone.localtime(order.created_at), "SHORT_DATE_FORMAT"),
        order.get_status_display(),
        ", ".join(lines),
        "" if order.total is None else f"{number_format(order.total, 2)} {order.currency}",
    ]


def _quantity(value: object) -> str:
    return "?" if value is None else str(number_format(f"{value:f}".rstrip("0").rstrip(".")))
