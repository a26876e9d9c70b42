from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.exceptions import TimeoutException

from backoffice.core.jobs import (
    Lane,
    LeaseLost,
    RetryPolicy,
    claim,
    finish,
    give_up,
    perform,
    retry_later,
    start_over,
)
from backoffice.messaging.models import InboundMessage
from backoffice.testing.messages import received_message

if TYPE_CHECKING:
    from pytest_django import Settings

Status = InboundMessage.Status
LANE: Lane[InboundMessage] = Lane(
    InboundMessage,
    waiting=Status.RECEIVED,
    working=Status.PROCESSING,
    failed=Status.FAILED,
    policy=RetryPolicy(max_attempts=3),
)
LATER = timedelta(minutes=3)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def claimed() -> InboundMessage:
    row = claim(LANE, received_message().pk)
    assert row is not None
    return row


def stored(row: InboundMessage) -> tuple[object, ...]:
    row = InboundMessage.objects.get(pk=row.pk)
    return row.status, row.attempts, row.claimed_at, row.next_attempt_at, row.queued_at, row.error


def finish_with_an_effect(row: InboundMessage) -> None:
    with transaction.atomic():
        received_message(external_id="effect")
        finish(LANE, row, status=Status.NOT_FOR_US)


@pytest.mark.django_db
class TestClaim:
    def test_counts_the_attempt_before_the_work(self):
        with time_machine.travel(NOW, tick=False):
            row = claimed()

        assert stored(row) == (Status.PROCESSING, 1, NOW, None, None, "")
        assert not row.interrupted

    @pytest.mark.parametrize("status", [Status.DONE, Status.FAILED, Status.NEEDS_ATTENTION])
    def test_leaves_a_row_at_its_end_alone(self, status: str):
        row = received_message(status=status)

        assert claim(LANE, row.pk) is None
        assert (stored(row)[:2]) == (status, 0)

    def test_knows_no_row_that_is_gone(self):
        assert claim(LANE, 0) is None

    def test_waits_until_the_row_is_due(self):
        row = received_message(next_attempt_at=timezone.now() + LATER)

        assert claim(LANE, row.pk) is None
        with time_machine.travel(timezone.now() + LATER, tick=False):
            assert claim(LANE, row.pk) is not None

    def test_leaves_a_row_to_the_living_and_takes_it_from_the_dead(self):
        row = claimed()

        assert claim(LANE, row.pk) is None
        with time_machine.travel(timezone.now() + LATER, tick=False):
            again = claim(LANE, row.pk)
        assert again is not None
        assert (again.attempts, again.interrupted) == (2, True)

    def test_gives_up_a_row_whose_worker_was_stopped_at_the_last_attempt(self):
        row = received_message(
            status=Status.PROCESSING, attempts=3, claimed_at=timezone.now() - LATER
        )

        assert claim(LANE, row.pk) is None
        told = _("Its worker was stopped in the middle of attempt %(attempts)s; that was the last.")
        assert stored(row) == (Status.FAILED, 3, None, None, None, told % {"attempts": 3})

    def test_refuses_to_count_inside_a_transaction_that_may_roll_back(self):
        row = received_message()

        with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
            claim(LANE, row.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_claims_at_once_one_wins():
    row = received_message()
    start = threading.Barrier(2)
    won: list[bool] = []

    def compete() -> None:
        start.wait(60)
        won.append(claim(LANE, row.pk) is not None)
        connection.close()

    threads = [threading.Thread(target=compete) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(won) == [False, True]
    assert stored(row)[1] == 1


@pytest.mark.django_db
class TestEnd:
    def test_finish_writes_the_result(self):
        row = claimed()

        finish(LANE, row, status=Status.DONE, kind="order")

        assert stored(row) == (Status.DONE, 1, None, None, None, "")
        assert (row.status, row.kind) == ("done", "order")

    def test_retry_later_waits_longer_each_time_and_then_gives_up(self):
        row = received_message()
        waits = []
        with time_machine.travel(NOW, tick=False) as clock:
            for _attempt in range(3):
                mine = claim(LANE, row.pk)
                assert mine is not None
                retry_later(LANE, mine, "the service is down")
                if mine.next_attempt_at:
                    waits.append((mine.next_attempt_at - timezone.now()).total_seconds())
                    clock.move_to(mine.next_attempt_at)

        assert [pytest.approx(60, rel=0.25), pytest.approx(240, rel=0.25)] == waits
        assert stored(row) == (Status.FAILED, 3, None, None, None, "the service is down")

    def test_retry_later_waits_as_long_as_it_was_asked_to(self):
        with time_machine.travel(NOW, tick=False):
            row = claimed()
            retry_later(LANE, row, "too many requests", retry_after=600)

        due = NOW + timedelta(seconds=600)
        assert stored(row) == (Status.RECEIVED, 1, None, due, None, "too many requests")

    def test_give_up_says_why(self):
        row = claimed()

        give_up(LANE, row, "the mailbox does not exist")

        assert stored(row) == (Status.FAILED, 1, None, None, None, "the mailbox does not exist")

    def test_a_late_result_does_not_overwrite_the_newer_one_nor_leave_its_effects(self):
        row = claimed()
        with time_machine.travel(timezone.now() + LATER, tick=False):
            newer = claim(LANE, row.pk)
            assert newer is not None
            finish(LANE, newer, status=Status.DONE, kind="order")

        with pytest.raises(LeaseLost):
            finish_with_an_effect(row)

        assert stored(row)[:2] == (Status.DONE, 2)
        assert not InboundMessage.objects.filter(external_id="effect").exists()

    def test_start_over_takes_the_claim_from_an_attempt_under_way(self):
        row = claimed()
        with time_machine.travel(NOW, tick=False):
            start_over(LANE, InboundMessage.objects.get(pk=row.pk), reason="")

        with pytest.raises(LeaseLost):
            finish(LANE, row, status=Status.DONE)
        assert stored(row) == (Status.RECEIVED, 0, None, None, NOW, "")

    def test_an_attempt_from_before_the_start_over_is_told_from_the_one_after(self):
        row = claimed()
        start_over(LANE, InboundMessage.objects.get(pk=row.pk))
        after = claim(LANE, row.pk)

        with pytest.raises(LeaseLost):
            finish(LANE, row, status=Status.DONE)
        assert after is not None
        assert after.attempts == row.attempts


@pytest.mark.django_db
class TestPerform:
    def test_calls_the_work_once(self):
        row = received_message()

        for _delivery in range(2):
            perform(LANE, row.pk, lambda mine: finish(LANE, mine, status=Status.DONE))

        assert stored(row)[:2] == (Status.DONE, 1)

    def test_writes_an_unexpected_error_on_the_row_without_what_it_quotes(self):
        row = received_message()

        def work(_mine: InboundMessage) -> None:
            raise ValueError("Amina Alaoui")

        with pytest.raises(ValueError, match="Amina"):
            perform(LANE, row.pk, work)

        status, attempts, *_rest, error = stored(row)
        told = _("An unexpected error (%(kind)s) stopped it; the log has the details.")
        assert (status, attempts, error) == (Status.RECEIVED, 1, told % {"kind": "ValueError"})

    def test_writes_the_timeout_on_the_row(self, settings: Settings):
        settings.JOB_TIMEOUT = 7
        row = received_message()

        def work(_mine: InboundMessage) -> None:
            raise TimeoutException

        with pytest.raises(TimeoutException):
            perform(LANE, row.pk, work)

        told = _("It took longer than %(seconds)s seconds.") % {"seconds": 7}
        assert stored(row)[-1] == told

    def test_says_nothing_when_another_attempt_took_over(self):
        row = received_message()

        def work(mine: InboundMessage) -> None:
            start_over(LANE, InboundMessage.objects.get(pk=mine.pk))
            finish(LANE, mine, status=Status.DONE)

        perform(LANE, row.pk, work)

        assert stored(row)[:2] == (Status.RECEIVED, 0)


def test_the_wait_grows_up_to_the_longest():
    policy = RetryPolicy(first=timedelta(seconds=10), factor=3, longest=timedelta(seconds=100))

    waits = [policy.delay(attempts).total_seconds() for attempts in (1, 2, 3, 4, 60)]

    assert waits == [pytest.approx(mean, rel=0.25) for mean in (10, 30, 90, 100, 100)]
    assert replace(policy, factor=1).delay(9) <= timedelta(seconds=12.5)
