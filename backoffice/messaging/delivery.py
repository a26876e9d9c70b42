"""Sending one message of the outbox: once, or not at all, or visibly in doubt.

The claim is committed before the network is touched, ``handed_over_at`` just
before the words leave, and it is cleared only by an answer that says they were
not taken. An attempt that finds it set (its worker died, its answer got lost)
is in doubt and sends nothing:

- WhatsApp through Twilio, which knows no idempotency key: it is asked whether it
  has the message, now and again; it is sent only where Twilio does not have it.
- WhatsApp's Cloud API: it cannot be asked, but it reports on what it was given,
  with our own reference. Without a report the row waits for a person.
- E-mail: nobody can be asked. The row says "unknown" and waits for a person;
  what they resend keeps its Message-ID, so a repeat is recognised as one.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.jobs import LeaseLost, finish, give_up, perform, retry_later, start_over
from backoffice.integrations import mail, twilio_whatsapp, whatsapp_cloud, whatsapp_cloud_errors
from backoffice.integrations.errors import NotConfigured, ServiceError
from backoffice.integrations.twilio_errors import WINDOW_CLOSED
from backoffice.messaging import (
    enclosing,
    endings,
    mail_threads,
    senders,
    statuses,
    superseding,
    window,
)
from backoffice.messaging.cloud import sending as cloud_sending
from backoffice.messaging.cloud import statuses as cloud_statuses
from backoffice.messaging.lanes import LOOKUP_EVERY, OUTBOX, doubt
from backoffice.messaging.models import WHATSAPPS, Channel, OutboundMessage

if TYPE_CHECKING:
    from backoffice.integrations.twilio_whatsapp import TwilioMessage

logger = logging.getLogger(__name__)

Status = OutboundMessage.Status
# How long a message may be missing from Twilio's list before it counts as never sent.
LOOKUP_PATIENCE = timedelta(minutes=2)
# How often messages that wait for credentials are tried.
CONFIGURATION_RETRY = timedelta(minutes=5)
_RELEASE_LIMIT = 500
# The code of settings that are missing, as against credentials that were refused.
MISSING = "not_configured"
_CONFIGURED = {
    Channel.EMAIL: mail.configured,
    Channel.WHATSAPP: twilio_whatsapp.configured,
    Channel.WHATSAPP_CLOUD: whatsapp_cloud.configured,
}


def deliver(message_id: int) -> None:
    """Make one attempt at sending; does nothing where the message is not due or is taken."""
    perform(OUTBOX, message_id, _attempt)


def release_waiting() -> int:
    """Queue the messages that wait for credentials which are there now; returns how many.

    Where the service refused the credentials only the oldest one goes, to try.
    """
    channels = [channel for channel, is_configured in _CONFIGURED.items() if is_configured()]
    return sum(_release(channel) for channel in channels)


def _release(channel: str) -> int:
    with transaction.atomic():
        waiting = OutboundMessage.objects.filter(status=Status.NOT_CONFIGURED, channel=channel)
        is_refused = waiting.exclude(error_code=MISSING).exists()
        due = waiting.filter(next_attempt_at__lte=timezone.now()).order_by("pk")
        rows = due.select_for_update(skip_locked=True)[: 1 if is_refused else _RELEASE_LIMIT]
        for row in rows:
            # The sweeper hands them to the worker, at the pace the queue allows.
            start_over(OUTBOX, row, queued_at=None)
        return len(rows)


def settle_unknown() -> int:
    """See to the WhatsApp messages of which we do not know whether they left; returns how many.

    Those of the Cloud API have had their time to be reported on: a person has to look.
    """
    cloud_statuses.settle()
    due = OutboundMessage.objects.filter(
        status=Status.UNKNOWN, channel__in=WHATSAPPS, next_attempt_at__lte=timezone.now()
    )
    rows = list(due.values_list("pk", "channel")[:_RELEASE_LIMIT])
    for pk, channel in rows:
        if channel == Channel.WHATSAPP:
            look_up(pk)
        else:
            _leave_to_people(pk)
    return len(rows)


def _leave_to_people(message_id: int) -> None:
    with transaction.atomic():
        row = OutboundMessage.objects.select_for_update(of=("self",)).get(pk=message_id)
        if row.status != Status.UNKNOWN or row.next_attempt_at is None:
            return
        row.next_attempt_at = None
        row.save(update_fields=["next_attempt_at"])
        endings.tell(row)


def look_up(message_id: int) -> None:
    """Ask Twilio whether it has a message in doubt: then it was sent, else it is sent again.

    Where Twilio does not have it, that is believed only after some minutes.
    """
    row = OutboundMessage.objects.filter(
        pk=message_id, status=Status.UNKNOWN, channel=Channel.WHATSAPP
    ).first()
    if row is None:
        return
    try:
        found = _find(row)
    except ServiceError as error:
        logger.warning("Message %s: look-up failed (%s).", row.pk, error.code)
        OutboundMessage.objects.filter(pk=row.pk, status=Status.UNKNOWN).update(
            next_attempt_at=timezone.now() + LOOKUP_EVERY
        )
        return
    with transaction.atomic():
        locked = OutboundMessage.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if locked.status != Status.UNKNOWN:
            return  # a status report came first
        if found:
            statuses.advance(locked, Status.SENT, provider_id=found.sid)
        elif timezone.now() - (locked.handed_over_at or locked.created_at) >= LOOKUP_PATIENCE:
            start_over(OUTBOX, locked, handed_over_at=None, queued_at=None)
        else:
            locked.next_attempt_at = timezone.now() + LOOKUP_EVERY
            locked.save(update_fields=["next_attempt_at"])


def _attempt(row: OutboundMessage) -> None:
    try:
        _send(row)
    except NotConfigured as error:
        due = timezone.now() + CONFIGURATION_RETRY
        # Refused credentials stop everything that goes this way: somebody has to act.
        level = logging.WARNING if error.code == MISSING else logging.ERROR
        logger.log(level, "Message %s waits: %s %s.", row.pk, row.channel, error.code)
        finish(
            OUTBOX,
            row,
            status=Status.NOT_CONFIGURED,
            error=str(error),
            error_code=error.code,
            handed_over_at=None,
            next_attempt_at=due,
        )
    except ServiceError as error:
        logger.warning("Message %s was not sent: error %s.", row.pk, error.code or "-")
        _end_failed(row, error)


def _end_failed(row: OutboundMessage, error: ServiceError) -> None:
    if not error.doubtful:
        row.handed_over_at = None
    with transaction.atomic():
        OutboundMessage.objects.filter(pk=row.pk).update(
            error_code=error.code, handed_over_at=row.handed_over_at
        )
        if error.doubtful:
            _doubt(row, str(error))
        elif error.permanent:
            give_up(OUTBOX, row, str(error))
        else:
            wait = error.retry_after.total_seconds() if error.retry_after else None
            retry_later(OUTBOX, row, str(error), retry_after=wait)


def _send(row: OutboundMessage) -> None:
    if row.handed_over_at:
        _doubt(row, _("The attempt before was stopped while it sent this message."))
        look_up(row.pk)
        return
    if superseding.is_overtaken(row):
        # It was under way when the newer one was written, and came back to the queue.
        finish(OUTBOX, row, status=Status.SUPERSEDED)
        return
    if row.channel == Channel.EMAIL:
        mail.send(_mail(row), before_data=partial(_hand_over, row))
        _sent(row)
    elif row.channel in WHATSAPPS:
        _send_whatsapp(row)
    else:
        give_up(OUTBOX, row, _("Nothing can be sent by this channel."))


def _send_whatsapp(row: OutboundMessage) -> None:
    is_cloud = row.channel == Channel.WHATSAPP_CLOUD
    (whatsapp_cloud if is_cloud else twilio_whatsapp).require_configured()
    is_open = window.is_open(row.recipient, row.channel)
    if not is_open and not row.content_sid:
        code = whatsapp_cloud_errors.WINDOW_CLOSED if is_cloud else WINDOW_CLOSED
        finish(OUTBOX, row, status=Status.BLOCKED, error=_held_back(row), error_code=code)
        return
    _hand_over(row)
    if is_cloud:
        _sent(row, provider_id=cloud_sending.send(row, as_template=not is_open))
    else:
        _sent(row, provider_id=_through_twilio(row, as_template=not is_open))


def _held_back(row: OutboundMessage) -> str:
    if row.channel == Channel.WHATSAPP_CLOUD:
        return _(
            "The person last wrote more than 24 hours ago. WhatsApp then takes only an approved "
            "template, and this message has none: add its name to the message template, or write "
            "another way."
        )
    return _(
        "The person last wrote more than 24 hours ago. WhatsApp then takes only an approved "
        "content template, and this message has none: add its HX… id to the message template, "
        "or write another way."
    )


def _through_twilio(row: OutboundMessage, *, as_template: bool) -> str:
    callback = _callback(row)
    if as_template:
        answer = twilio_whatsapp.send_template(
            row.recipient, row.content_sid, row.content_variables, status_callback=callback
        )
    else:
        answer = twilio_whatsapp.send_text(row.recipient, row.body, status_callback=callback)
    return answer.sid


def _callback(row: OutboundMessage) -> str:
    """Where Twilio is to report on this very sending of the message."""
    query = urlencode({"message": row.pk, "attempt": statuses.stamp(row)})
    return f"{settings.PUBLIC_URL}{reverse('messaging:twilio-status')}?{query}"


def _mail(row: OutboundMessage) -> mail.Mail:
    replied = row.in_reply_to
    subject = row.subject
    if not subject and replied is not None and replied.subject:
        known = replied.subject.lower().startswith("re:")
        subject = replied.subject if known else f"Re: {replied.subject}"
    sender = senders.of(row)
    return mail.Mail(
        message_id=row.provider_id,
        recipient=row.recipient,
        recipient_name=row.recipient_name,
        subject=subject or settings.COMPANY_NAME,
        body=row.body,
        in_reply_to=replied.external_id if replied is not None else "",
        references=mail_threads.references(replied) if replied is not None else (),
        files=enclosing.files_of(row),
        sender=sender.address,
        reply_to=sender.reply_to,
        is_automatic=replied is not None and row.author_id is None,
    )


def _hand_over(row: OutboundMessage) -> None:
    """Commit that the words leave now; ``LeaseLost`` where another attempt has taken over."""
    now = timezone.now()
    ours = OutboundMessage.objects.filter(
        pk=row.pk, status=Status.SENDING, claimed_at=row.claimed_at
    )
    if not ours.update(handed_over_at=now):
        raise LeaseLost(f"message {row.pk}")
    row.handed_over_at = now


def _sent(row: OutboundMessage, *, provider_id: str = "") -> None:
    """Record that the service has it. A status report may have said so, or more, before us."""
    with transaction.atomic():
        locked = OutboundMessage.objects.select_for_update(of=("self",)).get(pk=row.pk)
        statuses.advance(locked, Status.SENT, provider_id=provider_id)
    if row.channel == Channel.WHATSAPP_CLOUD:
        # What was reported before its id was known here.
        cloud_statuses.settle(provider_id)
    refused = OutboundMessage.objects.filter(status=Status.NOT_CONFIGURED, channel=row.channel)
    # The credentials are good again: the others need not go one by one.
    refused.update(error_code=MISSING)


def _doubt(row: OutboundMessage, reason: str) -> None:
    finish(OUTBOX, row, error=reason, **doubt(row))


def _find(row: OutboundMessage) -> TwilioMessage | None:
    """The message at Twilio that ``row`` became, if it did.

    Clocks differ and Twilio's times have whole seconds, hence the minute. The
    text of a content template is not known here, so for one any message of
    that time to that person which no other row is will do.
    """
    since = (row.handed_over_at or row.created_at) - timedelta(minutes=1)
    candidates = [
        message
        for message in twilio_whatsapp.find_sent(row.recipient, since=since)
        if row.content_sid or message.body.strip() == row.body.strip()
    ]
    known = OutboundMessage.objects.exclude(pk=row.pk).filter(
        channel=Channel.WHATSAPP, provider_id__in=[message.sid for message in candidates]
    )
    taken = set(known.values_list("provider_id", flat=True))
    # The oldest one not known yet: two equal messages each find their own.
    return next((message for message in reversed(candidates) if message.sid not in taken), None)
