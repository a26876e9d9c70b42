"""Which ticket a message belongs to: by what it answers, and only where it is the same person."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from backoffice.messaging import mail_threads
from backoffice.messaging.documents import machines
from backoffice.messaging.models import WHATSAPPS, Channel, InboundMessage, OutboundMessage
from support.models import Ticket, TicketMessage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from support.incoming.writers import Writer

# In a chat nobody says what they answer: within this time it is the same matter.
CHAT_GOES_ON = timedelta(hours=48)
# Who answers without references names the subject only: within this time it is the same matter.
SUBJECT_GOES_ON = timedelta(days=14)
# "Re:", "RE :", "Fwd:", "TR:", "RÉP:", "[#4587] Re:" ...
_PREFIX = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*)?"
    r"(?:re|r|ré|rép|rep|aw|sv|antw|fwd?|fw|tr|wg|rv|enc|i|رد|تحويل)\s*(?:\[\d{1,3}\])?\s*:",
    re.IGNORECASE,
)
_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Place:
    """The ticket of a message, if it has one; ``foreign`` is the one it names but may not join."""

    ticket: Ticket | None = None
    foreign: Ticket | None = None


def find(message: InboundMessage, writer: Writer, *, is_echo: bool = False) -> Place:
    """Where the message belongs, as far as it is known now.

    A merged ticket leads to the one it went into. ``is_echo``: a machine answers a mail of
    ours, which may have ended its ticket. Call it with :func:`hold` held.
    """
    foreign = None
    for ticket in _named(message):
        if _is_theirs(ticket, writer):
            return Place(_target(ticket))
        foreign = foreign or ticket
    if message.channel in WHATSAPPS:
        return Place(_going_on(writer), foreign)
    if message.channel == Channel.EMAIL:
        return Place(_same_subject(message, writer, is_echo=is_echo), foreign)
    return Place(None, foreign)


def latest(writer: Writer) -> Ticket | None:
    """The sender's ticket of the last message, open ones first."""
    if not writer.is_somebody:
        return None
    found = list(Ticket.objects.filter(writer.tickets()).order_by("-last_message_at", "-pk")[:50])
    ticket = next((one for one in found if one.is_open), found[0] if found else None)
    return _target(ticket) if ticket else None


def hold(message: InboundMessage, writer: Writer) -> None:
    """Hold back others who put messages of this thread or person into tickets until we commit.

    Call it in the transaction, after the message's lock and before the ticket's.
    """
    keys = [f"thread:{message.channel}:{message.thread}"] if message.thread else []
    keys += [f"writer:{value}" for value in (writer.email, writer.phone, writer.user_id) if value]
    keys += [f"customer:{one.pk}" for one in (*writer.customers, *writer.learnt)]
    _advisory(f"support:{key}" for key in keys)


def bare_subject(subject: str) -> str:
    """The subject without "Re:" and "Fwd:", in one spelling."""
    bare = " ".join(subject.split())
    while match := _PREFIX.match(bare):
        bare = bare[match.end() :].strip()
    return bare.casefold()


def _named(message: InboundMessage) -> list[Ticket]:
    """Tickets of the messages that this one answers, the nearest first; then of its siblings."""
    ids = list(reversed(mail_threads.references(message)))
    found = [*_answered(message, ids), *_siblings(message)]
    return list({ticket.pk: ticket for ticket in found}.values())


def _answered(message: InboundMessage, ids: Sequence[str]) -> list[Ticket]:
    if not ids:
        return []
    ours = OutboundMessage.objects.filter(
        channel=message.channel,
        provider_id__in=ids,
        about_type=ContentType.objects.get_for_model(Ticket),
    )
    by_id = dict(ours.values_list("provider_id", "about_id"))
    theirs = TicketMessage.objects.filter(
        message__channel=message.channel, message__external_id__in=ids
    )
    by_id |= dict(theirs.values_list("message__external_id", "ticket_id"))
    rows = Ticket.objects.in_bulk([pk for pk in by_id.values() if pk])
    return [rows[pk] for one in ids if (pk := by_id.get(one)) in rows]


def _siblings(message: InboundMessage) -> list[Ticket]:
    """Tickets of other mails that name the same first message, which we never got."""
    if message.channel != Channel.EMAIL or not message.thread:
        return []
    others = TicketMessage.objects.filter(
        message__channel=Channel.EMAIL, message__thread=message.thread
    ).exclude(message=message.pk)
    return [row.ticket for row in others.select_related("ticket").order_by("-pk")[:20]]


def _same_subject(message: InboundMessage, writer: Writer, *, is_echo: bool) -> Ticket | None:
    subject = machines.without_echo(message.subject) if is_echo else message.subject
    wanted = bare_subject(subject)
    if not wanted or not writer.email or not writer.is_somebody:
        return None
    rows = Ticket.objects.filter(writer.tickets())
    if not is_echo:
        rows = rows.filter(_may_go_on(subject))
    if message.reply_to:
        # A shop's form writes for many people from one address.
        rows = rows.filter(thread__message__reply_to=message.reply_to).distinct()
    for ticket in rows.order_by("-last_message_at", "-pk")[:50]:
        if bare_subject(ticket.subject) == wanted:
            return _target(ticket)
    return None


def _may_go_on(subject: str) -> Q:
    """Open tickets; and those that ended lately, where the subject says that it is an answer."""
    is_open = Q(status__in=Ticket.OPEN)
    if not _PREFIX.match(subject):
        return is_open
    return is_open | Q(ended_at__gte=timezone.now() - SUBJECT_GOES_ON)


def _going_on(writer: Writer) -> Ticket | None:
    """The open ticket of a chat, or the one answered a short while ago."""
    lately = Q(ended_at__gte=timezone.now() - CHAT_GOES_ON)
    rows = Ticket.objects.filter(writer.tickets()).filter(Q(status__in=Ticket.OPEN) | lately)
    found = list(rows.order_by("-last_message_at", "-pk")[:50])
    ticket = next((one for one in found if one.is_open), found[0] if found else None)
    return _target(ticket) if ticket else None


def _is_theirs(ticket: Ticket, writer: Writer) -> bool:
    """Whether the person may write into the ticket, or into one that was merged with it."""
    if writer.is_of(ticket):
        return True
    family = [ticket]
    for one in family:
        merged = Ticket.objects.filter(merged_into=one).exclude(pk__in=[own.pk for own in family])
        family.extend(merged[: _LONGEST_CHAIN - len(family)])
    return any(map(writer.is_of, family))


def _target(ticket: Ticket) -> Ticket:
    for _step in range(_LONGEST_CHAIN):
        if ticket.merged_into is None:
            break
        ticket = ticket.merged_into
    return ticket


def _advisory(keys: Iterable[str]) -> None:
    digests = {
        int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True) for key in keys
    }
    with connection.cursor() as cursor:
        # In one order for everybody, so that nobody waits in a circle.
        for digest in sorted(digests):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [digest])
