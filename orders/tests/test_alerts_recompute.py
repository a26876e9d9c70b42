"""The life of an alert: raised once, acknowledged, resolved, raised anew; two runs at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django_q.models import OrmQ

from backoffice.core.errors import DomainError
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from orders import workflow
from orders.alerts import pruning, recompute, states, tasks, totals
from orders.alerts.facts import Family
from orders.models import Alert, AlertMail, ChangeRequest, Order, OrderEvent, Severity
from orders.tests import factories as make
from orders.tests.alerts import NOW, TODAY, Kind, alerts, days, order, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.models import User
    from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

pytestmark = pytest.mark.django_db
State = Alert.State


@pytest.fixture(autouse=True)
def _now(settings: Settings) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    settings.WORKING_HOURS = ""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def salma() -> User:
    return make.staff("salma", "view_alert", "change_alert")


def late_order() -> Order:
    """An order that has waited for ten hours."""
    return order(at=NOW - timedelta(hours=10))


def states_of() -> list[str]:
    return [*Alert.objects.order_by("pk").values_list("state", flat=True)]


def test_computing_twice_writes_once():
    late_order()

    assert (run(), run()) == ((1, 0, 0), (0, 0, 0))


def test_what_is_no_longer_so_ends_by_itself():
    Order.objects.filter(pk=late_order().pk).update(delivery_date=TODAY)
    assert run() == (2, 0, 0)

    Order.objects.update(status="rejected", rejection_reason="x", decided_at=NOW)

    assert run() == (0, 0, 2)
    ended = Alert.objects.values_list("state", "resolved_by", "resolved_at").distinct().get()
    assert ended == ("resolved", None, NOW)


def test_acknowledged_stays_so_while_it_lasts_even_if_it_grows_worse(salma: User):
    late_order()
    run()
    states.acknowledge(Alert.objects.get().pk, by=salma, note="I phone them.")

    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        assert run() == (0, 1, 0)

    alert = Alert.objects.get()
    assert (alert.state, alert.severity, alert.note) == (
        State.ACKNOWLEDGED,
        Severity.CRITICAL,
        "I phone them.",
    )
    assert (alert.acknowledged_by, alert.acknowledged_at) == (salma, NOW)


def test_put_away_it_stays_away_until_something_changes(salma: User):
    late_order()
    run()
    states.resolve(Alert.objects.get().pk, by=salma)
    assert run() == (0, 0, 0)

    # Late, and three times as late: that is another thing.
    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        assert run() == (1, 0, 0)
        assert run() == (0, 0, 0)

    assert states_of() == ["resolved", "open"]


def test_put_away_it_comes_back_when_it_ended_and_began_anew(salma: User):
    made = late_order()
    run()
    states.resolve(Alert.objects.get().pk, by=salma)

    Order.objects.update(status="rejected", rejection_reason="x", decided_at=NOW)
    assert run() == (0, 0, 0)
    Order.objects.filter(pk=made.pk).update(status="pending", decided_at=None)

    assert run() == (1, 0, 0)


def test_of_two_that_were_put_away_the_last_one_counts(salma: User):
    late_order()
    run()
    states.resolve(Alert.objects.get().pk, by=salma)
    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        run()
        states.resolve(Alert.objects.get(state=State.OPEN).pk, by=salma)
        assert run() == (0, 0, 0)

    # Back to what the first one said, as by a longer limit: nobody has put that away since.
    assert run() == (1, 0, 0)


def test_who_was_deleted_since_put_it_away_all_the_same(salma: User):
    late_order()
    run()
    states.resolve(Alert.objects.get().pk, by=salma)
    salma.delete()

    assert run() == (0, 0, 0)


def test_sentences_are_in_the_language_of_the_house(settings: Settings):
    settings.LANGUAGE_CODE = "fr"
    order(delivery_date=TODAY + days(1), status="validated", decided_at=NOW)

    run()

    assert "11 novembre 2036" in Alert.objects.get().sentence


# --- deciding ---


def test_only_an_open_alert_is_acknowledged(salma: User):
    late_order()
    run()
    alert = Alert.objects.get()
    states.acknowledge(alert.pk, by=salma)

    with pytest.raises(states.AlertDecided, match="acknowledged by salma on 11/10/2036 10"):
        states.acknowledge(alert.pk, by=salma)
    states.resolve(alert.pk, by=salma, note="Done.")
    with pytest.raises(states.AlertDecided, match="resolved by salma"):
        states.resolve(alert.pk, by=salma)


def test_an_alert_is_opened_again_while_its_fact_lasts(salma: User):
    made = late_order()
    run()
    pk = Alert.objects.get().pk
    states.resolve(pk, by=salma)

    assert states.reopen(pk, by=salma).state == State.OPEN
    assert run() == (0, 0, 0)
    Order.objects.filter(pk=made.pk).update(status="rejected", rejection_reason="x", decided_at=NOW)
    run()

    with pytest.raises(DomainError, match="no longer so"):
        states.reopen(pk, by=salma)
    with pytest.raises(states.AlertDecided, match="ended by itself"):
        states.acknowledge(pk, by=salma)


def test_what_was_raised_anew_hides_what_was_put_away_before(salma: User):
    late_order()
    run()
    first = Alert.objects.get().pk
    states.resolve(first, by=salma)
    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        run()

    with pytest.raises(DomainError, match="no longer so"):
        states.reopen(first, by=salma)


@pytest.mark.parametrize("decide", [states.acknowledge, states.resolve, states.reopen])
def test_deciding_takes_the_permission(decide: object):
    late_order()
    run()
    watcher = make.staff("leila", "view_alert")

    with pytest.raises(PermissionDenied):
        decide(Alert.objects.get().pk, by=watcher)  # type: ignore[operator]
    with pytest.raises(states.AlertNotFound):
        decide(0, by=make.staff("omar", "change_alert"))  # type: ignore[operator]


def test_a_bulk_decision_that_comes_late_changes_nothing(salma: User):
    late_order()
    run()
    pk = Alert.objects.get().pk

    tasks.acknowledge_as(pk, salma.pk, "Mine.")
    tasks.acknowledge_as(pk, salma.pk, "Again.")
    tasks.resolve_as(pk, 0, "Nobody.")
    tasks.resolve_as(0, salma.pk, "Nothing.")

    assert Alert.objects.values_list("state", "note").get() == ("acknowledged", "Mine.")


# --- one order at once ---


def queued() -> list[tuple[str, tuple[int, ...]]]:
    return [(job.task["func"], job.task["args"]) for job in OrmQ.objects.order_by("pk")]


def test_a_decision_has_the_orders_alerts_computed_at_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
):
    made = late_order()
    make.OrderLineFactory.create(order=made)
    run()
    OrmQ.objects.all().delete()

    with django_capture_on_commit_callbacks(execute=True):
        workflow.reject(made.pk, by=make.clerk(), reason="Too small.")

    name = "orders.alerts.tasks.refresh_order"
    assert [job for job in queued() if job[0] == name] == [(name, (made.pk,))]
    tasks.refresh_order(made.pk)
    assert alerts() == []


def test_a_notice_that_was_sent_changes_nothing(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
):
    made = order()

    with django_capture_on_commit_callbacks() as callbacks:
        OrderEvent.objects.create(order=made, kind=OrderEvent.Kind.NOTIFIED)

    assert callbacks == []


def test_one_order_leaves_the_alerts_of_others_alone():
    first, second = late_order(), late_order()
    tasks.refresh_order(first.pk)
    assert Alert.objects.get().order_id == first.pk
    run()

    Order.objects.update(status="rejected", rejection_reason="x", decided_at=NOW)
    tasks.refresh_order(first.pk)

    assert Alert.objects.exclude(state=State.RESOLVED).get().order_id == second.pk


def test_the_alert_of_a_copy_ends_with_its_original():
    original = order()
    order(duplicate_of=original)
    run()
    Order.objects.filter(pk=original.pk).update(
        status="rejected", rejection_reason="x", decided_at=NOW
    )

    tasks.refresh_order(original.pk)

    assert alerts() == []


def test_an_alert_learns_which_order_it_is_about(salma: User):
    request = ChangeRequest.objects.create(
        message=make.MessageFactory.create(status="done"), kind="correction", sentence="3,000."
    )
    run()
    made = order()
    ChangeRequest.objects.filter(pk=request.pk).update(order=made)

    tasks.refresh_order(made.pk)

    assert Alert.objects.get().order_id == made.pk
    states.resolve(Alert.objects.get().pk, by=salma)
    tasks.refresh_order(made.pk)
    assert states_of() == ["resolved"]


def test_a_family_that_fails_keeps_no_other_from_its_alerts(monkeypatch: pytest.MonkeyPatch):
    def fail(_scope: object) -> None:
        raise ZeroDivisionError

    broken = Family(totals.FAMILY.kinds, fail)  # type: ignore[arg-type]
    families = [broken, *(family for family in recompute.FAMILIES if family is not totals.FAMILY)]
    monkeypatch.setattr(recompute, "FAMILIES", families)
    late_order()

    with pytest.raises(ZeroDivisionError):
        recompute.recompute()

    assert alerts() == [(Kind.PENDING_LONG, Severity.WARNING)]


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_write_each_alert_once():
    for _number in range(20):
        late_order()
    start = Barrier(4)

    def compute(_number: int) -> int:
        start.wait()
        try:
            return recompute.recompute().raised
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        raised = list(pool.map(compute, range(4)))

    assert sorted(raised) == [0, 0, 0, 20]
    assert Alert.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_an_order_that_is_taken_back_waits_for_its_alerts_and_not_in_a_circle():
    """Its message moves to another desk: order, then alerts; so are they locked here."""
    made = late_order()
    run()
    Order.objects.filter(pk=made.pk).update(delivery_date=TODAY)

    def take_back() -> None:
        try:
            with transaction.atomic():
                Order.objects.select_for_update().get(pk=made.pk).delete()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        recompute.recompute()
        taken = pool.submit(take_back)
        wait_until(someone_waits, within=30, what="a lock")
    taken.result(timeout=30)

    assert Alert.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_orders_that_are_taken_back_do_not_wait_for_alerts_in_a_circle():
    """A message with two orders moves to another desk while they get their first alerts."""
    first, second = late_order(), late_order()
    held = Event()

    def take_back() -> None:
        try:
            with transaction.atomic():
                orders = [Order.objects.select_for_update().get(pk=first.pk)]
                held.set()
                wait_until(somebody_waits_for_us, within=30)
                orders.append(Order.objects.select_for_update().get(pk=second.pk))
                for one in orders:
                    one.delete()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        taken = pool.submit(take_back)
        held.wait()
        assert recompute.recompute().raised == 0
        taken.result()

    assert Alert.objects.count() == 0


def someone_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone() != (0,))


@pytest.mark.django_db(transaction=True)
def test_two_people_who_acknowledge_at_once_are_one():
    late_order()
    run()
    pk = Alert.objects.get().pk
    people = [make.staff(name, "change_alert") for name in ("salma", "hamid")]
    start = Barrier(2)

    def acknowledge(person: User) -> bool:
        start.wait()
        try:
            states.acknowledge(pk, by=person)
        except states.AlertDecided:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(acknowledge, people)) == [False, True]


def test_alerts_of_long_ago_are_forgotten_while_no_fact_needs_them(salma: User):
    ended, kept = late_order(), late_order()
    run()
    AlertMail.objects.bulk_create(AlertMail(alert=row, user=salma) for row in Alert.objects.all())
    states.resolve(Alert.objects.get(order=kept).pk, by=salma)
    Order.objects.filter(pk=ended.pk).update(
        status="rejected", rejection_reason="x", decided_at=NOW
    )
    run()

    assert pruning.prune() == 0
    with time_machine.travel(NOW + days(181), tick=False):
        assert pruning.prune() == 1

    # What was put away still lasts, and is not raised again.
    assert Alert.objects.get().order == kept
    assert AlertMail.objects.get().alert.order == kept
    assert run() == (0, 0, 0)
