"""Background entry points of messages: take an id, call one function."""

from __future__ import annotations

from backoffice.core.jobs import perform
from backoffice.messaging import line_checks, processing, pruning, releasing
from backoffice.messaging.lanes import INBOX


def process_message(message_id: int) -> None:
    perform(INBOX, message_id, processing.process)


def check_whatsapp(check_id: int) -> None:
    line_checks.carry_out(check_id)


def release_held_back(message_id: int) -> None:
    releasing.release(message_id)


def prune_documents() -> None:
    pruning.prune()
