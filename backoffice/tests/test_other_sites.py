"""Pages of other sites may ask the API, where a setting names their site, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings as real

if TYPE_CHECKING:
    from django.http import HttpResponseBase
    from django.test import Client
    from pytest_django import Settings

SHOP = "https://shop.example"
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type,x-api-key",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def _shop_is_named(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [SHOP]


def told(response: HttpResponseBase) -> dict[str, str]:
    """What the answer says to a browser about other sites."""
    return {
        name.lower(): value
        for name, value in response.headers.items()
        if name.lower().startswith("access-control-")
    }


def test_no_site_is_named_unless_a_setting_does():
    assert real.CORS_ALLOWED_ORIGINS == []
    assert real.CORS_ALLOW_CREDENTIALS is False


@pytest.mark.parametrize("address", ["/health", "/api/score", "/api/nowhere"])
def test_nobody_may_ask_while_none_is_named(client: Client, address: str):
    for origin in (SHOP, "null", "https://[broken"):
        asked = client.options(address, headers={"Origin": origin, **PREFLIGHT})
        answer = client.get(address, headers={"Origin": origin})

        assert told(asked) == told(answer) == {}


@pytest.mark.usefixtures("_shop_is_named")
def test_a_named_site_is_let_in_before_it_signs_in(client: Client):
    asked = client.options("/api/score", headers={"Origin": SHOP, **PREFLIGHT})

    assert asked.status_code == 200
    assert told(asked) == {
        "access-control-allow-origin": SHOP,
        "access-control-allow-headers": (
            "accept-language, authorization, content-encoding, content-type, x-api-key"
        ),
        "access-control-allow-methods": "DELETE, GET, POST, PUT",
        "access-control-max-age": "86400",
    }
    assert "origin" in asked.headers["Vary"]


@pytest.mark.usefixtures("_shop_is_named")
def test_a_named_site_reads_refusals_too(client: Client):
    answer = client.post("/api/score", {}, "application/json", headers={"Origin": SHOP})

    assert answer.status_code == 401
    assert told(answer) == {"access-control-allow-origin": SHOP}


@pytest.mark.usefixtures("_shop_is_named")
@pytest.mark.parametrize(
    "origin",
    ["http://shop.example", "https://shop.example:8443", "https://shop.example.evil", "null"],
)
def test_another_site_is_not_let_in_by_the_named_one(client: Client, origin: str):
    answer = client.get("/health", headers={"Origin": origin})

    assert told(answer) == {}
    # What is kept for one site is not given to another.
    assert "origin" in answer.headers["Vary"]


@pytest.mark.usefixtures("_shop_is_named")
@pytest.mark.parametrize("address", ["/admin/login/", "/webhook", "/healthy", "/apis"])
def test_no_page_but_the_api_is_for_other_sites(client: Client, address: str):
    answer = client.get(address, headers={"Origin": SHOP})

    assert told(answer) == {}
