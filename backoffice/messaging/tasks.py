"""Background entry points of messages: take an id, call one function."""

from __future__ import annotations

from backoffice.core.jobs import perform
from backoffice.messaging import processing
from backoffice.messaging.lanes import INBOX


def process_message(message_id: int) -> None:
    perform(INBOX, message_id, processing.process)
