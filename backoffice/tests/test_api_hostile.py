"""Values that no honest program sends, at every operation the API describes."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from backoffice.api import api
from orders.tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

pytestmark = pytest.mark.django_db

IDS = ["0", "-1", str(2**63), "9" * 30, "9" * 5000, "%00", "x", "1.5", "٣"]
WORDS = ["", "\0", "a\0b", "\ufffe", "x" * 100_000, "-1", str(2**63), "9" * 5000, "1e400", "NaN"]
DATES = ["0001-01-01", "9999-12-31", "2026-02-30", "٢٠٢٦-٠١-٠١"]
TEXTS = [*WORDS, *DATES]
VALUES: list[Any] = [*TEXTS, None, True, -1, 2**63, 1e308, [], {}, ["\0"], [{}], {"\0": "\0"}]


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


OPERATIONS = {operation["operationId"]: (m, p, operation) for m, p, operation in operations()}


def properties(schema: dict[str, Any]) -> dict[str, Any]:
    """The fields of a body, and of the objects in its lists, by the name they are sent under."""
    components = api.get_openapi_schema()["components"]["schemas"]
    if name := schema.get("$ref", "").rpartition("/")[2]:
        return properties(components[name])
    found: dict[str, Any] = {}
    for name, part in schema.get("properties", {}).items():
        lists = [option for option in part.get("anyOf", [part]) if "items" in option]
        found[name] = properties(lists[0]["items"]) if lists else {}
    return found


def bodies(fields: dict[str, Any]) -> Iterator[object]:
    yield from VALUES
    for (name, inner), value in itertools.product(fields.items(), VALUES):
        yield {name: value}
        for field in inner:
            yield {name: [{"quantity": 1, field: value}]}


def calls(method: str, path: str, operation: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """(address, body) of every hostile call; beside the hostile part all is in order."""
    parts = operation.get("parameters", [])
    order = make.order_with_line()
    names = [part["name"] for part in parts if part["in"] == "path"]
    good = path.format(**dict.fromkeys(names, order.pk))
    for name, value in itertools.product(names, IDS):
        yield path.format(**{**dict.fromkeys(names, order.pk), name: value}), {}
    for part, value in itertools.product(parts, TEXTS):
        if part["in"] == "query":
            yield f"{good}?{part['name']}={quote(value)}", None
    if "requestBody" in operation:
        (content,) = operation["requestBody"]["content"].values()
        for body in bodies(properties(content["schema"])):
            yield good, body
    elif method == "post":
        yield good, VALUES


@pytest.mark.parametrize("name", OPERATIONS)
def test_nothing_breaks_an_operation(admin_client: Client, name: str):
    method, path, operation = OPERATIONS[name]
    broken: list[tuple[str, object]] = []

    for address, body in calls(method, path, operation):
        answer = getattr(admin_client, method)(
            address, *([json.dumps(body), "application/json"] if method == "post" else [])
        )
        if answer.status_code >= 500:
            broken.append((address[:80], body))
        elif answer.status_code >= 400:
            assert answer.json()["detail"][0]["message"] != ""

    assert broken == []


@pytest.mark.parametrize(
    "path",
    [
        "/messaging/document/{}/",
        "/messaging/message/{}/original/",
        "/admin/messaging/inboundmessage/{}/conversation/",
        "/admin/messaging/inboundmessage/{}/change/",
        "/admin/orders/order/{}/change/",
    ],
)
@pytest.mark.parametrize("number", [2**63, 10**30])
def test_a_row_that_cannot_be_is_not_there(admin_client: Client, path: str, number: int):
    assert admin_client.get(path.format(number)).status_code in (302, 404)
