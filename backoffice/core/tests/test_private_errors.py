from __future__ import annotations

import io
import logging
import traceback
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import DataError, IntegrityError, connection, transaction
from django_q.signals import post_execute_in_worker

from backoffice.core.jobs import Lane, perform
from backoffice.core.private_errors import PrivateErrors, cut_error, cut_result
from backoffice.messaging.models import InboundMessage
from backoffice.testing.messages import received_message

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db

NAME, PHONE = "Salma Bennani", "+212600000001"
Status = InboundMessage.Status
LANE: Lane[InboundMessage] = Lane(
    InboundMessage,
    waiting=Status.RECEIVED,
    working=Status.PROCESSING,
    failed=Status.FAILED,
)


def break_a_rule() -> None:
    """Have PostgreSQL refuse a row with a customer in it, some lines long."""
    with transaction.atomic():
        received_message(
            sender_name=NAME,
            sender_phone=PHONE,
            body=f"Bonjour,\nHINT: rappelez\n{PHONE}",
            sent_at=None,
        )


def break_a_format() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT %s::inet", [NAME])


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the handler of our settings writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(PrivateErrors())
    logger = logging.getLogger("test-private")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


def assert_says_nothing(text: str) -> None:
    assert NAME not in text
    assert PHONE not in text


def test_postgresql_does_quote_the_row():
    with pytest.raises(IntegrityError) as caught:
        break_a_rule()

    assert NAME in str(caught.value)


def test_a_logged_traceback_does_not_quote_the_row(log: io.StringIO):
    try:
        break_a_rule()
    except IntegrityError:
        logging.getLogger("test-private").exception("It broke.")

    assert_says_nothing(log.getvalue())
    assert "It broke." in log.getvalue()
    assert 'null value in column "sent_at"' in log.getvalue()


def test_nor_does_a_message_that_is_made_of_the_error(log: io.StringIO):
    try:
        break_a_rule()
    except IntegrityError as error:
        logging.getLogger("test-private").warning("Failed: %s", error)
        logging.getLogger("test-private").warning("Failed: %s", traceback.format_exc())

    assert_says_nothing(log.getvalue())
    assert log.getvalue().count("IntegrityError") > 0


def test_the_line_of_sql_an_error_points_at_is_cut_too():
    with pytest.raises(DataError) as caught:
        break_a_format()

    cut_error(caught.value)

    assert "LINE" not in "".join(traceback.format_exception(caught.value)).partition("inet:")[2]


def test_a_job_raises_the_error_without_the_row():
    row = received_message(external_id="first")

    with pytest.raises(IntegrityError) as caught:
        perform(LANE, row.pk, lambda _row: break_a_rule())

    assert_says_nothing("".join(traceback.format_exception(caught.value)))


def test_the_record_of_any_failed_task_does_not_quote_the_row(log: io.StringIO):
    task = {"success": False, "result": ""}
    try:
        break_a_rule()
    except IntegrityError as error:
        task["result"] = f"{error} : {traceback.format_exc()}"

    cut_result(task=task)

    assert_says_nothing(str(task["result"]))


def test_every_handler_of_ours_has_the_filter():
    handlers = settings.LOGGING["handlers"].values()

    assert [handler["filters"] for handler in handlers] == [["private_errors"]]
    ours = [handler for handler in logging.getLogger().handlers if handler.filters]
    assert [type(found) for handler in ours for found in handler.filters] == [PrivateErrors]


def test_a_task_that_fails_in_the_worker_is_recorded_without_the_row():
    task: dict[str, object] = {"success": True, "result": "DETAIL: 3 mails"}
    post_execute_in_worker.send(sender="django_q", func=None, task=task)
    assert task["result"] == "DETAIL: 3 mails"

    task = {"success": False, "result": f"null value\nDETAIL: contains ({NAME})."}
    post_execute_in_worker.send(sender="django_q", func=None, task=task)
    assert_says_nothing(str(task["result"]))
