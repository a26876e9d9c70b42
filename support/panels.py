"""What the support desk shows on a customer's page: tickets, and orders of the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from backoffice.core import tiles
from crm.panels import Panel
from support.models import ShopOrder, Ticket

if TYPE_CHECKING:
    import datetime as dt

    from crm.models import Customer

SHOWN = 8


def recent_tickets(customer: Customer) -> Panel | None:
    """The customer's last tickets; one query."""
    tickets = Ticket.objects.filter(customer=customer).select_related("category")
    rows = [_ticket(ticket) for ticket in tickets.order_by("-last_message_at", "-pk")[:SHOWN]]
    if not rows:
        return None
    return Panel(
        title=_("Tickets"),
        headers=[_("Number"), _("Last message"), _("Subject"), _("Category"), _("Status")],
        rows=rows,
        link=tiles.list_link("support.ticket", f"?customer__id__exact={customer.pk}"),
        link_text=_("All tickets of this customer"),
    )


def recent_shop_orders(customer: Customer) -> Panel | None:
    """What the customer last bought in the shop; one query."""
    orders = ShopOrder.objects.filter(customer=customer)[:SHOWN]
    rows = [_order(order) for order in orders]
    if not rows:
        return None
    return Panel(
        title=_("Shop orders"),
        headers=[
            _("Number"),
            _("Date"),
            _("Status"),
            _("Articles"),
            _("Delivery date"),
            _("Total"),
        ],
        rows=rows,
        link=tiles.list_link("support.shoporder", f"?customer__id__exact={customer.pk}"),
        link_text=_("All shop orders of this customer"),
    )


def _ticket(ticket: Ticket) -> list[object]:
    page = reverse("admin:support_ticket_change", args=[ticket.pk])
    moment = timezone.localtime(ticket.last_message_at)
    return [
        format_html('<a href="{}">{}</a>', page, ticket.number),
        date_format(moment, "SHORT_DATE_FORMAT"),
        ticket.subject,
        str(ticket.category or ""),
        ticket.get_status_display(),
    ]


def _order(order: ShopOrder) -> list[object]:
    page = reverse("admin:support_shoporder_change", args=[order.pk])
    total = "" if order.total is None else f"{number_format(order.total, 2)} {order.currency}"
    return [
        format_html('<a href="{}">{}</a>', page, order.number),
        _day(order.ordered_on),
        order.status,
        ", ".join(order.items.splitlines()),
        _day(order.delivery_date),
        total,
    ]


def _day(day: dt.date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""
