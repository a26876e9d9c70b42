"""The addresses that only compute recall a key; all others ask the database each time."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from backoffice.core import api_keys
from backoffice.core.models import ApiKey
from scoring.tests.test_scoring_api import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

pytestmark = pytest.mark.django_db


@pytest.fixture
def row_and_key() -> tuple[ApiKey, str]:
    user = User.objects.create_superuser("program")
    return api_keys.issue("Shop", user, ["scoring:read"])


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def shift(self, *, minutes: float = 0, seconds: float = 0) -> None:
        self.seconds += 60 * minutes + seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    own = Clock()
    monkeypatch.setattr(api_keys, "time", SimpleNamespace(monotonic=lambda: own.seconds))
    return own


@contextmanager
def database_away() -> Iterator[None]:
    def fail(*_args: object) -> None:
        raise OperationalError("the server is gone")

    with connection.execute_wrapper(fail):
        yield


def score(key: str) -> int:
    client = Client(headers={"X-API-Key": key}, raise_request_exception=False)
    return client.post("/api/score", EXAMPLE, "application/json").status_code


def leads(key: str) -> int:
    return Client(headers={"X-API-Key": key}).get("/api/leads").status_code


@pytest.mark.usefixtures("clock")
def test_a_later_score_asks_the_database_nothing(
    row_and_key: tuple[ApiKey, str], django_assert_num_queries: DjangoAssertNumQueries
):
    # The first may have to train the shipped model, and which one is in use is looked up as well.
    assert [score(row_and_key[1]), score(row_and_key[1])] == [200, 200]
    with django_assert_num_queries(0):
        assert score(row_and_key[1]) == 200


def test_a_key_revoked_here_is_refused_at_once(
    row_and_key: tuple[ApiKey, str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
):
    row, key = row_and_key
    assert score(key) == 200
    with django_capture_on_commit_callbacks(execute=True):
        api_keys.revoke(row.pk)
    assert score(key) == 401


def test_a_key_revoked_elsewhere_is_refused_after_five_seconds(
    row_and_key: tuple[ApiKey, str], clock: Clock
):
    key = row_and_key[1]
    assert (score(key), leads(key)) == (200, 200)
    ApiKey.objects.update(revoked_at=timezone.now())
    # What shows anything of ours is closed at once.
    assert (score(key), leads(key)) == (200, 401)
    clock.shift(seconds=5)
    assert score(key) == 401


def test_who_left_is_refused_after_five_seconds(row_and_key: tuple[ApiKey, str], clock: Clock):
    key = row_and_key[1]
    assert score(key) == 200
    User.objects.update(is_active=False)
    clock.shift(seconds=5)
    assert score(key) == 401


def test_scores_go_on_for_a_while_without_the_database(
    row_and_key: tuple[ApiKey, str], clock: Clock
):
    key = row_and_key[1]
    stranger = api_keys.issue("Till", User.objects.get(), ["scoring:read"])[1]
    assert score(key) == 200
    with database_away():
        for _minute in range(14):
            clock.shift(minutes=1)
            assert score(key) == 200
        assert score(stranger) == 503
        clock.shift(minutes=2)
        assert score(key) == 503
    assert (score(key), score(stranger)) == (200, 200)


def test_a_wrong_key_is_asked_for_each_time(row_and_key: tuple[ApiKey, str]):
    key = row_and_key[1]
    User.objects.update(is_active=False)
    assert score(key) == 401
    User.objects.update(is_active=True)
    assert score(key) == 200


def test_a_recalled_key_is_good_for_its_scopes_only(row_and_key: tuple[ApiKey, str]):
    other = api_keys.issue("Till", row_and_key[0].user, ["orders:read"])[1]
    assert [score(other), score(other)] == [403, 403]
