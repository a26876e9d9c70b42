from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from backoffice.messaging import window
from backoffice.messaging.tests.making import PHONE, inbound

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("ago", "expected"), [(0, "open"), (23.99, "open"), (24, "closed")])
def test_is_open_for_24_hours_after_the_persons_last_message(ago: float, expected: str):
    with time_machine.travel(timezone.now(), tick=False):
        inbound(sender_phone=PHONE, sent_at=timezone.now() - timedelta(days=9))
        inbound(sender_phone=PHONE, sent_at=timezone.now() - timedelta(hours=ago))

        assert window.is_open(PHONE) is (expected == "open")


def test_a_person_without_a_number_is_known_by_the_user_id():
    inbound(sender_user_id="FR.3019284756019283")

    assert window.is_open("FR.3019284756019283") is True


def test_other_people_other_channels_and_nobody_do_not_count():
    inbound(sender_phone="+212600000001")
    inbound(sender_phone=PHONE, channel="email")
    inbound()

    assert [window.is_open(recipient) for recipient in (PHONE, "")] == [False, False]
    assert window.last_heard(PHONE) is None
