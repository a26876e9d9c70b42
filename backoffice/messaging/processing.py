"""From a stored message to what a desk made of it; every step can run twice."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.ai import AiError, time_limit
from backoffice.core.errors import DomainError
from backoffice.core.jobs import enqueue, finish, give_up, retry_later
from backoffice.integrations.errors import ServiceError
from backoffice.messaging import desks, media, reading, signals
from backoffice.messaging.cleaning import storable
from backoffice.messaging.desks import Outcome
from backoffice.messaging.lanes import INBOX
from backoffice.messaging.models import Channel, InboundMessage
from backoffice.messaging.senses import Models

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent

logger = logging.getLogger(__name__)

# How much of a job's time its calls of models may take.
MODEL_SHARE = 0.7
# A machine may send a real order too, and then it sends it as a file.
ORDER_FILES = frozenset({"pdf", "spreadsheet", "word", "xml"})


def process(message: InboundMessage) -> None:
    """Read the claimed message, have its desk act on it, and end the attempt.

    What may be better in a minute (a file server, a model) is waited for with
    the lane's backoff. The last attempt goes on without it: the desk gets the
    message with the reason on the document, so that nothing is held back.
    """
    try:
        # Several slow calls of a model must not outlast the job and cost it its worker.
        with time_limit(settings.JOB_TIMEOUT * MODEL_SHARE):
            _read(message)
            signals.taken_in.send(sender=type(message), messages=[message])
            outcome = _outcome(message)
    except (ServiceError, AiError) as error:
        _try_later(message, error)
        return
    if outcome.status == "handed_over" and not (refusal := _why_kept(message, outcome)):
        _hand_over(message, outcome.desk)
        return
    if outcome.status == "handed_over":
        outcome = Outcome("needs_attention", kind=outcome.kind, reason=refusal)
    finish(
        INBOX,
        message,
        status=outcome.status,
        kind=storable(outcome.kind, 30),
        reason=storable(outcome.reason),
        processed_at=timezone.now(),
    )


def _read(message: InboundMessage) -> None:
    is_last = message.attempts >= INBOX.policy.max_attempts
    if message.channel == Channel.EMAIL:
        reading.take_apart(message)
    media.fetch_missing(message, is_last=is_last)
    models = Models(_vocabulary(message))
    reading.read_documents(message, models)
    if models.passing is not None and not is_last:
        raise models.passing


def _outcome(message: InboundMessage) -> Outcome:
    try:
        desk = desks.get(message.desk)
    except KeyError:
        told = _("There is no desk “%(desk)s”: move the message to another one.")
        return Outcome("needs_attention", reason=told % {"desk": message.desk})
    content = reading.content_of(message)
    if content.is_automatic and not desk.wants_automatic and not has_order_file(content):
        told = _("Sent by a machine: an automatic reply, a newsletter or a delivery report.")
        return _left_over(message, content, Outcome("not_for_us", kind="automatic", reason=told))
    if not desk.wants_unread and not any(one.text.strip() for one in content.documents):
        unread = Outcome("needs_attention", reason=_why_empty(content))
        return _left_over(message, content, unread)
    try:
        return desk.process(message, content)
    except DomainError as error:
        return Outcome("needs_attention", reason=str(error))


def _left_over(message: InboundMessage, content: MessageContent, outcome: Outcome) -> Outcome:
    """The outcome, unless an app says that the message is about something of its own."""
    answers = signals.left_over.send(sender=type(message), message=message, content=content)
    said = [str(answer) for _receiver, answer in answers if answer]
    return Outcome("done", kind=outcome.kind, reason=" ".join(said)) if said else outcome


def _why_kept(message: InboundMessage, outcome: Outcome) -> str:
    """Why the message cannot go to the desk it is handed over to; empty where it can."""
    words = {"desk": desks.label(message.desk), "other": desks.label(outcome.desk)}
    if message.handed_from:
        words["former"] = desks.label(message.handed_from)
        told = _(
            "The desk “%(desk)s” takes this for a message to “%(other)s”, but it was handed over"
            " by “%(former)s” already: please look, and move it where it belongs."
        )
        return told % words
    if outcome.desk == message.desk or outcome.desk not in {one.name for one in desks.all_desks()}:
        told = _("The desk “%(desk)s” hands the message over to “%(other)s”, which is not there.")
        return told % words
    return ""


def _hand_over(message: InboundMessage, desk: str) -> None:
    """Put the message before the other desk, as if it had just come there; once in its life."""
    from backoffice.messaging import tasks  # noqa: PLC0415 - tasks call the processing

    with transaction.atomic():
        finish(
            INBOX,
            message,
            status=InboundMessage.Status.RECEIVED,
            desk=desk,
            handed_from=message.desk,
            attempts=0,
            kind="",
            reason="",
            queued_at=timezone.now(),
        )
        enqueue(tasks.process_message, message.pk)


def _vocabulary(message: InboundMessage) -> str:
    known = {desk.name: desk.vocabulary for desk in desks.all_desks()}
    return known.get(message.desk, "")


def has_order_file(content: MessageContent) -> bool:
    """Whether a file came along in which an order may stand."""
    return any(
        document.kind in ORDER_FILES or document.method == "csv" for document in content.documents
    )


def _why_empty(content: MessageContent) -> str:
    problems = [
        f"{document.filename}: {document.problem}" if document.filename else document.problem
        for document in content.documents
        if document.problem
    ]
    return "\n".join(problems) or _("The message holds no text and no file.")


def _try_later(message: InboundMessage, error: ServiceError | AiError) -> None:
    if error.permanent:
        give_up(INBOX, message, str(error))
        return
    wait = error.retry_after.total_seconds() if error.retry_after else None
    retry_later(INBOX, message, str(error), retry_after=wait)
