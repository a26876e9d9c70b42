"""A customer writes, staff correct and validate: the way every lesson is learned."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from backoffice.messaging import tasks
from orders.models import Order
from orders.tests import factories as make

if TYPE_CHECKING:
    from datetime import datetime

    from backoffice.messaging.models import InboundMessage

PHONE = "+212661000001"
OTHER_PHONE = "+212661000002"
THIRD_PHONE = "+212661000003"
FLAT, HANDLES = "sachet_fond_plat", "sac_fond_carre_poignees_plates"
TWISTED, PLAIN = "sac_fond_carre_poignees_torsadees", "sac_fond_carre_sans_poignees"
_minutes = count(1)


def arrive(
    body: str, *, phone: str = PHONE, name: str = "", sent_at: datetime | None = None
) -> InboundMessage:
    """A WhatsApp message comes in and the worker goes through it."""
    message: InboundMessage = make.MessageFactory.create(
        channel="whatsapp",
        sender_name=name,
        sender_email="",
        sender_phone=phone,
        body=body,
        sent_at=sent_at or make.later(minutes=next(_minutes)),
    )
    tasks.process_message(message.pk)
    message.refresh_from_db()
    return message


def ordered(body: str, **sender: Any) -> Order:
    """The order proposed for a message."""
    return Order.objects.get(message=arrive(body, **sender))


def staff_client() -> Client:
    """Somebody who may do everything with orders, signed in."""
    client = Client()
    client.force_login(User.objects.filter(username="salma").first() or make.clerk())
    return client


def validate(order: Order, *, add: Any = None, **typed: Any) -> Order:  # noqa: ANN401 - a form
    """Type values into the order's page and press Validate.

    Fields of lines are "lines-0-product" with the product's code; ``add`` is one line more.
    """
    client = staff_client()
    address = reverse("admin:orders_order_change", args=[order.pk])
    values = _shown(client.get(address).context)
    if add:
        index = int(values["lines-TOTAL_FORMS"])
        typed |= {f"lines-{index}-{name}": value for name, value in add.items()}
        typed |= {f"lines-{index}-unit": "piece", "lines-TOTAL_FORMS": index + 1}
    values |= typed
    for name in values:
        if name.startswith("lines-") and name.endswith("-product") and name in typed:
            values[name] = make.product(typed[name]).pk
    posted = {name: value for name, value in values.items() if value is not None}
    answer = client.post(address, {**posted, "orders_order_validate": "1"})
    assert answer.status_code == 302, answer.context["errors"]
    order.refresh_from_db()
    assert order.status == Order.Status.VALIDATED, order.attention
    return order


def _shown(page: Any) -> dict[str, Any]:  # noqa: ANN401 - a page's context
    form = page["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    formset = page["inline_admin_formsets"][0].formset
    for part in [formset.management_form, *formset.initial_forms]:
        values |= {part.add_prefix(name): part[name].value() for name in part.fields}
    return values


def lines_of(order: Order) -> list[tuple[Any, ...]]:
    """(product code, quantity, unit, unit price) of each line, prices without trailing zeros."""
    rows = order.lines.values_list("product__sku", "quantity", "unit", "unit_price")
    return [
        (sku, int(quantity or 0), unit, None if price is None else f"{price.normalize():f}")
        for sku, quantity, unit, price in rows
    ]


def sentences_of(order: Order) -> list[str]:
    return [one["sentence"] for one in order.reading["learned"]]
