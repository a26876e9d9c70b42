"""Trainings that staff ask for, done by the worker."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from backoffice.core.errors import DomainError
from backoffice.core.jobs import sweeper
from crm.models import Customer, Product, Sale
from scoring import tasks
from scoring.live import windows
from scoring.models import ModelTraining, ScoringModel
from scoring.tests.planting import chance
from scoring.training import asking, history
from scoring.versions import active, keeping

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db
Status = ModelTraining.Status
END = dt.date(2026, 6, 30)


def sell(customers: int) -> None:
    """Every third buys each month to the end of the records, the others rarely and then no more."""
    pick = chance(7)
    product = Product.objects.create(sku="P", name="P")
    people = Customer.objects.bulk_create(Customer(name=f"C{n}") for n in range(customers))
    rows = []
    for number, row in enumerate(people):
        is_regular = number % 3 == 0
        rhythm = pick.randint(20, 45) if is_regular else pick.randint(60, 200)
        day = END - dt.timedelta(days=pick.randint(500, 700))
        until = END if is_regular else END - dt.timedelta(days=pick.randint(0, 500))
        while day <= until:
            rows.append((row, day))
            day += dt.timedelta(days=max(1, int(pick.gauss(rhythm, 5))))
    Sale.objects.bulk_create(
        Sale(
            customer=row,
            product=product,
            sold_on=day,
            quantity=1,
            amount=50,
            source="test",
            external_ref=str(number),
        )
        for number, (row, day) in enumerate(rows)
    )


def person(*permissions: str) -> User:
    user = User.objects.create_user("person")
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


@pytest.mark.django_db(transaction=True)
def test_the_worker_learns_keeps_and_puts_to_use():
    sell(240)
    keeping.in_use()
    by = person("train_scoringmodel")

    training = asking.request(by=by)
    # The records end some days before the last one.
    assert END - dt.timedelta(days=95) <= training.as_of <= END - dt.timedelta(days=90)
    tasks.train_model(training.pk)

    training.refresh_from_db()
    assert (training.status, training.error, training.is_put_to_use) == (Status.DONE, "", True)
    version = ScoringModel.objects.get(is_active=True)
    assert training.model == version
    assert (version.source, version.as_of, version.horizon_days) == (
        "history",
        training.as_of,
        90,
    )
    assert (version.trained_by, version.activated_by) == (by, by)
    assert version.report["auc"] > 0.8
    assert version.report["lift_at_10"] > 1
    assert training.verdict.startswith(f"v{version.pk} is surely better than v")
    assert active.about()["version"] == f"v{version.pk}"

    # Delivered twice it is done once.
    tasks.train_model(training.pk)
    assert ScoringModel.objects.count() == 2

    # Asked for again there is nothing new, and it says so.
    again = asking.request(by=by)
    tasks.train_model(again.pk)
    again.refresh_from_db()
    assert again.model == version
    assert again.verdict == f"v{version.pk} is in use already: nothing new was learned."


@pytest.mark.django_db(transaction=True)
def test_too_few_outcomes_leave_the_model_in_use():
    sell(15)
    first = keeping.in_use()

    training = asking.request()
    tasks.train_model(training.pk)

    training.refresh_from_db()
    assert training.status == Status.FAILED
    assert "customers bought and" in training.error
    assert training.error.endswith("or a longer horizon.")
    assert training.finished_at is not None
    assert list(ScoringModel.objects.all()) == [first]


def test_one_at_a_time():
    sell(30)
    first = asking.request(in_background=False)
    with pytest.raises(DomainError, match=rf"^A model is being trained: #{first.pk}") as raised:
        asking.request()
    assert (raised.value.conflict, raised.value.value) == (True, first.pk)


def test_what_cannot_be_known_yet_is_refused():
    sell(30)
    with pytest.raises(DomainError, match=r"Nobody knows yet who buys in the 90 days after"):
        asking.request(as_of=dt.date(2099, 1, 1))
    with pytest.raises(DomainError, match=r"^The horizon is 0 days"):
        asking.request(horizon=0)


def test_without_sales_there_is_nothing_to_ask_for():
    with pytest.raises(DomainError, match="There are no sales to learn from yet"):
        asking.request()


def test_permissions():
    sell(30)
    with pytest.raises(PermissionDenied):
        asking.request(by=person())
    User.objects.all().delete()
    with pytest.raises(PermissionDenied):
        asking.request(by=person("train_scoringmodel"), forced=True)
    User.objects.all().delete()
    by = person("train_scoringmodel", "activate_scoringmodel")
    assert asking.request(by=by, forced=True, in_background=False).is_forced


def test_of_many_customers_some_are_chosen_by_lot(monkeypatch: pytest.MonkeyPatch):
    sell(60)
    day = windows.latest_day(90)
    everybody = windows.window(day, 90)
    assert windows.chosen_by_lot() is None
    monkeypatch.setattr(history, "MOST", 20)

    ids = windows.chosen_by_lot()

    assert ids is not None
    assert len(set(ids)) == 20
    assert ids == windows.chosen_by_lot()
    people = list(
        Customer.objects.filter(sales__sold_on__lte=day)
        .order_by("pk")
        .distinct()
        .values_list("pk", flat=True)
    )
    places = [people.index(one) for one in ids if one in people]
    some = windows.window(day, 90, ids=ids)
    assert some.clients.tolist() == everybody.clients[places].tolist()
    assert some.bought.tolist() == everybody.bought[places].tolist()


def together(*calls: Callable[[], object]) -> list[object]:
    """Do these at once, each on a connection of its own; what they gave or raised."""
    barrier = threading.Barrier(len(calls))
    found: list[object] = [None] * len(calls)

    def do(place: int) -> None:
        barrier.wait()
        try:
            found[place] = calls[place]()
        except DomainError as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=[place]) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_once_one_is_told_so():
    sell(30)
    found = together(asking.request, asking.request)
    kinds = sorted(type(one).__name__ for one in found)
    assert kinds == ["ModelTraining", "UnderWay"]


@pytest.mark.django_db(transaction=True)
def test_of_activations_at_once_one_is_in_use():
    shipped = keeping.in_use()
    copies = []
    for number in range(3):
        row = ScoringModel.objects.get(pk=shipped.pk)
        # Bytes after the end of the archive are none of it.
        data = bytes(row.artifact) + bytes([number])
        row.pk, row.is_active, row.artifact = None, False, data
        row.sha256, row.activated_at = _sum(data), None
        row.save(force_insert=True)
        copies.append(row.pk)

    together(*(lambda pk=pk: keeping.activate(pk, by=None) for pk in (*copies, shipped.pk)))

    in_use = ScoringModel.objects.get(is_active=True)
    assert in_use.activated_at is not None
    active.forget()
    assert active.about()["version"] == f"v{in_use.pk}"


@pytest.mark.django_db(transaction=True)
def test_the_first_use_at_once_makes_one_version():
    keeping.in_use()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE scoring_scoringmodel CASCADE")
    found = together(keeping.in_use, keeping.in_use, keeping.in_use)
    assert len(set(found)) == 1
    assert ScoringModel.objects.count() == 1


def test_a_killed_worker_gives_up_in_the_end():
    sell(30)
    training = asking.request(in_background=False)
    ModelTraining.objects.filter(pk=training.pk).update(
        status=Status.RUNNING, attempts=asking.LANE.policy.max_attempts
    )
    last = ModelTraining.objects.get(pk=training.pk)
    assert asking.LANE.last_fields(last)["status"] == Status.FAILED
    assert asking.LANE.last_fields(last)["finished_at"] is not None


def test_a_lost_entry_is_found_by_the_sweeper():
    assert sweeper._lanes[asking.LANE] is tasks.train_model


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
