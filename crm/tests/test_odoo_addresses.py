from __future__ import annotations

import pytest

from backoffice.integrations import odoo
from backoffice.integrations.errors import NotConfigured, ServiceError
from backoffice.integrations.odoo_account import Account
from backoffice.testing.odoo import DATABASE, KEY, LOGIN


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("estate.odoo.com", "https://estate.odoo.com"),
        ("https://estate.odoo.com/odoo/sales?debug=1#x", "https://estate.odoo.com"),
        (" https://Odoo.example:8443/web ", "https://odoo.example:8443"),
        ("http://[::1]:8069/", "http://[::1]:8069"),
    ],
)
def test_addresses_are_taken_as_people_copy_them(address: str, server: str):
    assert odoo.server_of(address) == server


@pytest.mark.parametrize(
    "address", ["", "ftp://odoo.example", "https://bot:pass@odoo.example", "https://", "http://[x"]
)
def test_what_is_no_address_is_refused(address: str):
    with pytest.raises(ServiceError) as caught:
        odoo.server_of(address)

    assert "pass" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34",
        "http://169.254.169.254",
        "https://169.254.169.254",
        "https://[::ffff:169.254.169.254]",
        "https://0.0.0.0",
    ],
)
def test_where_no_key_may_go(url: str):
    with (
        pytest.raises(NotConfigured),
        odoo.connect(Account(url, DATABASE, LOGIN, KEY, plain_http=True)),
    ):
        pass


def test_plain_http_takes_a_setting():
    with (
        pytest.raises(NotConfigured, match="https://"),
        odoo.connect(Account("http://127.0.0.1:8069", DATABASE, LOGIN, KEY)),
    ):
        pass


@pytest.mark.parametrize(
    ("version", "number"), [("19.0", 19), ("saas~18.3", 18), ("17.0+e", 17), ("", 0)]
)
def test_majors(version: str, number: int):
    assert odoo.major(version) == number
