from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backoffice import old_addresses

if TYPE_CHECKING:
    from django.test import Client


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/", "/admin/"),
        ("/orders", "/admin/orders/order/"),
        ("/orders/", "/admin/orders/order/"),
        ("/orders/42", "/admin/orders/order/42/change/"),
        ("/orders?status=pending", "/admin/orders/order/?status=pending"),
        ("/clients", "/admin/crm/customer/"),
        ("/clients/7", "/admin/crm/customer/7/change/"),
        ("/whatsapp", "/admin/messaging/whatsapp/"),
        ("/process", "/admin/messaging/mail/"),
        ("/analytics", "/admin/orders/figures/"),
        ("/docs", "/api/docs"),
        ("/redoc", "/api/docs"),
    ],
)
def test_an_old_page_leads_to_the_one_that_shows_it_now(client: Client, old: str, new: str):
    answer = client.get(old)

    assert (answer.status_code, answer.headers["Location"]) == (302, new)


@pytest.mark.parametrize("old", old_addresses.PAGES)
def test_every_old_page_leads_into_the_back_office(client: Client, old: str):
    answer = client.get("/" + old.replace("<id>", "1"))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(("/admin/", "/api/", "/orders/"))


def test_an_old_page_takes_no_post(client: Client):
    assert client.post("/orders").status_code == 405


def test_a_name_is_no_id(client: Client):
    assert client.get("/orders/abc").status_code == 404
