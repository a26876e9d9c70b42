"""Mail of machines: kept with the ticket it belongs to, and never answered.

A note of absence, a receipt or a delivery report changes neither status nor revision of a
ticket and asks for no draft. Only the news that a reply of ours did not arrive opens the
ticket again: the customer has no answer.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.integrations.mail import is_nobody
from backoffice.messaging import mail_threads, statuses
from backoffice.messaging.desks import Outcome
from backoffice.messaging.documents import headers, machines
from backoffice.messaging.documents.sender import is_ours
from backoffice.messaging.models import Channel, InboundMessage, OutboundMessage
from support.incoming import bounces, threads, undelivered, writers
from support.models import Ticket, TicketMessage

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent
    from support.incoming.bounces import Bounce
    from support.incoming.writers import Writer

AUTOMATIC, BOUNCE = "automatic", "bounce"
# A report that names no message of ours is about the last one to its recipient, if that is new.
_LATELY = timedelta(days=5)
Kind = TicketMessage.Kind


def why_a_machine(message: InboundMessage, content: MessageContent) -> str:
    """Why the message is no person's, in words; empty where it may be."""
    if message.channel != Channel.EMAIL:
        return ""
    if OutboundMessage.objects.filter(
        channel=Channel.EMAIL, provider_id=message.external_id
    ).exists():
        return _("A message of ours came back.")
    if content.is_automatic:
        return _("Sent by a machine: an automatic reply, a newsletter or a delivery report.")
    if is_ours(message.sender_email) and not writers.is_passed_on(content):
        return _("The message comes from an address of ours.")
    return ""


def why_by_hand(message: InboundMessage, content: MessageContent, writer: Writer) -> str:
    """Why a person must answer what a person may have written; empty where a machine may."""
    if message.channel == Channel.EMAIL:
        head = mail_threads.headers_of(message)
        if machines.must_not_be_answered(head):
            return _("The sender's program asks for no automatic answer.")
        if writers.is_passed_on(content):
            return _("A colleague forwarded the message.")
        # Of ours too: nobody but a person can tell why a customer names one.
        wanted = [message.reply_to, *(one.email for one in headers.people(head, "Reply-To"))]
        other = next((one for one in wanted if one and one != writer.email), "")
        if other:
            told = _("Answers are wanted at %(other)s, but %(address)s wrote: make sure who it is.")
            return told % {"other": other, "address": writer.email}
    if writer.email and is_nobody(writer.email):
        return _("Nobody reads “%(address)s”.") % {"address": writer.email}
    return ""


def keep(message: InboundMessage, content: MessageContent, reason: str) -> Outcome:
    """Keep a machine's mail with the ticket that it belongs to; what belongs to none is for nobody.

    Twice is once.
    """
    report = bounces.read(bytes(message.raw)) if message.channel == Channel.EMAIL else None
    with transaction.atomic():
        InboundMessage.objects.select_for_update(no_key=True).get(pk=message.pk)
        known = TicketMessage.objects.filter(message=message.pk).select_related("ticket").first()
        if known is not None:
            return _kept(known.ticket, known.kind, known.quiet_reason)
        if report is not None:
            return _keep_report(message, report)
        writer = writers.of(message, content)
        threads.hold(message, writer)
        ticket = threads.find(message, writer, is_echo=True).ticket
        if ticket is None:
            return Outcome("not_for_us", kind=AUTOMATIC, reason=reason)
        ticket = _locked(ticket)
        _add(ticket, message, Kind.AUTOMATIC, content, reason)
    return _kept(ticket, AUTOMATIC, reason)


def keep_if_ours(message: InboundMessage, content: MessageContent) -> str:
    """As :func:`keep`, for mail at another desk: what was done with it, else empty."""
    outcome = keep(message, content, why_a_machine(message, content))
    return outcome.reason if outcome.status == "done" else ""


def _keep_report(message: InboundMessage, report: Bounce) -> Outcome:
    row = _reply_of(message, report)
    if row is None or row.about_id is None:
        told = _("A delivery report about no reply of ours: %(why)s.") % {"why": report.why}
        return Outcome("not_for_us", kind=BOUNCE, reason=told)
    # The reply before its ticket, as whoever delivers it locks them.
    row = OutboundMessage.objects.select_for_update(no_key=True).get(pk=row.pk)
    ticket = _locked(Ticket.objects.get(pk=row.about_id or 0))
    if not report.is_final:
        told = _("A report on the delivery of a reply: it is on its way, or late.")
        _add(ticket, message, Kind.BOUNCE, None, told)
        return _kept(ticket, BOUNCE, told)
    words = {"address": row.recipient, "why": report.why}
    told = _("The reply to %(address)s was not delivered: %(why)s.") % words
    _add(ticket, message, Kind.BOUNCE, None, told)
    statuses.advance(row, OutboundMessage.Status.FAILED, error_code=undelivered.BOUNCED, error=told)
    return _kept(ticket, BOUNCE, told)


def _reply_of(message: InboundMessage, report: Bounce) -> OutboundMessage | None:
    """The reply that the report is about: by its id, else the last one to that address."""
    replies = OutboundMessage.objects.filter(
        channel=Channel.EMAIL,
        about_type=ContentType.objects.get_for_model(Ticket),
        about_id__in=Ticket.objects.values("pk"),
    )
    if report.ids:
        named = replies.filter(provider_id__in=report.ids).first()
        ours = OutboundMessage.objects.filter(channel=Channel.EMAIL, provider_id__in=report.ids)
        if named is not None or ours.exists():
            return named
    lately = message.received_at - _LATELY
    for address in report.recipients:
        sent = replies.filter(recipient__iexact=address, sent_at__gte=lately)
        if row := sent.order_by("-sent_at", "-pk").first():
            return row
    return None


def _add(
    ticket: Ticket,
    message: InboundMessage,
    kind: str,
    content: MessageContent | None,
    reason: str,
) -> None:
    body = content.document("body") if content else None
    text = body.own_text().strip()[:5_000] if body else ""
    TicketMessage.objects.create(
        ticket=ticket, message=message, kind=kind, text=text or reason, quiet_reason=reason
    )


def _kept(ticket: Ticket, kind: str, reason: str) -> Outcome:
    told = _("%(reason)s Kept with ticket %(number)s.")
    words = {"reason": reason, "number": ticket.number}
    return Outcome("done", kind=kind, reason=told % words)


def _locked(ticket: Ticket) -> Ticket:
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
    while ticket.merged_into_id:
        ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.merged_into_id)
    return ticket
