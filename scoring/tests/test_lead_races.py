"""Scores are written while customers are archived or deleted by others: nobody waits for ever."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from backoffice.testing.waiting import wait_until
from crm.models import Customer
from scoring.leads import rescoring, writing
from scoring.models import LeadScore
from scoring.tests import moving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

pytestmark = pytest.mark.django_db(transaction=True)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        row: tuple[bool] = cursor.fetchone()
    return row[0]


@contextmanager
def others() -> Iterator[Callable[..., Future[Any]]]:
    """Start functions, each on a connection of its own; at the end their errors are raised."""
    started = []

    def close_after(function: Callable[..., object], *given: object) -> object:
        try:
            return function(*given)
        finally:
            connection.close()

    def start(function: Callable[..., object], *given: object) -> Future[Any]:
        started.append(pool.submit(close_after, function, *given))
        return started[-1]

    with ThreadPoolExecutor(3) as pool:
        yield start
    for one in started:
        one.result()


class Stop:
    """The first who calls a function of ``writing`` stops before it until ``go_on``."""

    def __init__(self, patch: pytest.MonkeyPatch, name: str) -> None:
        self._real = getattr(writing, name)
        self._is_free = threading.Lock()
        self.is_there, self._may_go = threading.Event(), threading.Event()
        patch.setattr(writing, name, self)

    def __call__(self, *given: object) -> object:
        if self._is_free.acquire(blocking=False):
            self.is_there.set()
            self._may_go.wait(60)
        return self._real(*given)

    def go_on(self) -> None:
        self._may_go.set()


def test_who_was_archived_meanwhile_loses_their_score_by_the_next(monkeypatch: pytest.MonkeyPatch):
    gone, bought = moving.scored("Gone"), moving.scored("Bought")
    ids = [gone.pk, bought.pk]
    moving.sale(bought)
    stop = Stop(monkeypatch, "_write")
    with others() as start:
        start(rescoring.rescore, ids)
        assert stop.is_there.wait(60)
        Customer.objects.filter(pk=gone.pk).update(archived_at=timezone.now())
        # Holds the one's score and waits for the other's.
        start(rescoring.rescore, ids)
        wait_until(somebody_waits, within=60)
        stop.go_on()

    assert list(LeadScore.objects.values_list("pk", flat=True)) == [bought.pk]


@pytest.mark.parametrize("is_new", [True, False])
def test_who_was_deleted_meanwhile_is_left_out(monkeypatch: pytest.MonkeyPatch, *, is_new: bool):
    stays = moving.customer("Stays")
    gone = moving.customer("Gone") if is_new else moving.scored("Gone")
    moving.sale(gone)
    stop = Stop(monkeypatch, "_lock")
    with others() as start:
        start(rescoring.rescore, [stays.pk, gone.pk])
        assert stop.is_there.wait(60)
        gone.sales.all().delete()
        gone.delete()
        stop.go_on()

    assert list(LeadScore.objects.values_list("pk", flat=True)) == [stays.pk]


def undo(customer_id: int) -> None:
    """As a sync that brought the customer is taken back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT FROM crm_customer WHERE id = %s FOR UPDATE", [customer_id])
        for table in ("leadscore", "scorepoint", "segmentchange"):
            cursor.execute(f"DELETE FROM scoring_{table} WHERE customer_id = %s", [customer_id])  # noqa: S608 - names of ours
        cursor.execute("DELETE FROM crm_customeridentity WHERE customer_id = %s", [customer_id])
        cursor.execute("DELETE FROM crm_customer WHERE id = %s", [customer_id])


def test_a_sync_is_undone_while_its_customer_is_scored(monkeypatch: pytest.MonkeyPatch):
    gone = moving.customer("Gone")
    rescoring.rescore([gone.pk])
    LeadScore.objects.update(total_contacts=5, score=1, segment="Cold")
    stop = Stop(monkeypatch, "_write")
    with others() as start:
        start(rescoring.rescore, [gone.pk])
        assert stop.is_there.wait(60)
        start(undo, gone.pk)
        wait_until(somebody_waits, within=60)
        stop.go_on()

    assert not Customer.objects.exists()
    assert not LeadScore.objects.exists()


def test_a_person_deletes_a_customer_who_is_scored():
    gone = moving.customer("Gone")
    rescoring.rescore([gone.pk])
    LeadScore.objects.update(total_contacts=5)
    is_there, may_go = threading.Event(), threading.Event()

    def stop_late(execute: Any, statement: str, *given: Any) -> Any:  # noqa: ANN401 - Django's wrapper
        if statement.startswith('DELETE FROM "crm_customer" '):
            is_there.set()
            may_go.wait(60)
        return execute(statement, *given)

    def delete() -> None:
        with connection.execute_wrapper(stop_late):
            Customer.objects.get(pk=gone.pk).delete()

    with others() as start:
        start(delete)
        assert is_there.wait(60)
        start(rescoring.rescore, [gone.pk])
        wait_until(somebody_waits, within=60)
        may_go.set()

    assert not LeadScore.objects.exists()
