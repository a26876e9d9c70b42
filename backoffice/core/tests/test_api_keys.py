from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.utils import timezone

from backoffice.core import api_keys
from backoffice.core.errors import DomainError
from backoffice.core.models import ApiKey

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

PAGE = "/admin/core/apikey/"


@pytest.fixture
def robot() -> User:
    return User.objects.create_user("robot")


def test_a_key_is_known_by_its_digest_only(robot: User):
    row, key = api_keys.issue("till", robot, ["orders:write", "orders:read", "orders:read"])

    assert key.startswith(row.prefix)
    assert len(key) > 40
    assert row.scopes == ["orders:read", "orders:write"]
    stored = ApiKey.objects.values().get()
    assert not any(key in str(value) for value in stored.values())
    assert api_keys.authenticate(key) == row


def test_the_row_that_is_asked_for_in_sql_is_django_s_own(robot: User):
    """Field by field: the order of columns is what the text of the question was written with."""
    for name in ("other", "till"):
        key = api_keys.issue(name, robot, ["orders:read", "scoring:write"])[1]
    api_keys.authenticate(key)

    found = api_keys.authenticate(key)

    expected = ApiKey.objects.select_related("user").get(name="till")
    assert found is not None
    for model, one, other in (
        (ApiKey, found, expected),
        (User, found.user, expected.user),
    ):
        for field in model._meta.concrete_fields:
            assert getattr(one, field.attname) == getattr(other, field.attname)
    assert (found._state.db, found.user._state.adding) == ("default", False)


@pytest.mark.parametrize("wrong", ["", "bo_", "bo_" + "x" * 43, "clé-é", "\ud800"])
def test_a_wrong_key_is_nobodys(robot: User, wrong: str):
    api_keys.issue("till", robot, [])

    assert api_keys.authenticate(wrong) is None


def test_a_revoked_key_is_refused_and_revoked_once(robot: User):
    row, key = api_keys.issue("till", robot, [])

    api_keys.revoke(row.pk)

    assert api_keys.authenticate(key) is None
    with pytest.raises(DomainError) as caught:
        api_keys.revoke(row.pk)
    assert caught.value.conflict is True


def test_the_key_of_somebody_who_left_is_refused(robot: User):
    _row, key = api_keys.issue("till", robot, [])
    User.objects.update(is_active=False)

    assert api_keys.authenticate(key) is None


def test_its_use_is_noted_at_most_once_a_minute(
    robot: User, django_assert_num_queries: DjangoAssertNumQueries
):
    _row, key = api_keys.issue("till", robot, [])

    with time_machine.travel(timezone.now(), tick=False) as clock:
        with django_assert_num_queries(2):
            api_keys.authenticate(key)
        clock.shift(timedelta(seconds=59))
        with django_assert_num_queries(1):
            api_keys.authenticate(key)
        clock.shift(timedelta(seconds=2))
        with django_assert_num_queries(2):
            api_keys.authenticate(key)
        assert ApiKey.objects.get().last_used_at == timezone.now()


@pytest.mark.parametrize("scope", ["orders", "orders:delete", "*", "orders:read "])
def test_a_scope_that_is_none_is_named(robot: User, scope: str):
    with pytest.raises(DomainError) as caught:
        api_keys.issue("till", robot, [scope])

    assert (caught.value.field, caught.value.value) == ("scopes", scope)


# --- The page ---------------------------------------------------------------


def test_a_new_key_is_shown_once(admin_client: Client, robot: User):
    data = {"name": "till", "user": robot.pk, "scopes": ["orders:read"]}

    response = admin_client.post(f"{PAGE}add/", data)

    row = ApiKey.objects.get()
    assert (row.name, row.user, row.scopes) == ("till", robot, ["orders:read"])
    told = [str(message) for message in get_messages(response.wsgi_request)]
    shown = [text for text in told if row.prefix in text]
    key = shown[0].partition("<code>")[2].partition("</code>")[0]
    assert api_keys.authenticate(key) == row
    pages = [admin_client.get(PAGE).content.decode() for _ in range(2)]
    assert [key in page for page in pages] == [True, False]


def test_a_scope_nobody_knows_is_refused(admin_client: Client, robot: User):
    data = {"name": "till", "user": robot.pk, "scopes": ["kitchen:read"]}

    response = admin_client.post(f"{PAGE}add/", data)

    assert set(response.context["adminform"].form.errors) == {"scopes"}
    assert ApiKey.objects.count() == 0


def test_only_an_administrator_makes_keys_for_others(client: Client, admin_user: User):
    agent = User.objects.create_user("agent", is_staff=True)
    agent.user_permissions.set(Permission.objects.filter(codename__contains="apikey"))
    client.force_login(agent)

    refused = client.post(
        f"{PAGE}add/", {"name": "x", "user": admin_user.pk, "scopes": ["orders:read"]}
    )
    client.post(f"{PAGE}add/", {"name": "own", "user": agent.pk, "scopes": ["orders:read"]})

    assert set(refused.context["adminform"].form.errors) == {"user"}
    assert [row.user for row in ApiKey.objects.all()] == [agent]


def test_a_key_is_revoked_by_a_dialog(admin_client: Client, robot: User):
    row, _key = api_keys.issue("till", robot, ["orders:read"])
    url = f"{PAGE}{row.pk}/revoke/"

    admin_client.get(url)
    assert ApiKey.objects.filter(revoked_at=None).count() == 1
    admin_client.post(url, {"_form_submitted": "1"})

    assert ApiKey.objects.filter(revoked_at=None).count() == 0
    assert url not in admin_client.get(f"{PAGE}{row.pk}/change/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number_of_rows(
    admin_client: Client, robot: User, django_assert_num_queries: DjangoAssertNumQueries, rows: int
):
    for number in range(rows):
        api_keys.issue(f"till {number}", robot, [])
    admin_client.get(PAGE)

    with django_assert_num_queries(5):
        assert admin_client.get(PAGE).status_code == 200
