"""Numbers of orders in sentences for staff lead to them."""

from __future__ import annotations

import pytest

from orders.admin.number_links import with_links
from orders.tests import factories as make

pytestmark = pytest.mark.django_db


def test_numbers_of_other_orders_are_links_and_all_else_is_escaped():
    mine, other = (make.OrderFactory.create(number=f"CMD-2026-0000{n}") for n in "12")

    shown = with_links(
        [f"<b>{mine.number} may correct {other.number} or CMD-2026-99999", "Nothing <i>else"],
        beside=mine,
    )

    link = f'<a class="underline" href="/admin/orders/order/{other.pk}/change/">{other.number}</a>'
    assert shown == [
        f"&lt;b&gt;{mine.number} may correct {link} or CMD-2026-99999",
        "Nothing &lt;i&gt;else",
    ]
