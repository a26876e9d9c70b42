"""Sentences for staff in which the numbers of orders lead to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html, format_html_join

from orders.models import Order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

_NUMBER = re.compile(r"(\bCMD-\d{4}-\d{3,6}\b)")


def with_links(sentences: Sequence[str], *, beside: Order) -> list[SafeString]:
    """The sentences, escaped; the number of each other order that there is becomes a link."""
    named = {number for one in sentences for number in _NUMBER.findall(one)}
    others = Order.objects.filter(number__in=named).exclude(pk=beside.pk) if named else ()
    links = {
        order.number: format_html(
            '<a class="underline" href="{}">{}</a>',
            reverse("admin:orders_order_change", args=[order.pk]),
            order.number,
        )
        for order in others
    }
    return [
        format_html_join("", "{}", ((links.get(part, part),) for part in _NUMBER.split(one)))
        for one in sentences
    ]
