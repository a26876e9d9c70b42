from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backoffice.core.network import (
    HostForbidden,
    OutgoingForbidden,
    check_host,
    ensure_outgoing_allowed,
)

if TYPE_CHECKING:
    from pytest_django import Settings

HOSTS = ["api.twilio.com", "media.twiliocdn.com", "http://127.0.0.1:8125"]


@pytest.mark.parametrize(
    "url",
    [
        "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1",
        "https://API.Twilio.com:443/x",
        "https://media.twiliocdn.com./x",
        "http://127.0.0.1:8125/x",
    ],
)
def test_listed_hosts_may_be_fetched_from(url: str):
    check_host(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.twilio.com/x",
        "https://evil.example/x",
        "https://api.twilio.com.evil.example/x",
        "https://evil.example/https://api.twilio.com/",
        "https://evil-api.twilio.com/x",
        "https://sub.api.twilio.com/x",
        "https://api.twilio.com@evil.example/x",
        "https://user:secret@api.twilio.com/x",
        "https://api.twilio.com:8443/x",
        "https://127.0.0.1:8125/x",
        "http://127.0.0.1:8126/x",
        "http://user@127.0.0.1:8125/x",
        "http://localhost:8125/x",
        "http://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[bad/x",
        "https://api.twilio.com:port/x",
        "file:///etc/passwd",
        "ftp://api.twilio.com/x",
        "//api.twilio.com/x",
        "api.twilio.com",
        "",
    ],
)
def test_anything_else_may_not(url: str):
    with pytest.raises(HostForbidden):
        check_host(url, HOSTS)


def test_plain_http_is_for_this_machine_even_when_listed():
    with pytest.raises(HostForbidden):
        check_host("http://media.example/x", ["http://media.example"])


def test_local_only_names_the_host_and_the_mend(settings: Settings):
    settings.LOCAL_ONLY = True

    with pytest.raises(OutgoingForbidden) as caught:
        ensure_outgoing_allowed("https://api.notion.com/v1/pages")

    assert caught.value.code == "local_only"
    assert "api.notion.com" in str(caught.value)
    assert "LOCAL_ONLY=false" in str(caught.value)


def test_without_local_only_everything_is_allowed(settings: Settings):
    settings.LOCAL_ONLY = False

    ensure_outgoing_allowed("https://api.notion.com/v1/pages")
