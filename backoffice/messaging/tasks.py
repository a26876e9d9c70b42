"""Background entry points of messages: take an id, call one function."""

from __future__ import annotations

from backoffice.core.jobs import perform
from backoffice.core.jobs.queue import enqueue_many
from backoffice.messaging import line_checks, processing, pruning, releasing
from backoffice.messaging.lanes import INBOX
from backoffice.messaging.models import InboundMessage


def process_message(message_id: int) -> None:
    # Asked here and not when the message comes in: the webhook answers the sooner.
    senders = InboundMessage.objects.only("channel", "sender_phone", "sender_user_id")
    enqueue_many(release_held_back, releasing.held_back_for(senders.filter(pk=message_id)))
    perform(INBOX, message_id, processing.process)


def check_whatsapp(check_id: int) -> None:
    line_checks.carry_out(check_id)


def release_held_back(message_id: int) -> None:
    releasing.release(message_id)


def prune_documents() -> None:
    pruning.prune()
