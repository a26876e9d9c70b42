"""Writing to people: one row per message, written with the decision it tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.jobs import enqueue, start_over
from backoffice.integrations import mail, twilio_whatsapp, whatsapp_cloud
from backoffice.messaging import delivery_tasks, enclosing, superseding, templating
from backoffice.messaging.enclosing import File
from backoffice.messaging.lanes import OUTBOX
from backoffice.messaging.models import Channel, MessageTemplate, OutboundMessage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model

    from backoffice.messaging.models import InboundMessage

__all__ = ["RESENDABLE", "File", "queue", "queue_text", "resend", "send_anew"]

Status = OutboundMessage.Status
# Characters that a message may have.
LONGEST: dict[str, int] = {
    Channel.WHATSAPP: twilio_whatsapp.MAX_BODY,
    Channel.WHATSAPP_CLOUD: whatsapp_cloud.MAX_BODY,
}
# A person may have these sent (again).
RESENDABLE = (Status.FAILED, Status.BLOCKED, Status.NOT_CONFIGURED, Status.UNKNOWN)


def queue(  # noqa: PLR0913 - the fields of a message
    *,
    key: str,
    channel: str,
    recipient: str,
    template: str,
    values: dict[str, str],
    language: str = "",
    recipient_name: str = "",
    in_reply_to: InboundMessage | None = None,
    about: Model | None = None,
    author: AbstractBaseUser | None = None,
    attachments: Sequence[File] = (),
) -> OutboundMessage:
    """Write the message of occasion ``template`` to the outbox and enqueue its sending.

    Call it inside the transaction of the decision. ``key`` names the effect:
    a second call with the same key returns the first row and sends nothing.
    Unsent rows about the same object to the same recipient are superseded. The
    text comes from the MessageTemplate of this occasion, channel and language
    (falling back to French, then to any); ``values`` fill its placeholders, and
    a line whose placeholders are all empty is left out. ``attachments`` go by
    e-mail only. Raises ``DomainError`` where there is no template, a placeholder
    has no value or a file cannot be sent.
    """
    words = _find_template(template, channel, language)
    values = {"company_name": settings.COMPANY_NAME, **values}
    if longest := longest_body(channel):
        values = templating.fit(words.body, values, longest)
    content = templating.content_variables(words.body, values) if words.content_sid else {}
    return _write(
        key,
        supersede=True,
        channel=channel,
        recipient=recipient,
        recipient_name=recipient_name,
        language=words.language,
        subject=templating.render(words.subject, values),
        body=templating.render(words.body, values),
        content_sid=words.content_sid,
        content_variables=content,
        in_reply_to=in_reply_to,
        author=author,
        about=about,
        files=attachments,
    )


def queue_text(  # noqa: PLR0913 - the fields of a message
    *,
    key: str,
    channel: str,
    recipient: str,
    body: str,
    subject: str = "",
    language: str = "",
    recipient_name: str = "",
    in_reply_to: InboundMessage | None = None,
    about: Model | None = None,
    author: AbstractBaseUser | None = None,
    supersede: bool = False,
    attachments: Sequence[File] = (),
) -> OutboundMessage:
    """Write a message in a person's own words to the outbox and enqueue its sending.

    As ``queue``, but other unsent messages about the same object stay unless
    ``supersede`` is set. On WhatsApp it can be sent in the 24-hour window only.
    """
    if not body.strip():
        raise DomainError(_("Write the text of the message."), code="empty", field="body")
    longest = longest_body(channel)
    if longest and len(body) > longest:
        told = _("WhatsApp takes at most %(most)d characters; this text has %(length)d.")
        sizes = {"most": longest, "length": len(body)}
        raise DomainError(told % sizes, code="too_long", field="body")
    return _write(
        key,
        supersede=supersede,
        channel=channel,
        recipient=recipient,
        recipient_name=recipient_name,
        language=language,
        subject=subject,
        body=body,
        in_reply_to=in_reply_to,
        author=author,
        about=about,
        files=attachments,
    )


def longest_body(channel: str) -> int:
    """How many characters a message by that channel may have; 0: any number."""
    return LONGEST.get(channel, 0)


def resend(message_id: int) -> OutboundMessage:
    """Send a message that failed or waits, because a person asked; it keeps its Message-ID.

    A WhatsApp message that may have left through Twilio is looked up there first, and
    sent only where Twilio does not have it. Raises ``DomainError`` (conflict) where
    the message is on its way or has arrived, or a newer one took its place.
    """
    with transaction.atomic():
        row = OutboundMessage.objects.select_for_update(of=("self",)).get(pk=message_id)
        if row.status not in RESENDABLE:
            raise _conflict(row)
        if superseding.is_overtaken(row):
            raise _overtaken()
        send_anew(row)
    return row


def send_anew(row: OutboundMessage) -> None:
    """Queue a locked message as if it had just been written; call it in the lock's transaction."""
    fresh: dict[str, object] = {"error_code": ""}
    if row.channel == Channel.WHATSAPP_CLOUD:
        # Nobody can be asked; who sends it again knows that. Late reports on the former
        # sending name another id and another time.
        fresh |= {"handed_over_at": None, "provider_id": ""}
    elif row.channel != Channel.WHATSAPP:
        # The e-mail's id marks a repeat as one.
        fresh["handed_over_at"] = None
    elif row.provider_id:
        # Twilio had it and gives every sending a new id. Without an id a message that
        # was handed over is in doubt: it stays marked, so the next attempt asks first.
        fresh |= {"handed_over_at": None, "provider_id": ""}
    start_over(OUTBOX, row, **fresh)
    enqueue(delivery_tasks.deliver_message, row.pk)


