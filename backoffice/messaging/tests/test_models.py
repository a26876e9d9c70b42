from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.core.jobs import finish
from backoffice.core.jobs.rows import claim
from backoffice.messaging.lanes import INBOX
from backoffice.messaging.models import Attachment, InboundMessage
from backoffice.messaging.tests.making import inbound, queued

pytestmark = pytest.mark.django_db
RAW = '"messaging_inboundmessage"."raw"'


def attached() -> Attachment:
    message = inbound(raw=b"From: a@x.example\r\n\r\n")
    Attachment.objects.create(message=message, position=0)
    return Attachment.objects.get()


def test_the_raw_bytes_stay_where_they_are_until_asked_for():
    attachment = attached()
    with CaptureQueriesContext(connection) as asked:
        message = attachment.message
        message.refresh_from_db()
        message.save()
    assert [RAW in query["sql"] for query in asked] == [False] * 3

    assert bytes(message.raw) == b"From: a@x.example\r\n\r\n"


def test_reading_the_row_anew_brings_the_raw_bytes_where_they_were_there():
    message = inbound(raw=b"first")
    InboundMessage.objects.filter(pk=message.pk).update(raw=b"second")

    message.refresh_from_db()

    assert bytes(message.raw) == b"second"


def test_a_claimed_message_has_its_raw_bytes_and_can_be_finished():
    message = claim(INBOX, attached().message_id)

    assert message is not None
    assert bytes(message.raw) == b"From: a@x.example\r\n\r\n"
    finish(INBOX, message, status="done")
    assert bytes(InboundMessage.objects.get(status="done").raw) == b"From: a@x.example\r\n\r\n"


def test_deleting_a_message_reads_no_raw_bytes():
    message = InboundMessage.objects.get(pk=attached().message_id)
    reply = queued(in_reply_to=message)

    with CaptureQueriesContext(connection) as asked:
        message.delete()

    reply.refresh_from_db()
    assert (reply.in_reply_to, Attachment.objects.count()) == (None, 0)
    assert not any(RAW in query["sql"] for query in asked)
