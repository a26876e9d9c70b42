"""Background entry points of messages: take an id, call one function."""

from __future__ import annotations

from backoffice.core.jobs.rows import perform
from backoffice.messaging import processing


def process_message(message_id: int) -> None:
    perform(processing.LANE, message_id, processing.process)