def _conflict(row: OutboundMessage) -> DomainError:
    error = DomainError(
        _("This message is “%(status)s”: there is nothing to send again.")
        % {"status": row.get_status_display()},
        code="not_resendable",
        field="status",
        value=row.status,
    )
    error.conflict = True
    return error


def _overtaken() -> DomainError:
    error = DomainError(
        _(
            "A newer message about the same thing was written to this person: this one would "
            "come after it. Send the newer one, or write another."
        ),
        code="superseded",
        field="status",
    )
    error.conflict = True
    return error


def _find_template(key: str, channel: str, language: str) -> MessageTemplate:
    candidates = list(MessageTemplate.objects.filter(key=key, channel=channel))
    if not candidates and channel == Channel.WHATSAPP_CLOUD:
        candidates = _texts_for_twilio(key)
    if not candidates:
        raise DomainError(
            _("There is no message template “%(key)s” for %(channel)s: add one.")
            % {"key": key, "channel": dict(Channel.choices).get(channel, channel)},
            code="no_template",
            field="template",
            value=key,
        )
    base, _dash, variant = language.partition("-")
    # Who writes Darija in Latin letters reads French rather than a text in another script.
    wanted = [language, *([] if variant == "Latn" else [base]), settings.LANGUAGE_CODE]
    return min(
        candidates,
        key=lambda row: wanted.index(row.language) if row.language in wanted else len(wanted),
    )


def _texts_for_twilio(key: str) -> list[MessageTemplate]:
    """The same words will do; what was approved for Twilio's number was not for this one."""
    rows = list(MessageTemplate.objects.filter(key=key, channel=Channel.WHATSAPP))
    for row in rows:
        row.content_sid = ""
    return rows


def _write(
    key: str,
    *,
    supersede: bool,
    about: Model | None,
    in_reply_to: InboundMessage | None,
    files: Sequence[File],
    **fields: object,
) -> OutboundMessage:
    enclosing.check(files, str(fields["channel"]))
    facts = {name: _clean(value) for name, value in fields.items()}
    facts |= {"in_reply_to": in_reply_to, "supersedes": supersede}
    if about is not None:
        facts |= {"about_type": ContentType.objects.get_for_model(about), "about_id": about.pk}
    if reason := _refusal(facts["channel"], facts["recipient"], in_reply_to):
        facts |= {"status": Status.BLOCKED, "error": reason, "queued_at": None}
    if facts["channel"] == Channel.EMAIL:
        # Known before the first attempt, so that every attempt is the same e-mail.
        facts["provider_id"] = mail.new_message_id()
    with transaction.atomic():
        row, is_new = OutboundMessage.objects.get_or_create(key=key, defaults=facts)
        if not is_new:
            return row
        enclosing.enclose(row, files)
        if supersede:
            superseding.overtake(row)
        if row.status == Status.QUEUED:
            enqueue(delivery_tasks.deliver_message, row.pk)
    return row


def _clean(value: object) -> object:
    # PostgreSQL takes no NUL.
    return value.replace("\0", "") if isinstance(value, str) else value


def _refusal(channel: object, recipient: object, in_reply_to: InboundMessage | None) -> str:
    """Why nobody is to be written to, in words; empty where they may be."""
    if not recipient:
        return _("No address or number is known for this person.")
    if channel == Channel.EMAIL and mail.is_nobody(str(recipient)):
        return _("Nobody reads “%(address)s”.") % {"address": recipient}
    if in_reply_to is not None and in_reply_to.is_automatic:
        return _("The message was sent by a machine: it gets no answer.")
    return ""
