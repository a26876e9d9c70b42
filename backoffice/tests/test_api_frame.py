"""What every router gets from the frame, shown on a router of its own."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation
from ninja import Query, Router
from ninja.errors import HttpError
from pydantic import BaseModel, Field, field_validator

from backoffice.api import api as real_api
from backoffice.core import api_errors, api_keys, catalogue
from backoffice.core.api import (
    OrjsonParser,
    OrjsonRenderer,
    Text,
    authentication,
    paginated,
    require,
)
from backoffice.core.api_errors import ErrorBodyAPI
from backoffice.core.errors import DomainError
from backoffice.core.models import ApiKey
from backoffice.integrations.errors import ServiceError
from backoffice.messaging.tests.making import PHONE, inbound, use_twilio, whatsapp

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db

router = Router()


class Line(BaseModel):
    product: str = Field(min_length=2)
    quantity: int = Field(ge=1)


class Draft(BaseModel):
    line: Line
    unit: Literal["piece", "kg"] = "piece"
    on: dt.date | None = None
    password: str = Field("", max_length=3)
    note: Text = Field("", max_length=3)

    @field_validator("unit")
    @classmethod
    def not_kg(cls, unit: str) -> str:
        if unit == "kg":
            raise ValueError("Not by weight.")
        return unit


class Filters(BaseModel):
    last: int = 1000


@router.get("/things", response=list[int])
@paginated
def things(request: HttpRequest, filters: Query[Filters]) -> range:
    return range(filters.last)


@router.post("/things")
def make(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    at = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    return {"total": Decimal("4850.10"), "at": at, "by": str(request.user)}


class LateError(DomainError):
    conflict = True


FAILURES: dict[str, Callable[[], Exception]] = {
    "domain": lambda: DomainError("Not so many.", code="stock", field="quantity", value=9000),
    "late": lambda: LateError("Already validated by Ali."),
    "secret": lambda: DomainError("Wrong.", field="api_key", value="bo_secret"),
    "denied": lambda: PermissionDenied("Not you."),
    "missing": Http404,
    "own words": lambda: HttpError(400, "Not on Sundays."),
    "gone": ApiKey.DoesNotExist,
    "bug": lambda: RuntimeError("a customer's name"),
}


@router.get("/fail/{how}")
def fail(request: HttpRequest, how: str) -> None:
    error = FAILURES[how]()
    raise error


@router.get("/permitted")
def permitted(request: HttpRequest) -> str:
    require(request, "orders.view_order")
    return "yes"


demo = ErrorBodyAPI(
    urls_namespace="demo", renderer=OrjsonRenderer(), parser=OrjsonParser(), docs_url=None
)
demo.add_router("", router, auth=authentication("demo"))
urlpatterns = [path("api/", demo.urls)]

on_demo = pytest.mark.urls(__name__)
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def robot() -> User:
    return User.objects.create_user("robot")


@pytest.fixture
def key(robot: User) -> str:
    return api_keys.issue("till", robot, ["demo:read", "demo:write"])[1]


@pytest.fixture
def caller(key: str) -> Client:
    return Client(headers={"X-API-Key": key, **ENGLISH})


# --- Who may call ---------------------------------------------------------------


@on_demo
@pytest.mark.parametrize("form", ["X-API-Key {}", "Authorization Bearer {}"])
def test_a_key_in_either_header_acts_as_its_user(client: Client, key: str, form: str):
    name, _, value = form.format(key).partition(" ")

    answer = client.post("/api/things", DRAFT, "application/json", headers={name: value})

    assert answer.status_code == 200
    assert answer.json() == {"total": "4850.10", "at": "2026-11-21T00:00:00+00:00", "by": "robot"}


@on_demo
@pytest.mark.parametrize(
    "headers", [{}, {"X-API-Key": "bo_wrong"}, {"Authorization": "Basic eDp5"}]
)
def test_strangers_are_asked_to_sign_in(client: Client, headers: dict[str, str]):
    for answer in (
        client.get("/api/things", headers={**ENGLISH, **headers}),
        Client(enforce_csrf_checks=True).post("/api/things", headers={**ENGLISH, **headers}),
    ):
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json()["detail"] == [
            {
                "field": "",
                "value": None,
                "message": "Sign in, or give a valid key in the header X-API-Key.",
                "code": "http_401",
            }
        ]


@on_demo
def test_a_key_does_only_what_its_scopes_say(client: Client, robot: User):
    reader = api_keys.issue("reader", robot, ["demo:read"])[1]
    other = api_keys.issue("other", robot, ["orders:read", "orders:write"])[1]

    def call(method: str, key: str) -> int:
        data = {"data": DRAFT, "content_type": "application/json"} if method == "post" else {}
        answer = getattr(client, method)("/api/things", headers={"X-API-Key": key}, **data)
        return int(answer.status_code)

    assert [call("get", reader), call("post", reader), call("get", other)] == [200, 403, 403]


@on_demo
def test_a_revoked_key_is_a_strangers(client: Client, robot: User):
    row, key = api_keys.issue("till", robot, ["demo:read"])
    api_keys.revoke(row.pk)

    assert client.get("/api/things", headers={"X-API-Key": key}).status_code == 401


@on_demo
@pytest.mark.parametrize(("is_staff", "status"), [(True, 200), (False, 401)])
def test_the_session_of_staff_will_do(client: Client, *, is_staff: bool, status: int):
    client.force_login(User.objects.create_user("somebody", is_staff=is_staff))

    assert client.get("/api/things").status_code == status


@on_demo
def test_a_session_that_writes_needs_the_csrf_token(admin_user: User):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)

    assert client.post("/api/things", DRAFT, "application/json").status_code == 403
    client.cookies["csrftoken"] = "x" * 32
    answer = client.post(
        "/api/things", DRAFT, "application/json", headers={"X-CSRFToken": "x" * 32}
    )
    assert answer.status_code == 200


@on_demo
def test_a_permission_is_the_users(caller: Client, robot: User):
    refused = caller.get("/api/permitted")
    robot.user_permissions.add(Permission.objects.get(codename="view_order"))
    allowed = caller.get("/api/permitted")

    assert (refused.status_code, allowed.status_code) == (403, 200)
    assert "orders.view_order" in refused.json()["detail"][0]["message"]


# --- Refusals ---------------------------------------------------------------

DRAFT = '{"line": {"product": "sachet", "quantity": 5}}'


@on_demo
@pytest.mark.parametrize(
    ("how", "status", "entry"),
    [
        ("domain", 422, ("quantity", 9000, "Not so many.", "stock")),
        ("late", 409, ("", None, "Already validated by Ali.", "invalid")),
        ("secret", 422, ("api_key", None, "Wrong.", "invalid")),
        ("denied", 403, ("", None, "Not you.", "http_403")),
        ("missing", 404, ("", None, "There is no such entry.", "http_404")),
        ("own words", 400, ("", None, "Not on Sundays.", "http_400")),
        ("gone", 404, ("", None, "There is no such entry.", "http_404")),
        (
            "bug",
            500,
            ("", None, "Something went wrong on our side. It has been noted.", "http_500"),
        ),
    ],
)
def test_every_refusal_has_the_one_body(
    caller: Client, how: str, status: int, entry: tuple[object, ...]
):
    answer = caller.get(f"/api/fail/{how}")

    assert answer.status_code == status
    names = ("field", "value", "message", "code")
    assert answer.json() == {"detail": [dict(zip(names, entry, strict=True))]}


@on_demo
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{}", [("line", None, "This field is required.")]),
        (
            '{"line": {"product": "x", "quantity": 0}}',
            [
                ("line.product", "x", "Give at least 2 characters."),
                ("line.quantity", 0, "Give a number of at least 1."),
            ],
        ),
        (
            '{"line": {"product": 7, "quantity": "many"}}',
            [
                ("line.product", 7, "Give a text."),
                ("line.quantity", "many", "Give a whole number."),
            ],
        ),
        (
            '{"line": [], "unit": "ton", "on": "tomorrow"}',
            [
                ("line", None, "Give an object with named fields."),
                ("unit", "ton", "Choose one of: 'piece', 'kg'."),
                ("on", "tomorrow", "Give a date such as 2026-11-21."),
            ],
        ),
        (
            '{"line": {"product": "ab", "quantity": 1}, "unit": "kg", "password": "secret"}',
            [("unit", "kg", "Not by weight."), ("password", None, "Give at most 3 characters.")],
        ),
        (
            '{"line": {"product": "ab", "quantity": 1}, "note": "long"}',
            [("note", "long", "Give at most 3 characters.")],
        ),
        ("[]", [("", None, "Give an object with named fields.")]),
    ],
)
def test_what_is_wrong_is_told_field_by_field(
    caller: Client, body: str, expected: list[tuple[str, object, str]]
):
    answer = caller.post("/api/things", body, "application/json")

    assert answer.status_code == 422
    found = answer.json()["detail"]
    assert [(entry["field"], entry["value"], entry["message"]) for entry in found] == expected
    assert "secret" not in answer.content.decode()


@on_demo
@pytest.mark.parametrize(
    ("query", "field"), [("limit=0", "limit"), ("offset=x", "offset"), ("last=many", "last")]
)
def test_a_parameter_is_called_as_the_caller_calls_it(caller: Client, query: str, field: str):
    answer = caller.get(f"/api/things?{query}")

    assert answer.status_code == 422
    assert [entry["field"] for entry in answer.json()["detail"]] == [field]


def test_every_sentence_is_in_the_catalogue():
    folder = Path(api_errors.__file__).parent
    found = {texts for _context, texts in catalogue._messages(folder, set())}

    sentences = [*api_errors.SENTENCES.values(), *api_errors._BY_STATUS.values()]
    with translation.override("en"):
        said = {(str(sentence),) for sentence in sentences}
    assert said - found == {("%(error)s",)}


@on_demo
@pytest.mark.parametrize("body", ["{", "", "[" * 5000, "\xff"])
def test_a_body_that_is_no_json_is_told(caller: Client, body: str):
    answer = caller.post("/api/things", body.encode("latin-1"), "application/json")

    assert answer.status_code in (400, 422)
    assert answer.json()["detail"][0]["message"] != ""


@on_demo
def test_a_body_that_is_too_large_is_told_in_json(caller: Client, settings: Settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

    answer = caller.post("/api/things", b" " * (1024 * 1024 + 1), "application/json")

    assert answer.status_code == 413
    assert answer.json()["detail"][0]["message"] == "The request is larger than 1 MB."


@on_demo
def test_refusals_are_in_french_unless_asked_otherwise(caller: Client):
    english = caller.get("/api/fail/missing").json()
    french = caller.get("/api/fail/missing", headers={"Accept-Language": "fr"}).json()

    assert english["detail"][0]["code"] == french["detail"][0]["code"] == "http_404"


@on_demo
def test_a_method_an_address_does_not_take_is_told(caller: Client):
    answer = caller.delete("/api/things")

    assert answer.status_code == 405
    assert sorted(answer.headers["Allow"].split(", ")) == ["GET", "POST"]
    assert answer.json()["detail"][0] == {
        "field": "",
        "value": None,
        "message": "This address does not take that method.",
        "code": "http_405",
    }


# --- Pages ---------------------------------------------------------------


@on_demo
@pytest.mark.parametrize(
    ("query", "first", "length"),
    [("", 0, 50), ("?limit=3&offset=10", 10, 3), ("?limit=500", 0, 500)],
)
def test_lists_come_in_pages(caller: Client, query: str, first: int, length: int):
    body = caller.get(f"/api/things{query}").json()

    assert body == {"items": list(range(first, first + length)), "count": 1000}


@on_demo
def test_a_list_may_have_filters_beside_its_page(caller: Client):
    assert caller.get("/api/things?last=3&offset=2").json() == {"items": [2], "count": 3}


@on_demo
@pytest.mark.parametrize(
    "query", ["?limit=0", "?limit=501", "?offset=-1", "?limit=ten", f"?offset={10**20}"]
)
def test_a_page_that_is_none_is_refused(caller: Client, query: str):
    assert caller.get(f"/api/things{query}").status_code == 422


# --- The real API ---------------------------------------------------------------


def test_the_documentation_is_served_by_us_alone(admin_client: Client):
    page = admin_client.get("/api/docs").content.decode()

    assert "swagger-ui" in page
    assert re.findall(r'(?:src|href)="((?:https?:)?//[^"]+)"', page) == []


def test_the_documentation_is_for_staff(client: Client, admin_client: Client):
    assert client.get("/api/docs").status_code == 302
    assert client.get("/api/openapi.json").status_code == 302
    schema = admin_client.get("/api/openapi.json").json()
    assert "/api/whatsapp/status" in schema["paths"]
    assert {"HeaderKey", "BearerKey", "StaffSession"} == set(
        schema["components"]["securitySchemes"]
    )


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_address_that_does_not_exist_is_told_in_json(method: str):
    client = Client(enforce_csrf_checks=True)

    answer = getattr(client, method)("/api/teapots", headers=ENGLISH)

    assert answer.status_code == 404
    assert answer.json()["detail"][0]["message"] == "There is no such address."


def test_every_operation_has_a_name_of_its_own(admin_client: Client):
    schema = admin_client.get("/api/openapi.json").json()

    names = [
        operation["operationId"]
        for methods in schema["paths"].values()
        for operation in methods.values()
    ]
    assert len(names) == len(set(names)) > 0


def test_the_body_of_refusals_is_described_at_every_operation(admin_client: Client):
    schema = admin_client.get("/api/openapi.json").json()

    told = {
        operation["responses"]["4XX"]["content"]["application/json"]["schema"]["$ref"]
        for methods in schema["paths"].values()
        for operation in methods.values()
    }
    assert told == {"#/components/schemas/Refusal"}
    entry = schema["components"]["schemas"]["Refusal"]["properties"]["detail"]["items"]
    assert list(entry["properties"]) == ["field", "value", "message", "code"]


def test_a_service_that_failed_is_a_bad_gateway(rf: RequestFactory):
    answer = real_api.on_exception(rf.get("/"), ServiceError("The mailbox does not answer."))

    assert answer.status_code == 502
    assert b"The mailbox does not answer." in answer.content


def test_the_whatsapp_line_is_told(admin_client: Client, settings: Settings):
    use_twilio(settings)
    message = inbound(sender_phone=PHONE)
    inbound(channel="email")
    whatsapp()

    body = admin_client.get("/api/whatsapp/status").json()

    assert body == {
        "configured": True,
        "local_only": False,
        "missing_settings": [],
        "whatsapp_number": "whatsapp:+33639980010",
        "webhook_url": "https://backoffice.example.org/webhook/whatsapp",
        "status_callback_url": "https://backoffice.example.org/webhook/whatsapp/status",
        "messages_received": 1,
        "last_received_at": message.received_at.isoformat(),
        "messages_sent": 0,
        "last_sent_at": None,
        "waiting": 1,
        "blocked": 0,
        "failed": 0,
        "unknown": 0,
        "last_error": "",
    }
    assert settings.TWILIO_AUTH_TOKEN not in str(body)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_whatsapp_line_takes_few_queries(
    admin_client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
):
    for _ in range(rows):
        whatsapp()

    with django_assert_num_queries(5):
        admin_client.get("/api/whatsapp/status")


def test_the_whatsapp_line_is_counted_once_in_ten_seconds(
    admin_client: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    admin_client.get("/api/whatsapp/status")
    whatsapp()

    with django_assert_num_queries(2):  # who asks
        body = admin_client.get("/api/whatsapp/status").json()

    assert body["waiting"] == 0
