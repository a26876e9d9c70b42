"""From a message to listings: what this desk does with what WhatsApp brings."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging import reading
from backoffice.messaging.cloud import facts as cloud_facts
from backoffice.messaging.desks import Outcome
from backoffice.messaging.models import InboundMessage
from listings.deciding.refusals import MessageGone
from listings.incoming import amendments, outcomes, photos, replies, sources
from listings.incoming.writing import Writer, is_decided
from listings.models import Amendment, Listing
from listings.people import locks, traders

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from backoffice.messaging.cloud.facts import CloudFacts
    from backoffice.messaging.content import MessageContent
    from listings.models import Trader

# Their words, where the door gives them any, are not the trader's.
_NOT_READ: Final = frozenset(
    {"reaction", "contacts", "location", "sticker", "system", "revoke", "unsupported"}
)
# A tap on words of ours, in a list or on a button: what it names is no offer of the trader's.
_TAPS: Final = frozenset({"button", "interactive"})


def process(message: InboundMessage, content: MessageContent) -> Outcome:
    """Write the listings of a message, once, and tell what it was (kinds: see wiring).

    An edited message replaces the listings of the one it edits, a deleted one withdraws them, a
    number change or shared contact links addresses, reactions and the like are noted only.
    """
    if outcomes.is_emptied(message):
        return outcomes.emptied(message)
    facts = cloud_facts.of(message)
    if facts.revoked_id:
        return _delete(message, facts)
    if facts.edited_id:
        return _edit(message, facts)
    if facts.type in _NOT_READ | _TAPS:
        return _note(message, facts)
    if message.is_automatic:
        return Outcome("not_for_us", kind="automatic", reason=_("Sent by a machine."))
    return _take_in(message, content, facts)


def read_again(message_id: int, *, by: User | None = None) -> list[Listing]:
    """Read a message anew because a person asked; its listings then, in order.

    Raises ``DomainError`` where its words are no longer kept.
    """
    message = InboundMessage.objects.get(pk=message_id)
    if outcomes.is_emptied(message):
        raise MessageGone(message_id)
    facts = cloud_facts.of(message)
    if facts.edited_id:
        _edit(message, facts, by=by)
    else:
        _take_in(message, reading.content_of(message), facts, by=by)
    return list(Listing.objects.filter(message=message).order_by("position"))


def withdraw(message: InboundMessage) -> None:
    """Take back the listings of a message that moves to another desk.

    ``DomainError`` where people have decided about one of them. Rows are never deleted, since
    figures count them: they leave the market.
    """
    with transaction.atomic():
        rows = Listing.objects.select_for_update(no_key=True).filter(message=message)
        known = list(rows.order_by("pk"))
        decided = next((row for row in known if is_decided(row)), None)
        if decided is not None:
            told = _("The message stays here: somebody has decided about “%(listing)s” already.")
            words = {"listing": decided}
            error = DomainError(told % words, code="listing_decided", value=decided.pk)
            error.conflict = True
            raise error
        amendments.withdraw(known, told=_("The message was moved to another desk."))


def _take_in(
    message: InboundMessage,
    content: MessageContent,
    facts: CloudFacts,
    *,
    by: User | None = None,
    edits: str = "",
) -> Outcome:
    """Read the message and write what it says; slow things first, then the locks.

    ``edits`` is the first message's id, where this one edits it.
    """
    seen = sources.read(content)
    root = edits or message.external_id
    with transaction.atomic():
        locked = _locked(message, root)
        if outcomes.is_emptied(locked):
            return outcomes.emptied(message)
        trader = _sender(locked)
        is_edit = bool(edits) and amendments.record(locked, Amendment.Kind.EDIT, root)
        chain = amendments.chain_of(locked, root)
        newest = chain.newest
        if newest is not None and newest.pk != locked.pk:
            later = newest
        else:
            writer = Writer(locked, trader, is_edit, chain.is_deleted, by)
            written = writer.write(seen.watches, chain.rows())
            beside = photos.beside(locked, trader)
            if written.listings:
                photos.settle(locked, written.listings[0])
            elif beside is not None:
                photos.look_again(beside)
            told = outcomes.of_reading(seen, written, trader, kind=facts.type, beside=beside)
            if not written.listings and (
                reply := _reply(locked, content, facts, trader, is_edit=bool(edits))
            ):
                return reply
            if edits:
                return dataclasses.replace(told, kind=outcomes.EDIT)
            if _is_answer(locked, facts, trader, written.listings):
                answer = outcomes.answer(locked, content.documents)
                return outcomes.waits(outcomes.ANSWER, f"{answer}\n{told.reason}")
            return told
    return _overtaken(message, later, by=by)


def _reply(
    message: InboundMessage,
    content: MessageContent,
    facts: CloudFacts,
    trader: Trader | None,
    *,
    is_edit: bool,
) -> Outcome | None:
    """What a message that names no watch is, if it is a reply to something."""
    # An edit speaks of what stood there before, which is dealt with.
    if not is_edit and (told := replies.of_sold(message, facts, trader)):
        return told
    if told := replies.of_new_price(message, facts, trader):
        return told
    if replies.answers_us(message, facts, trader):
        documents = content.documents
        reasons = [outcomes.answer(message, documents), *outcomes.problems(documents)]
        return outcomes.waits(outcomes.ANSWER, "\n".join(reasons))
    return None


def _is_answer(
    message: InboundMessage, facts: CloudFacts, trader: Trader | None, rows: list[Listing]
) -> bool:
    """Whether a person should read a message too whose watches are on the market.

    What is no reply to us is an answer only where it asks about something: a plain offer or search
    of somebody to whom we wrote needs nobody.
    """
    asks = any(row.type == Listing.Type.QUESTION for row in rows)
    return replies.quotes_us(facts) or (asks and replies.answers_us(message, facts, trader))


def _overtaken(message: InboundMessage, later: InboundMessage, *, by: User | None) -> Outcome:
    """Its trader has edited it since: the edit says what it says, and keeps the files."""
    facts = cloud_facts.of(later)
    if facts.edited_id:
        _edit(later, facts, by=by)
    told = _("The trader edited the message on %(at)s: its watches are those of the edit.")
    at = date_format(timezone.localtime(later.sent_at), "SHORT_DATETIME_FORMAT")
    kind = outcomes.EDIT if cloud_facts.of(message).edited_id else outcomes.LISTING
    return outcomes.done(kind, told % {"at": at})


def _edit(message: InboundMessage, facts: CloudFacts, *, by: User | None = None) -> Outcome:
    root = amendments.root_of(facts.edited_id)
    with transaction.atomic():
        locked = _locked(message, root)
        first = amendments.first(root)
        if first is not None and not amendments.is_same_sender(first, locked):
            told = _("It edits a message that somebody else wrote: nothing was changed.")
            return outcomes.waits(outcomes.EDIT, told)
        if first is not None:
            amendments.share_files(first, locked)
        if first is not None and first.desk != amendments.DESK and not locked.handed_from:
            # The edit belongs beside it, unless somebody moved it here.
            _sender(locked)
            return Outcome("handed_over", kind=outcomes.EDIT, desk=first.desk)
    return _take_in(message, reading.content_of(message), facts, by=by, edits=root)


def _delete(message: InboundMessage, facts: CloudFacts) -> Outcome:
    root = amendments.root_of(facts.revoked_id)
    with transaction.atomic():
        locked = _locked(message, root)
        _sender(locked)
        first = amendments.first(root)
        if first is not None and not amendments.is_same_sender(first, locked):
            told = _("It deletes a message that somebody else wrote: nothing was changed.")
            return outcomes.waits(outcomes.DELETION, told)
        is_new = amendments.record(locked, Amendment.Kind.DELETION, root)
        if first is not None and first.desk != amendments.DESK:
            return outcomes.done(outcomes.DELETION, outcomes.of_deletion_elsewhere(first))
        rows = amendments.chain(root).rows()
        if is_new:
            amendments.withdraw(rows, told=_("The trader deleted the message."))
    return outcomes.done(outcomes.DELETION, outcomes.of_deletion(rows, is_known=first is not None))


def _note(message: InboundMessage, facts: CloudFacts) -> Outcome:
    """What holds no offer, but may say who somebody is."""
    with transaction.atomic():
        locked = _locked(message, message.external_id)
        if outcomes.is_emptied(locked):
            return outcomes.emptied(message)
        if facts.change is not None:
            change = facts.change
            traders.link(
                phone=change.new_phone,
                user_id=change.new_user_id,
                former=(change.old_phone, change.old_user_id),
                at=message.sent_at,
            )
            return outcomes.done(outcomes.CHANGE, _("Both are known as one trader now."))
        if message.is_automatic:
            return outcomes.done(outcomes.TALK, _("A notice of WhatsApp itself."))
        for phone in facts.phones:
            traders.link(phone=phone, user_id=message.sender_user_id, at=message.sent_at)
        for user_id in facts.user_ids:
            traders.link(phone=message.sender_phone, user_id=user_id, at=message.sent_at)
        trader = _sender(locked)
        if facts.type in _TAPS or replies.answers_us(locked, facts, trader):
            return outcomes.waits(outcomes.ANSWER, outcomes.answer(locked))
    return outcomes.of_notice(facts)


def _locked(message: InboundMessage, root: str) -> InboundMessage:
    """The message as it is now, alone with the first message it belongs to."""
    locks.alone_with(f"listings.message:{root}")
    return InboundMessage.objects.select_for_update(no_key=True).get(pk=message.pk)


def _sender(message: InboundMessage) -> Trader | None:
    """Who wrote; nobody of an e-mail that was moved here."""
    if not (message.sender_phone or message.sender_user_id):
        return None
    return traders.of_message(message)
